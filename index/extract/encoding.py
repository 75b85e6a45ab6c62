"""Bytes of a page -> text, whatever encoding it was saved in; and text that was decoded wrongly -> repaired."""

import codecs
import re

import charset_normalizer
import ftfy

from index.errors import UnreadableError

# UTF-32 before UTF-16: the little-endian mark of the first starts with that of the second.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""")
_WIDE_MARKS = tuple(mark for mark, name in _MARKS if name != "utf-8-sig")
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
_LOOKED_AT = 65536
_MAX_CONTROL_SHARE = 0.001  # of the bytes looked at; a stray one does not make a page binary
_MAX_CONTROL = 4

# Only wrong decoding is repaired: quotes, ligatures, widths and entities of good text stay as they are.
_REPAIR = ftfy.TextFixerConfig(
    unescape_html=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=True,
    normalization=None,
    explain=False,
)
# UTF-8 read as a DOS code page (850 or 437): a no-break space becomes "┬á", a curly apostrophe "ÔÇÖ" or "ΓÇÖ". ftfy
# leaves these alone, since box-drawing characters are also legitimate; followed by such a letter or sign they are not.
_DOS = re.compile(r"[┬├][^\s\w─-▟]|[┬├][^\W\d_]|[ÔΓ]Ç[^\s\d]")


_TAGS = re.compile("[\U000e0000-\U000e007f]+")
"""Letters that no reader sees (Unicode, Tags): what is written in them would be quoted unseen."""


def decode(content: bytes, location: str, charset: str | None = None) -> str:
    """`content` as text: byte order mark, UTF-8, the `charset` its server gave, the one it declares, then detection, in
    this order.

    Raises UnreadableError when `content` is empty or binary.
    """
    if not content.strip():
        raise UnreadableError(location, "it is empty", "Save the page again, or leave the file out.")
    if _is_binary(content[:_LOOKED_AT]):
        raise UnreadableError(
            location, "it is a binary file, not text or HTML", "Give saved text pages, HTML files or JSON lines."
        )
    return _decode(content, charset)


def repair(text: str) -> str:
    """`text` with mojibake put right; line ends become "\\n", half a surrogate pair "\\ufffd"; control characters,
    terminal escapes and letters that nobody sees are gone."""
    return _TAGS.sub("", _DOS.sub(_as_utf8, ftfy.fix_text(text, _REPAIR)))


def _as_utf8(match: re.Match[str]) -> str:
    for code_page in ("cp850", "cp437"):
        try:
            return match[0].encode(code_page).decode("utf-8")
        except UnicodeError:
            continue
    return match[0]


def _is_binary(head: bytes) -> bool:
    """UTF-16 and UTF-32 with their mark are text though full of NULs."""
    control = len(head) - len(head.translate(None, _CONTROL))
    return control > max(_MAX_CONTROL, _MAX_CONTROL_SHARE * len(head)) and not head.startswith(_WIDE_MARKS)


def _decode(content: bytes, charset: str | None) -> str:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content.decode(name, errors="replace")
    # UTF-8 that decodes is UTF-8, whatever the page declares; pages often declare the charset of another copy.
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(content[:2048])
    for said in (charset, declared and declared[1].decode("ascii")):
        try:
            if said:
                return content.decode(_as_browsers_read(said))
        except (LookupError, UnicodeError):
            pass
    # A page cut in the middle of a character, or with a few damaged bytes, is still UTF-8.
    lenient = content.decode("utf-8", errors="replace")
    if lenient.count("\ufffd") * 200 < len(lenient):
        return lenient
    return content.decode(_detect(content[:_LOOKED_AT]), errors="replace")


def _detect(content: bytes) -> str:
    matches = list(charset_normalizer.from_bytes(content))
    # Western and Central European code pages often fit equally well; of equals the commonest on the web is meant.
    best = [m for m in matches if (m.chaos, m.coherence) == (matches[0].chaos, matches[0].coherence)]
    fitting = [name for match in best for name in match.could_be_from_charset]
    return "cp1252" if "cp1252" in fitting or not fitting else fitting[0]


def _as_browsers_read(name: str) -> str:
    """Browsers read pages declared as Latin-1 or ASCII as Windows-1252 (WHATWG Encoding Standard, section 4.2)."""
    latin = {"iso8859-1", "ascii", "latin-1"}
    return "cp1252" if codecs.lookup(name).name in latin else name
