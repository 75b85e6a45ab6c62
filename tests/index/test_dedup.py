"""What counts as the same story, on made-up news."""

import random

import pytest

from index.dedup import bands, fingerprint, same_story

WORDS = (
    "store sales rose chain opened spring company said analysts expected quarter year profit market shares fell".split()
)


def news(seed: int, words: int = 300) -> list[str]:
    """Words of a made-up article; another seed is another article."""
    chosen = random.Random(seed)
    return [f"{chosen.choice(WORDS)}{chosen.randrange(30)}" for _ in range(words)]


def edited(words: list[str], share: float, seed: int = 0) -> list[str]:
    """A copy in which every now and then a passage of ten words is another one."""
    chosen = random.Random(seed)
    copy = list(words)
    for start in range(0, len(copy), 10):
        if chosen.random() < share:
            copy[start : start + 10] = [f"edit{chosen.randrange(10**6)}" for _ in range(10)]
    return copy


def headline(words: list[str]) -> str:
    """One that is about these words."""
    return " ".join(words[20:26]).title()


def told(words: list[str]) -> tuple[bool, bool]:
    """Whether the story of seed 1 is recognised in these words under a headline of their own, and whether they are
    compared at all."""
    one = fingerprint("Sales rose", " ".join(["sales", "rose", *news(1)]))
    other = fingerprint(headline(words), " ".join(words))
    return same_story(one, other), bool(set(bands(one)) & set(bands(other)))


def test_a_reprint_under_another_headline_is_the_same_story() -> None:
    for words in (
        news(1),
        [*news(1), *news(99, 20)],
        [*news(99, 15), *news(1)],
        " ,\n".join(news(1)).upper().split(" "),
    ):
        assert told(words) == (True, True)


def test_another_article_is_not() -> None:
    assert told(news(2)) == (False, False)
    assert not told(edited(news(1), 0.4))[0]
    assert not told(news(1)[:150])[0]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_the_same_story_is_compared(seed: int) -> None:
    same, compared = told(edited(news(1), 0.07, seed))
    assert compared >= same


def test_a_long_list_of_other_news_below_does_not_make_it_one_story() -> None:
    below = news(3, 2000)
    one, other = (fingerprint("T", " ".join(news(seed, 150) + below)) for seed in (1, 2))
    assert len(one.runs & other.runs) > 0.8 * len(one.runs | other.runs)
    assert not same_story(one, other)


@pytest.mark.parametrize("length", [20, 400])
def test_a_text_that_is_not_about_its_headline_is_no_story(length: int) -> None:
    """What stands in place of an article for which one has to register."""
    notice = " ".join(news(5, length))
    one, other = fingerprint("Ten new towns", notice), fingerprint("Who wins the race?", notice)
    assert not same_story(one, other)
    assert not set(bands(one)) & set(bands(other))
    assert same_story(one, fingerprint("TEN new towns", notice))


@pytest.mark.parametrize("text", ["", "...", "word", "新しい店が開いた。"])
def test_hardly_any_words(text: str) -> None:
    assert same_story(fingerprint("", text), fingerprint("", text))
    assert len(bands(fingerprint("", text))) == 21


def test_keys_stay_what_they_are() -> None:
    """They are stored: other ones would find none of the articles that are there."""
    assert bands(fingerprint("", " ".join(news(1))))[:3] == [
        5037618519627460624,
        -8415969637824122908,
        -1803248631013933413,
    ]
