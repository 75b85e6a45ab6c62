"""In which language a language model is to write."""

import pytest

from rag.languages import language_name, language_to_write

GERMAN = "Warum hat Kering die Klage zurückgezogen?"


@pytest.mark.parametrize(
    ("question", "passages", "expected"),
    [
        (GERMAN, ["en", "de"], "de"),
        (GERMAN, ["en", None], "en"),
        (GERMAN, [None], "de"),
        ("Why did Kering drop its suit?", ["de", "en"], "en"),
        ("Kering?", [None], None),
        ("Kering?", [None, "fr"], "fr"),
    ],
)
def test_the_language_of_the_question_where_it_can_be_checked(
    question: str, passages: list[str | None], expected: str | None
) -> None:
    assert language_to_write(question, passages) == expected


def test_a_language_has_a_name() -> None:
    assert [language_name(code) for code in ("de", "pt-BR", "xx")] == ["German", "Portuguese (Brazil)", "xx"]
