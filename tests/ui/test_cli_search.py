"""`newsdesk search` and `newsdesk feedback`."""

import json
from contextlib import closing
from pathlib import Path

from click.testing import CliRunner, Result

from rag.build import build_kept_answers, build_pipeline
from rag.kept_answers import FeedbackKind
from rag.settings import load_settings
from rag.types import Question
from ui.cli import cli


def newsdesk(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def test_search_shows_the_best_passage_of_each_article_and_counts_the_others(home: Path) -> None:
    said = newsdesk("search", "Kering suit").stdout
    hits = json.loads(newsdesk("search", "Kering suit", "--json").stdout)["hits"]
    assert [hit["rank"] for hit in hits] == list(range(1, len(hits) + 1))
    for hit in hits:
        assert f"{hit['rank']}. {hit['article_id']} · " in said
        assert " ".join(hit["text"].split()) in said
    ids = [hit["article_id"] for hit in hits]
    assert sorted(set(ids)) == sorted(ids)
    counts = [hit["others"] for hit in hits]
    assert max(counts) > 0 and said.count(" more passage") == sum(1 for count in counts if count)
    [best] = json.loads(newsdesk("search", "Kering suit", "--json", "--top-k", "1").stdout)["hits"]
    pipeline = build_pipeline(load_settings(home))
    with closing(pipeline.collection):
        passages = pipeline.search(Question("Kering suit", top_k=3)).hits
    assert (best["article_id"], best["start"]) == (passages[0].passage.article.id, passages[0].passage.start)
    assert best["others"] == sum(hit.passage.article.id == best["article_id"] for hit in passages) - 1
    assert newsdesk("search", "Kering suit", "--outlet", "Nobody").stdout == "Nothing was found.\n"


def test_articles_are_listed_by_author(home: Path) -> None:
    said = newsdesk("search", "--byline", "yoni van looveren").stdout
    assert said.count("·") == 4
    assert "RetailDetail · 2017-08-04 · Yoni Van Looveren · Kering and Alibaba" in said
    assert said.endswith("1 of 1 articles, newest first.\n")
    assert json.loads(newsdesk("search", "--json", "--top-k", "1").stdout)["total"] == 3


def test_feedback_becomes_questions_that_eval_reads(home: Path, tmp_path: Path) -> None:
    from eval.datasets.jsonl import own

    settings, file = load_settings(), tmp_path / "feedback.jsonl"
    kept = build_kept_answers(settings)

    def judged(question: str, kind: FeedbackKind, note: str = "") -> str:
        answer = kept.keep(pipeline.ask(Question(question)))
        assert answer.answer_id is not None
        kept.add_feedback(answer.answer_id, kind, note)
        return answer.answer

    pipeline = build_pipeline(settings)
    with closing(pipeline.collection):
        right = judged("Why did Kering drop its suit?", "helpful")
        judged("Who is the CEO of Walmart?", "helpful")
        judged("Who runs Tapestry?", "should_have_answered")
        judged("Who runs Coach?", "wrong_answer", "Victor Luis")
        judged("Who runs Kate Spade?", "wrong_source")
    result = newsdesk("feedback", "export", str(file))
    assert result.stdout.startswith(f"{file}: 4 questions. 1 left out")
    helpful, declined, unknown, noted = own(file, [home]).questions
    assert helpful.answers[0] in right.replace(" [1]", "")
    assert helpful.evidence and all(evidence.quote for evidence in helpful.evidence)
    assert not declined.answerable
    assert (unknown.answerable, unknown.type) == (True, "should_have_answered")
    assert noted.answers == ("Victor Luis",)
    assert newsdesk("feedback", "export", str(file)).exit_code == 2
    assert newsdesk("feedback", "export", str(file), "--overwrite").exit_code == 0
