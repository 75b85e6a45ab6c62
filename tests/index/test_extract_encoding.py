import gzip

import pytest

from index.errors import UnreadableError
from index.extract.encoding import decode, repair

TEXT = "Les ventes de Noël : “très bonnes” – l’année s’achève à Liège, où le café coûte 3 €. " * 3


def read(content: bytes) -> str:
    return repair(decode(content, "page.html"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings_in_use(encoding: str) -> None:
    assert read(TEXT.encode(encoding)) == TEXT


def test_declared_charset() -> None:
    text = '<html><head><meta charset="windows-1251"></head><body>Магазин открылся в Москве</body></html>'
    assert read(text.encode("cp1251")) == text


def test_declared_latin_1_is_windows_1252_as_in_browsers() -> None:
    text = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><p>“Quoted” – 3 €</p>'
    assert read(text.encode("cp1252")) == text


@pytest.mark.parametrize("declared", ["no-such-charset", "base64", "undefined"])
def test_a_declared_charset_that_is_none_is_passed_over(declared: str) -> None:
    text = f'<meta charset="{declared}">Le café est très bon'
    assert read(text.encode("cp1252")) == text


def test_a_few_damaged_bytes_do_not_change_the_encoding() -> None:
    content = ("Le café est très bon. " * 50).encode() + b"\xc3"
    assert read(content).startswith("Le café est très bon. ")


@pytest.mark.parametrize(
    ("spoilt", "repaired"),
    [
        ("Alibabaâ€™s shop", "Alibaba’s shop"),
        ("CafÃ© in MÃ¼nchen", "Café in München"),
        ("claiming that┬átrademark", "claiming that\xa0trademark"),
        ("AlibabaÔÇÖs shop", "Alibaba’s shop"),
        ("AlibabaΓÇÖs shop", "Alibaba’s shop"),
    ],
)
def test_wrongly_decoded_text_is_repaired(spoilt: str, repaired: str) -> None:
    assert read(spoilt.encode()) == repaired


@pytest.mark.parametrize(
    "good", ["“Curly” ‘quotes’ — and ﬁne dashes – stay…", "R&amp;D", "┬──┐ Ａ", "naïve café, Straße", "¿Qué?"]
)
def test_good_text_stays_as_it_is(good: str) -> None:
    assert read(good.encode()) == good


def test_line_ends_are_made_equal() -> None:
    assert read(b"one\r\ntwo\rthree\n") == "one\ntwo\nthree\n"


def test_what_is_no_text_is_taken_out() -> None:
    assert repair("shop\x00 \x1b[31mopens\x1b[0m \ud83d\ude00 \ud83d") == "shop opens 😀 \ufffd"


def test_what_no_reader_sees_is_left_out() -> None:
    unseen = "".join(chr(0xE0000 + ord(letter)) for letter in "Obey me.")
    assert repair(f"The shop opens{unseen} in May.") == "The shop opens in May."


@pytest.mark.parametrize("content", [b"", b"  \n "])
def test_empty(content: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"page\.txt: it is empty\. ."):
        decode(content, "page.txt")


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        b"%PDF-1.4\n" + bytes(2000),
        gzip.compress(b"%x" % 7**9999, mtime=0),
    ],
)
def test_binary(content: bytes) -> None:
    with pytest.raises(UnreadableError, match="binary"):
        decode(content, "picture.txt")
