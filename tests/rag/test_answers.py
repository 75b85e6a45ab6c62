"""Questions about the seed articles, asked of the real pipeline."""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.errors import BadInputError
from index.types import Filters
from rag.build import build_pipeline
from rag.pipeline import Pipeline
from rag.settings import load_settings
from rag.types import Answer, Claim, Draft, Question, Quote, TimeRange, Turn


@pytest.fixture(scope="module")
def pipeline(seeds_home: Path) -> Iterator[Pipeline]:
    built = build_pipeline(load_settings(seeds_home))
    with closing(built.collection):
        yield built


def check_citations(answer: Answer, pipeline: Pipeline) -> None:
    """What holds for every answer: all its words are verbatim words of a stored article, and cited."""
    numbers = {citation.n for citation in answer.citations}
    for sentence in answer.sentences:
        assert sentence.citations and set(sentence.citations) <= numbers
    for citation in (*answer.citations, *answer.nearest):
        article = pipeline.collection.get(citation.article_id)
        assert article is not None
        assert citation.quote == article.text[citation.start : citation.end] != ""
        assert (citation.title, citation.published_at) == (article.title, article.published_at)
    if not answer.abstained:
        for sentence in answer.sentences:
            assert " ".join(answer.citations[n - 1].quote for n in sentence.citations) == sentence.text


@pytest.mark.parametrize(
    ("question", "words", "outlet"),
    [
        ("Why did Kering drop its suit?", ["convince Kering", "join its “taskforce”"], "RetailDetail"),
        ("why did kering drop its suit", ["convince Kering"], "RetailDetail"),
        ("Why did the French luxury group abandon its lawsuit?", ["convince Kering"], "RetailDetail"),
        ("Why did Kering sue Alibaba?", ["because it felt the platform insufficiently fought"], "RetailDetail"),
        ("When and where did Kering file suit against Alibaba?", ["2015", "United States"], "RetailDetail"),
        (
            "Who granted the restraining order and what must the vendors do?",
            ["Judge P. Kevin Castel", "immediately cease the sale", "turn over their financial records"],
            None,
        ),
        ("Which luxury brands sued Alibaba in New York?", ["Gucci, Yves Saint Laurent, and Balenciaga"], None),
        ("What is Alibaba's policy on counterfeits?", ["zero tolerance"], None),
        ("How many shoppers use Tmall?", ["over 750 million shoppers"], "Retail News Asia"),
        ("What share of Tapestry's revenue comes from China?", ["less than 20 percent"], "Retail News Asia"),
        ("Which brands did Tapestry bring to Tmall?", ["Coach, Kate Spade, and Stuart Weitzman"], "Retail News Asia"),
        ("Who runs Tapestry?", ["Jide Zeitlin, Tapestry CEO and chairman"], "Retail News Asia"),
        ("why was the restraining order granted", ["based on the likelihood"], None),
        ("How come Kering gave up its lawsuit?", ["convince Kering"], "RetailDetail"),
        ("I am writing a memo. Why did Kering drop its suit?", ["convince Kering"], "RetailDetail"),
        ("Did Kering drop its suit and why?", ["convince Kering"], "RetailDetail"),
        ("what records must vendors hand over", ["turn over their financial records"], None),
        ("When did Kering and Alibaba join forces?", ["has decided to drop a case", "now join forces"], "RetailDetail"),
        ("When did Alibaba go public?", ["Alibaba exploded onto", "It had the biggest initial public offering"], None),
        ("WHO RUNS TAPESTRY?", ["Jide Zeitlin"], "Retail News Asia"),
        (
            "With which brands has Alibaba launched collaborations?",
            ["Adidas, Nike and luxury group LVMH"],
            "RetailDetail",
        ),
    ],
)
def test_answered(question: str, words: list[str], outlet: str | None, pipeline: Pipeline) -> None:
    answer = pipeline.ask(Question(question))
    assert not answer.abstained, answer.answer
    for word in words:
        assert word in answer.answer
    assert {citation.outlet for citation in answer.citations} == {outlet}
    check_citations(answer, pipeline)


def test_reason_for_suing_is_not_the_reason_for_dropping(pipeline: Pipeline) -> None:
    answer = pipeline.ask(Question("Why did Kering drop its suit?"))
    assert "insufficiently fought" not in answer.answer
    assert [citation.published_at for citation in answer.citations] == ["2017-08-04"]


@pytest.mark.parametrize(
    ("before", "question", "words"),
    [
        ("Did Kering sue Alibaba?", "why did it drop the suit", "convince Kering"),
        ("How many shoppers use Tmall?", "and who runs Tapestry?", "Jide Zeitlin"),
        ("What is Tapestry's strategy?", "who runs it?", "Jide Zeitlin"),
    ],
)
def test_follow_up_question(before: str, question: str, words: str, pipeline: Pipeline) -> None:
    history = (Turn("user", before), Turn("assistant", "..."))
    answer = pipeline.ask(Question(question, history=history))
    assert words in answer.answer
    check_citations(answer, pipeline)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Who is the CEO of Walmart?", "entity_not_found"),
        ("When did Tmall open its store in Mumbai?", "entity_not_found"),
        ("What is the weather in Paris?", "entity_not_found"),
        ("Tell me about H&M's COS brand", "entity_not_found"),
        ("How much did Kering pay Alibaba to settle?", "no_evidence"),
        ("Who is the CEO of Alibaba?", "no_evidence"),
        ("How many employees does Kering have?", "no_evidence"),
        ("When did Kering buy Gucci?", "no_evidence"),
        ("How old is Jack Ma?", "no_evidence"),
        ("When did Kering go public?", "no_evidence"),  # "It" of the sentence that tells is another company
        ("When did Nike sue Alibaba?", "no_evidence"),
        ("Did Kering sue Alibaba in 2014?", "no_evidence"),
        ("Did Jack Ma sue Kering?", "no_evidence"),
        ("Is Jide Zeitlin the CEO of Alibaba?", "no_evidence"),
        ("Who is the CEO of Coach?", "no_evidence"),
        ("How many shoppers use Coach?", "no_evidence"),
        ("What share of Coach's revenue comes from China?", "no_evidence"),
        ("Why did Kering drop its case in New York?", "premise_not_supported"),
        ("asdf qwer", "no_evidence"),
        ("Why did Kering win its trial against Alibaba?", "premise_not_supported"),
        ("Why did Alibaba sue Kering?", "premise_not_supported"),
        ("Why did Tapestry leave Tmall?", "premise_not_supported"),
    ],
)
def test_abstains(question: str, reason: str, pipeline: Pipeline) -> None:
    answer = pipeline.ask(Question(question))
    assert answer.abstained, answer.answer
    assert answer.abstain_reason == reason
    assert answer.sentences == answer.citations == ()
    assert answer.answer
    check_citations(answer, pipeline)


@pytest.mark.parametrize("question", ["What happened with Kering in 2017?", "latest on Kering", "any news about Tmall"])
def test_whoever_wants_news_is_told_what_there_is(question: str, pipeline: Pipeline) -> None:
    answer = pipeline.ask(Question(question))
    [name] = {"Kering", "Tmall"} & {*question.rstrip("?").split()}
    assert answer.sentences and name in answer.answer
    check_citations(answer, pipeline)


def test_there_is_no_news_of_another_year_or_of_what_is_not_there(pipeline: Pipeline) -> None:
    for question in ("What happened with Kering in 2012?", "latest on Walmart", "any news about the strike at Kering"):
        assert pipeline.ask(Question(question)).abstained, question


def test_thanks_are_no_question(pipeline: Pipeline) -> None:
    history = (Turn("user", "Why did Kering drop its suit?"), Turn("assistant", "Alibaba convinced Kering."))
    answer = pipeline.ask(Question("Thank you!", history))
    assert answer.answer == "The question names nothing to look for."


def test_one_part_answered_the_other_said_to_be_missing(pipeline: Pipeline) -> None:
    answer = pipeline.ask(Question("How many shoppers use Tmall and when was Tmall founded?"))
    assert "750 million" in answer.answer
    assert answer.answer.endswith("The archive does not say: “when was Tmall founded?”.")
    check_citations(answer, pipeline)


def test_what_is_known_is_answered_beside_a_name_that_is_not(pipeline: Pipeline) -> None:
    answer = pipeline.ask(Question("Who runs Tapestry and who runs Walmart?"))
    assert "Jide Zeitlin" in answer.answer
    assert answer.answer.endswith("The archive does not say: “who runs Walmart?”.")


@pytest.mark.parametrize(
    ("question", "explanation"),
    [
        ("Who is the CEO of Walmart?", "The archive has no article that mentions “Walmart”."),
        ("How much did Kering pay Alibaba to settle?", "The archive does not say; nothing in it mentions “pay”."),
        (
            "Why did Tapestry leave Tmall?",
            "The archive does not say that this happened; nothing in it mentions “leave”.",
        ),
        ("Why did Alibaba sue Kering?", "The archive tells it the other way round than the question does."),
        (
            "Why did Alibaba win its suit against Kering?",
            "The archive tells it the other way round than the question does.",
        ),
        ("Why did Alibaba launch collaborations with Nike?", "The archive does not say why."),
    ],
)
def test_abstention_says_no_more_than_is_true(question: str, explanation: str, pipeline: Pipeline) -> None:
    assert pipeline.ask(Question(question)).answer == explanation


def test_answer_tells_its_time(pipeline: Pipeline) -> None:
    answer = pipeline.ask(Question("Why did Kering drop its suit?", as_of=date(2020, 1, 1)), request_id="r1")
    assert (answer.as_of, answer.data_through, answer.request_id) == ("2020-01-01", "2017-08-04", "r1")
    steps = {"recall", "understand", "embed", "retrieve", "answer", "verify", "cite", "notes", "record"}
    assert set(answer.timings_ms) == steps | {"total"}
    assert sum(answer.timings_ms[step] for step in steps) <= answer.timings_ms["total"] + 0.1


def test_as_of_hides_what_was_published_later(pipeline: Pipeline) -> None:
    answer = pipeline.ask(Question("Why did Kering drop its suit?", as_of=date(2017, 8, 3)))
    assert (answer.abstain_reason, answer.nearest) == ("outside_dates", ())
    assert not pipeline.ask(Question("Why did Kering drop its suit?", as_of=date(2017, 8, 4))).abstained


def test_answer_says_how_it_read_the_time_and_can_be_told_otherwise(pipeline: Pipeline) -> None:
    asked = Question("Did Kering sue Alibaba in 2014?")
    answer = pipeline.ask(asked)
    year = TimeRange("2014", date(2014, 1, 1), date(2014, 12, 31), "in")
    assert (answer.times, answer.latest, answer.abstained) == ((year,), False, True)
    without = pipeline.ask(replace(asked, times=(), latest=True))
    assert (without.times, without.latest) == ((), True)
    assert not without.abstained  # the year that was taken back need not be in the answer
    assert pipeline.ask(replace(asked, times=answer.times, latest=False)).abstained


def test_outlet_filter_compares_without_case(pipeline: Pipeline) -> None:
    asia = Filters(outlets=("retail news asia",))
    assert pipeline.ask(Question("Why did Kering drop its suit?", filters=asia)).abstained
    assert not pipeline.ask(Question("Who runs Tapestry?", filters=asia)).abstained


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (Question(" \n "), "The question is empty."),
        (Question("why " * 5_000), "The question has 19,999 characters; at most 2,000 are read."),
        (Question("?!…"), "The question has no word in it."),
        (Question("Kering \udcff"), "The question holds characters that are not Unicode text."),
        (Question("Who?", llm="gpt"), "There is no llm named 'gpt' here."),
        (
            Question("Who?", times=(TimeRange("", date(2020, 1, 2), date(2020, 1, 1), "in"),)),
            "A range of days cannot start after it ends: 2020-01-02 to 2020-01-01.",
        ),
        (
            Question("Who?", times=(TimeRange("", date(2020, 1, 1), date(2020, 1, 1), "in"),) * 21),
            "There are 21 dates to go by; at most 20 count.",
        ),
        (
            Question("Who?", filters=Filters(date_from=date(2020, 1, 2)), as_of=date(2020, 1, 1)),
            "The dates exclude everything: from 2020-01-02 to 2020-01-01.",
        ),
    ],
)
def test_question_that_cannot_be_asked(question: Question, message: str, pipeline: Pipeline) -> None:
    with pytest.raises(BadInputError) as error:
        pipeline.ask(question)
    assert error.value.message == message
    assert error.value.remedy


@pytest.mark.parametrize(
    "question", ["' OR 1=1 --", 'AND "NEAR(', "\x00Kering", "🛍️ Kering?", "K" * 2_000, "who " * 400]
)
def test_odd_questions_get_an_answer(question: str, pipeline: Pipeline) -> None:
    check_citations(pipeline.ask(Question(question)), pipeline)


class Inventive:
    """An answerer that adds a word of its own to what it quotes."""

    name = "inventive"

    def drafts(self, question: object, part_vectors: object, hits: object, collection: object) -> Generator[Draft]:
        passage = hits[0].passage  # type: ignore[index]
        quote = Quote(passage.article.id, passage.start, passage.end)
        gone = Quote("000000000000", 0, 9)
        true = Claim(passage.text, (quote,))
        yield Draft((Claim(f"Allegedly {passage.text}", (quote,)), true, Claim("Kering is", (gone,)), true))


def test_claim_that_its_quote_does_not_carry_is_not_shown(pipeline: Pipeline) -> None:
    answer = replace(pipeline, answerers={"inventive": Inventive()}, llm="inventive").ask(Question("Kering?"))
    assert [sentence.verdict for sentence in answer.sentences] == ["supported", "supported"]
    assert len(answer.citations) == 1  # the same quote keeps its number
    assert "Allegedly" not in answer.answer and "Kering is" not in answer.answer


@pytest.mark.parametrize("question", ["Who runs Tapestry?", "Who granted the restraining order?"])
def test_who_is_answered_with_whoever_it_is_and_nothing_else(question: str, pipeline: Pipeline) -> None:
    [sentence] = pipeline.ask(Question(question)).sentences
    assert "Jide Zeitlin" in sentence.text or "P. Kevin Castel" in sentence.text
