"""A whole run on the seeds set: its files, its figures, its comparison with another run."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from eval.floors import FLOORS, drops, figures_of
from ui.cli import cli

FILES = {"config.json", "results.jsonl", "summary.json", "latency.json", "report.html"}


def newsdesk(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["eval", *map(str, arguments)])


def records_of(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "results.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Path:
    """A NEWSDESK_HOME with two runs of the same, in the folders a and b."""
    home = tmp_path_factory.mktemp("eval_home")
    (home / "models").symlink_to(model_cache, target_is_directory=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEWSDESK_HOME", str(home))
        for out in ("a", "b"):
            done = newsdesk("run", "--set", "seeds", "--set", "squad2", "--out", home / out)
            assert done.exit_code == 0, done.output
            assert "squad2: skipped" in done.output
            assert "seeds report" in done.output
    return home


def test_no_figure_of_the_seeds_set_is_below_its_floor(runs: Path) -> None:
    assert list(drops(json.loads(FLOORS.read_text("utf-8")), figures_of(records_of(runs / "a")))) == []


def test_two_runs_give_the_same_bytes(runs: Path) -> None:
    assert {file.name for file in (runs / "a").iterdir()} == FILES
    for name in sorted(FILES - {"latency.json", "report.html"}):
        assert (runs / "a" / name).read_bytes() == (runs / "b" / name).read_bytes(), name


def test_the_archive_of_a_set_is_built_once(runs: Path) -> None:
    [archive] = (runs / "eval").iterdir()
    assert archive.name.startswith("seeds-")


def test_every_question_is_in_the_results(runs: Path) -> None:
    records = records_of(runs / "a")
    assert len(records) == 60
    summary = json.loads((runs / "a" / "summary.json").read_text("utf-8"))["seeds"]
    right = [record["scores"]["right"] for record in records if record["half"] == "report"]
    assert summary["report"]["all"]["figures"]["right"]["value"] == pytest.approx(sum(right) / 30, abs=1e-4)
    assert summary["all"]["all"]["figures"]["verbatim"]["value"] == 1
    latency = json.loads((runs / "a" / "latency.json").read_text("utf-8"))["seeds"]
    assert latency["steps"]["total"]["p50"] >= latency["steps"]["embed"]["p50"] > 0


def test_the_report_needs_nothing_from_elsewhere(runs: Path) -> None:
    page = (runs / "a" / "report.html").read_text("utf-8")
    assert page.count("<svg") == 3
    assert "Why did Kering drop its lawsuit against Alibaba?" in page
    assert not any(word in page for word in ("<script", "<link", "<img", "@import", "url(http", "src="))


def test_equal_runs_do_not_differ(runs: Path) -> None:
    assert newsdesk("diff", runs / "a", runs / "b").output.strip() == "No figure changed."


def test_a_difference_is_told_question_by_question(runs: Path, tmp_path: Path) -> None:
    shutil.copytree(runs / "a", tmp_path / "c")
    file = tmp_path / "c" / "results.jsonl"
    records = records_of(tmp_path / "c")
    turned = [record for record in records if record["scores"].get("right") == 1][:6]
    for record in turned:
        record["scores"]["right"] = 0
    file.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    done = newsdesk("diff", runs / "a", tmp_path / "c")
    assert done.exit_code == 0
    [line] = [line for line in done.output.splitlines() if line.startswith("seeds ") and " right " in line]
    # of 60 questions none rose and six fell: by exact McNemar p = 2 / 2 ** 6
    assert line.split()[2] == "60"
    assert line.split()[-3:] == ["0", "6", "0.031"]
    assert "-0.100" in line
    said = done.output.partition("No longer right:")[2]
    assert all(record["question"] in said for record in turned)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["diff", "no", "where"], "does not hold a run"),
        (["run", "--questions", "q.jsonl"], "go together"),
        (["run", "--set", "squad2", "--data", "nowhere"], "None of the data sets is there"),
        (["run", "--questions", "missing.jsonl", "--articles", "."], "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(arguments: list[str], said: str) -> None:
    done = newsdesk(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr


def test_questions_of_ones_own(empty_home: Path, tmp_path: Path) -> None:
    questions, articles = tmp_path / "mine.jsonl", tmp_path / "articles.jsonl"
    text = "Bright Shoes opened its first shop in Mumbai on Monday. It plans three more."
    url = "https://example.org/shoes"
    articles.write_text(json.dumps({"url": url, "title": "Bright Shoes opens in Mumbai", "text": text}))
    where = {"question": "Where did Bright Shoes open its first shop?", "answer": "Mumbai", "answer_keys": [["mumbai"]]}
    evidence = [{"url": url, "quote": "its first shop in Mumbai"}]
    questions.write_text(json.dumps({"id": "1", "type": "fact", "evidence": evidence} | where))
    done = newsdesk("run", "--questions", questions, "--articles", articles)
    assert done.exit_code == 0, done.output
    summary = json.loads((empty_home / "eval" / "last" / "summary.json").read_text("utf-8"))
    figures = summary["mine"]["all"]["fact"]["figures"]
    assert figures["right"]["value"] == figures["passage_hit@1"]["value"] == figures["evidence_recall"]["value"] == 1


def test_a_sunk_figure_and_changed_questions_are_told() -> None:
    floors = json.loads(FLOORS.read_text("utf-8"))
    assert list(drops(floors, floors)) == []
    sunk = floors | {"report": floors["report"] | {"verbatim": 0.99}}
    assert list(drops(floors, sunk)) == ["verbatim of the report half is 0.9900, below its floor of 1.0000."]
    [sentence] = drops(floors, floors | {"questions_sha256": "0"})
    assert "not those the floors were measured on" in sentence


def test_floors_sink_only_when_that_is_meant(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from eval import floors as module
    from index.errors import BadInputError

    file = tmp_path / "floors.json"
    monkeypatch.setattr(module, "FLOORS", file)
    high = {"questions_sha256": "a", "tune": {"right": 0.8}, "report": {"right": 0.8}}
    low = high | {"tune": {"right": 0.7}}
    module.update(high, allow_lower=False)
    with pytest.raises(BadInputError, match=r"right of the tune half is 0\.7000"):
        module.update(low, allow_lower=False)
    assert json.loads(file.read_text()) == high
    module.update(low, allow_lower=True)
    assert json.loads(file.read_text()) == low
