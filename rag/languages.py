"""In which language to answer, and what a language is called."""

from collections.abc import Iterable

from babel import Locale, UnknownLocaleError

from index.extract.language import language_of_question


def language_to_write(question: str, passages: Iterable[str | None]) -> str | None:
    """The code of the question's language where one of the passages is in it, or it is not known of them; else that of
    the first one, since what is said in other words than its source has can only be checked in one language. None when
    neither is known."""
    found = [language for language in passages if language]
    asked = language_of_question(question)
    return asked if asked in found or not found else found[0]


def is_foreign(question: str, passages: Iterable[str | None]) -> bool:
    """Whether the question is in a language that none of the passages is in, as far as both are known: what it has in
    words, or names, then tells nothing of what the passages hold."""
    found = {language for language in passages if language}
    asked = language_of_question(question) if found else None
    return asked is not None and asked not in found


def language_name(code: str) -> str:
    """In English; the code itself where it has no name."""
    try:
        return Locale.parse(code, sep="-").english_name or code
    except (UnknownLocaleError, ValueError):
        return code
