"""Follow-up questions made complete, without an archive."""

import pytest

from rag.follow_up import TURN_CHARACTERS, complete
from rag.terms import PACKAGED_SYNONYMS, Synonyms
from rag.types import Turn

SYNONYMS = Synonyms(PACKAGED_SYNONYMS)


def turns(*contents: str) -> list[Turn]:
    return [Turn("assistant" if n % 2 else "user", content) for n, content in enumerate(contents)]


@pytest.mark.parametrize(
    ("history", "question", "completed"),
    [
        ([], "why?", "why?"),
        (["Did Kering drop its suit?", "Yes."], "why?", "why (Kering, drop, suit)?"),
        (["Did Kering drop its suit?", "Yes."], "when did it sue Alibaba?", "when did it sue Alibaba (Kering)?"),
        (
            ["How many shops has Nike in France?", "Nine."],
            "and in Spain?",
            "How many shops has Nike in Spain?",
        ),
        (
            ["Who runs Tapestry?", "Jide Zeitlin does [1]."],
            "what did he say?",
            "what did he say (Tapestry, Jide Zeitlin, runs)?",
        ),
        # goes on with what the one before it went on with
        (
            ["How many shops has Nike in France?", "Nine.", "and in Spain?", "Three."],
            "what about Italy?",
            "How many shops has Nike in France and Italy?",
        ),
        (["What did Nike earn in 2019?", "A lot."], "and what about Puma?", "What did Puma earn in 2019?"),
        (["What did Nike earn in 2019?", "A lot."], "and in Spain?", "What did Nike earn in 2019 and in Spain?"),
        (["What did Nike earn in 2019?", "A lot."], "in 2018?", "What did Nike earn in 2018?"),
        (["What is Walmart's pay, asked Bezos?", "$11."], "And Costco's?", "What is Costco's pay, asked Bezos?"),
        (["Did Nike buy Puma?", "No."], "and Adidas?", "Did Nike buy Puma and Adidas?"),
        # nothing is asked
        (["Why did Kering drop its suit?", "..."], "Thank you!", "Thank you!"),
        (["Why did Kering drop its suit?", "..."], "tell me more", "Tell me more about Kering."),
        # corrections
        (["How many shops has Nike in France?", "Nine."], "no, I meant in Spain", "How many shops has Nike in Spain?"),
        (["How many shops has Nike in France?", "Nine."], "Sorry, in Spain", "How many shops has Nike in Spain?"),
        (["What did Nike earn in 2019?", "A lot."], "I meant Puma", "What did Puma earn in 2019?"),
        (["What did Nike earn in 2019?", "A lot."], "No. Who runs Puma?", "No. Who runs Puma?"),
        # the last question is complete only with the one before it
        (["Who runs Tapestry?", "Jide Zeitlin.", "since when?", "2019"], "why?", "why (Tapestry, runs)?"),
        (["Who runs Tapestry?", "Jide Zeitlin.", "since when?", "2019"], "who chose him?", None),
        # the word that stands for something stands for a name of its own
        (["Who runs Tapestry?", "Jide Zeitlin."], "Why did Kering drop its suit?", "Why did Kering drop its suit?"),
        # words of its own
        (
            ["Who runs Tapestry?", "Jide Zeitlin."],
            "Who granted the restraining order against the vendors?",
            "Who granted the restraining order against the vendors?",
        ),
        (
            ["Who runs Tapestry?", "He."],
            "walmart sold flipkart shares, why did it?",
            "walmart sold flipkart shares, why did it?",
        ),
        (
            ["Who runs Tapestry?", "He."],
            "price of the flipkart deal in dollars",
            "price of the flipkart deal in dollars",
        ),
        # an answer that names many does not tell who is meant
        (
            ["Who runs Tapestry?", "Tapestry of Coach and Stuart Weitzman sells on Tmall, as does Kate Spade."],
            "what did he say about China?",
            "what did he say about China (Tapestry, runs)?",
        ),
        # but for him who is the only one with an office
        (
            ["What does Tapestry plan?", "Tapestry of Coach and Kate Spade sells on Tmall, CEO Jide Zeitlin said."],
            "since when does he lead it?",
            "since when does he lead it (Tapestry, Jide Zeitlin)?",
        ),
        # names of its own, and nothing that points back: another topic
        (["Who runs Tapestry?", "Jide Zeitlin."], "How many shoppers use Tmall?", "How many shoppers use Tmall?"),
        # the company is the one spoken of first, also where its head is asked for
        (["What happened with Nike in Spain?", "..."], "And who runs the company?", "And who runs Nike?"),
        (["What bonus did Nike offer in Spain?", "..."], "who runs it?", "who runs it (Nike, Spain)?"),
        (["Did Nike sue Puma?", "..."], "what is the company's revenue?", "what is Nike's revenue?"),
        # the last question has no name: the one before it has
        (["Who runs Tapestry?", "Jide Zeitlin.", "since when?", "..."], "what does she plan for China?", None),
        (["Who runs Tapestry?", "Jide Zeitlin.", "Thanks!", "..."], "why?", "why (Tapestry, runs)?"),
        (["Hello", "Hello."], "who runs it?", "who runs it?"),
        ([" ", "..."], "why?", "why?"),
    ],
)
def test_complete(history: list[str], question: str, completed: str | None) -> None:
    found = complete(question, turns(*history), SYNONYMS)
    assert found == completed if completed else "Tapestry" in found


def test_of_a_long_history_little_is_read() -> None:
    history = turns(*(f"Question {n} about Kering and Alibaba?" for n in range(500)))
    assert complete("why?", history, SYNONYMS).startswith("why (")
    [endless] = turns(" ".join(f"word{n} Name{n}" for n in range(12_000)))
    assert len(complete("and in Spain?", [endless], SYNONYMS)) < TURN_CHARACTERS + 100
    assert len(complete("what did he say?", [endless, Turn("assistant", endless.content)], SYNONYMS)) < 5_000
