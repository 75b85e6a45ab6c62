import pytest

from index.extract.language import language_of, language_of_question

TEXTS = {
    "en": "The company said that it will open a shop in the centre of the town, but not before the end of the year.",
    "nl": "Het bedrijf zegt dat de winkel in het centrum van de stad open gaat, maar niet voor het einde van het jaar.",
    "fr": "La société a dit que le magasin est dans le centre de la ville, mais pas ouvert avant la fin de l'année.",
    "de": "Das Unternehmen teilte mit, dass der Laden in der Stadt und nicht auf dem Land eröffnet wird, aber im Mai.",
    "es": "La empresa dijo que la tienda se abrirá en el centro de la ciudad, pero no antes de que termine el año.",
    "it": "La società ha detto che il negozio si apre nel centro della città, ma non prima della fine di quest'anno.",
    "pt": "A empresa disse que a loja não vai abrir no centro da cidade, mas que pode abrir antes do fim do ano.",
    "ja": "同社は火曜日、町の中心部に店舗を開くと発表した。開店は来年になる見込みである。",
}


@pytest.mark.parametrize("code", TEXTS)
def test_language(code: str) -> None:
    assert language_of(TEXTS[code]) == code


@pytest.mark.parametrize("text", ["", "Bread & Co", "12 34 56 " * 20, "lorem ipsum dolor sit amet " * 5])
def test_no_language_stands_out(text: str) -> None:
    assert language_of(text) is None


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("Wer kaufte Whole Foods?", "de"),
        ("quand Kering a-t-il poursuivi Alibaba", "fr"),
        ("¿Cuántas tiendas tiene Nike en Francia?", "es"),
        ("Perché Sears chiude tanti negozi?", "it"),
        ("Hoeveel winkels heeft Nike in Frankrijk?", "nl"),
        ("谁经营Tapestry?", "zh"),
        ("Where did Co-op put out empty coffee jars to stop thieves?", "en"),
        ("Why did Grupo Éxito sell Pão de Açúcar?", "en"),  # the names are Portuguese
        ("L'Oréal sales in France", None),
        ("Deutsche Bank", None),
        ("", None),
    ],
)
def test_language_of_a_question(question: str, code: str | None) -> None:
    assert language_of_question(question) == code
