"""Newsdesk beside other libraries: what is counted, the table, and the two peers that need no environment."""

import ast
import json
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.datasets.seeds import load
from eval.peers.__main__ import countable, peers, read_articles
from eval.peers.bm25 import Bm25Peer
from eval.peers.newsdesk import NewsdeskPeer
from eval.peers.report import figures, read_results, scores, table
from eval.peers.run import ROOT, run_peer
from eval.peers.table import PEERS
from eval.peers.types import CHUNKS, Job, Measured, Peer, Spec, text_of
from eval.types import EvalQuestion, Evidence
from index.errors import BadInputError, SetupError
from index.types import Article
from index.weights import packaged_model
from rag.types import Question, Turn

GOLD = {"first": ["a"], "third": ["c", "x"], "missed": ["z"], "nothing found": ["a"]}
RANKINGS = {"first": ["a", "b"], "third": ["d", "b", "x", "c"], "missed": ["a"], "nothing found": []}
MEASURED = Measured(RANKINGS, 10, 20.0, 30.0, 4.0, 5.0, 0.5, 0.25, 100.0)


def test_any_gold_article_counts_and_what_is_not_found_is_zero() -> None:
    assert scores(RANKINGS, GOLD) == {
        "hit@1": {"first": 1, "third": 0, "missed": 0, "nothing found": 0},
        "hit@5": {"first": 1, "third": 1, "missed": 0, "nothing found": 0},
        "hit@10": {"first": 1, "third": 1, "missed": 0, "nothing found": 0},
        "mrr": {"first": 1, "third": pytest.approx(1 / 3), "missed": 0, "nothing found": 0},
    }


def test_a_question_that_has_no_ranking_at_all_is_counted() -> None:
    assert figures(replace(MEASURED, rankings={"first": ["a"]}), GOLD)["hit@1"] == 0.25


def test_table_has_intervals_and_ratios_to_newsdesk() -> None:
    other = replace(MEASURED, rankings=RANKINGS | {"third": ["c"]}, ingest_s=50.0, peak_mb=60.0)
    shown = table({"newsdesk": figures(MEASURED, GOLD), "bm25": figures(other, GOLD)})
    newsdesk, bm25 = (
        [cell.strip() for line in shown.splitlines() if line.startswith(f"| {peer}") for cell in line.split("|")[2:-1]]
        for peer in ("newsdesk", "bm25")
    )
    assert newsdesk[0].startswith("0.250 [0.00, ") and "x" not in "".join(newsdesk)
    assert bm25[0].startswith("0.500 [") and bm25[0].endswith("] x2.00")
    assert bm25[4:12] == [
        "50.0 x2.50",
        "30.0 x1.00",
        "10 x1.00",
        "4.0 x1.00",
        "5.0 x1.00",
        "0.50 x1.00",
        "0.25 x1.00",
        "60 x0.60",
    ]
    assert f"- bm25: {PEERS['bm25'].setup}" in shown


def test_table_has_paired_differences_to_newsdesk() -> None:
    other = figures(replace(MEASURED, rankings=RANKINGS | {"first": []}), GOLD)
    shown = table({"newsdesk": figures(MEASURED, GOLD), "bm25": other})
    [line] = [line for line in shown.splitlines() if line.startswith("| bm25 ") and "+0." in line]
    cells = [cell.strip() for cell in line.split("|")[2:-1]]
    assert [cell.partition(" ")[0] for cell in cells] == ["+0.250"] * 4
    assert all(cell.endswith(" [+0.000, +0.750]") for cell in cells)


def test_table_without_newsdesk_has_no_ratios() -> None:
    shown = table({"bm25": figures(MEASURED, GOLD)})
    assert "| 20.0 " in shown and " x1.00" not in shown and "minus" not in shown


def test_counted_are_questions_that_a_search_can_answer() -> None:
    plain = EvalQuestion("plain", "Who?", "fact", "tune", True, evidence=(Evidence("a"),))
    others = [
        replace(plain, id="unanswerable", answerable=False),
        replace(plain, id="follow-up", history=(Turn("user", "Where?"),)),
        replace(plain, id="no evidence", evidence=()),
        replace(plain, id="article missing", evidence=(Evidence("a"), Evidence("z"))),
    ]
    assert countable([*others, plain], [Article("a", "Title", "Text")]) == [plain]


def test_peers_get_the_title_and_every_line_as_a_paragraph() -> None:
    assert text_of(Article("a", "Title", "One.\nTwo.\n\n\nThree.\n")) == "Title\n\nOne.\n\nTwo.\n\nThree."


@pytest.fixture(scope="module")
def seeds() -> list[Article]:
    return read_articles(load(None))


@pytest.mark.parametrize("peer_class", [Bm25Peer, NewsdeskPeer])
def test_finds_the_seed_articles_and_finds_the_same_after_loading(
    peer_class: type[Peer], seeds: list[Article], tmp_path: Path, model_cache: Path
) -> None:
    (tmp_path / "models").symlink_to(model_cache, target_is_directory=True)
    asked = countable(load(None).questions, seeds)
    built, loaded = (peer_class(tmp_path, packaged_model().path) for _ in range(2))
    assert built.build(seeds) >= len(seeds)
    loaded.load()
    found = {question.id: built.search(question.as_asked(CHUNKS), CHUNKS) for question in asked}
    assert found == {question.id: loaded.search(question.as_asked(CHUNKS), CHUNKS) for question in asked}
    rankings = {key: list(dict.fromkeys(ids)) for key, ids in found.items()}
    right = scores(rankings, {question.id: question.gold_articles for question in asked})["hit@1"]
    assert sum(right.values()) / len(right) > 0.7  # by chance a third


def test_bm25_finds_nothing_for_words_that_occur_nowhere(seeds: list[Article], tmp_path: Path) -> None:
    peer = Bm25Peer(tmp_path, tmp_path)
    peer.build(seeds)
    assert peer.search(Question("zyxwv qwrtp"), 3) == []


def test_command_measures_a_peer_in_its_own_process(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    arguments = ["--set", "seeds", "--peer", "bm25", "--half", "report", "--out", str(out)]
    done = CliRunner().invoke(peers, arguments)
    assert done.exit_code == 0, done.output
    assert "seeds: 3 articles, " in done.stdout and "| bm25 | " in done.stdout
    [(name, result)] = json.loads(out.read_text())["peers"].items()
    assert name == "bm25" and result["chunks"] == 3
    assert 0.5 < result["mrr"] <= 1 and set(result["questions"]["mrr"].values()) <= {0, 1, 1 / 2, 1 / 3}
    assert 0 < result["ingest_s"] < result["cold_start_s"] + 60
    assert 20 < result["peak_mb"] < 1000
    again = CliRunner().invoke(peers, arguments)
    assert again.exit_code == 0 and again.stdout == done.stdout  # the times, too: it was not run again
    assert "running" not in again.stderr
    other = CliRunner().invoke(peers, [*arguments, "--threads", "1"])
    assert isinstance(other.exception, BadInputError) and "figures of another run" in str(other.exception)


def test_a_file_that_holds_no_figures_is_named(tmp_path: Path) -> None:
    for content in ("", "[]", "{}", '{"measured": "x"}'):
        (tmp_path / "notes.json").write_text(content)
        with pytest.raises(BadInputError, match=r"notes\.json holds no figures"):
            read_results(tmp_path / "notes.json", "x")


def test_a_peer_that_is_not_set_up_is_said_before_anything_runs(tmp_path: Path) -> None:
    arguments = ["--set", "seeds", "--peer", "bm25", "--peer", "langchain", "--environments", str(tmp_path)]
    done = CliRunner().invoke(peers, arguments)
    assert isinstance(done.exception, SetupError)
    assert str(done.exception) == (
        "The peer 'langchain' is not set up. Install it with: python -m eval.peers setup --peer langchain"
    )
    assert "running" not in done.output


def test_figures_of_the_others_survive_a_peer_that_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PEERS, "newsdesk", Spec("no_such_module:Peer", (), ""))
    done = CliRunner().invoke(peers, ["--set", "seeds", "--peer", "newsdesk", "--peer", "bm25"])
    assert done.exit_code == 1
    assert "'newsdesk' stopped with an error" in done.stderr and "| bm25 | 0." in done.stdout


def test_errors_reach_a_user_as_a_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "eval.peers", "--set", "seeds", "--peer", "txtai", "--environments", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("eval.peers: The peer 'txtai' is not set up.") and "Traceback" not in done.stderr


def test_a_peer_that_breaks_is_named_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"'broken' stopped with an error \(ModuleNotFoundError: .*no_such_module"):
        run_peer("broken", Spec("no_such_module:Peer", (), ""), Job((), {}), sys.executable, tmp_path, threads=1)


def test_a_peer_cannot_reach_the_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        caller = f"import socket\ndef Peer(folder, model):\n    socket.create_connection({listener.getsockname()!r})\n"
        (tmp_path / "caller.py").write_text(caller)
        code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from eval.peers.worker import main; main()"
        job = "import pickle; from eval.peers.types import Job; "
        write = f"open({str(tmp_path / 'job.pickle')!r}, 'wb').write(pickle.dumps(Job((), {{}}))); "
        command = [sys.executable, "-c", job + write + code, "measure", "caller:Peer", str(tmp_path), str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode and "PermissionError: a peer wants the network" in done.stderr


@pytest.mark.parametrize("name", PEERS)
def test_every_peer_has_the_shape_and_pinned_requirements(name: str) -> None:
    """Read, not imported: its library may not be there."""
    module, _, class_name = PEERS[name].target.partition(":")
    tree = ast.parse((ROOT / Path(*module.split("."))).with_suffix(".py").read_text())
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    names = [class_name, *(base.id for base in classes[class_name].bases if isinstance(base, ast.Name))]
    methods = {node.name for one in names for node in classes[one].body if isinstance(node, ast.FunctionDef)}
    assert {"__init__", "build", "load", "search"} <= methods
    assert all("==" in requirement for requirement in PEERS[name].requirements)
