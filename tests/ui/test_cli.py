"""The command line as a person meets it: what it prints, where, and with which exit code."""

import hashlib
import json
import os
import pty
import signal
import socket
import sqlite3
import subprocess
import sys
import termios
import time
from contextlib import closing
from pathlib import Path

import faiss
import httpx
import numpy as np
import pytest
from click.testing import CliRunner, Result
from conftest import SEEDS

from eval.processes import own_process
from tests.commands import COMMANDS
from ui.cli import cli
from ui.door import listen

COMMAND = [sys.executable, "-c", "from ui.cli import cli; cli()"]
QUESTION = "Why did Kering drop its suit?"


def newsdesk(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def one_line(result: Result) -> str:
    """What was said on stderr: one line, no traceback."""
    [line] = result.stderr.splitlines()
    assert line.startswith("newsdesk: ")
    return line


def articles(path: Path, count: int) -> Path:
    text = "The chain opened {} stores in the spring. Sales rose by four per cent, the company said on Monday."
    records = ({"title": f"Chain {n} grows", "text": text.format(n), "outlet": "Example"} for n in range(count))
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches(command: str) -> None:
    said = newsdesk(*command.split(), "--help").output
    assert f"newsdesk {command}" in said
    assert "Exit codes:" in said
    assert command == "doctor" or "Examples:" in said


def test_version() -> None:
    assert newsdesk("--version").output.startswith("newsdesk, version ")


def test_ingest_counts_what_it_did(empty_home: Path, tmp_path: Path) -> None:
    path = articles(tmp_path / "a.jsonl", 3)
    first = newsdesk("ingest", path)
    assert first.exit_code == 0
    assert first.stdout.splitlines()[0] == "3 read: 3 new, 0 updated, 0 unchanged, 0 failed."
    assert first.stderr == ""
    assert newsdesk("ingest", path).stdout.startswith("3 read: 0 new, 0 updated, 3 unchanged, 0 failed.")


def test_a_terminal_sees_progress(empty_home: Path, tmp_path: Path) -> None:
    master, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (40, 100))
    run = subprocess.run(
        [*COMMAND, "ingest", str(articles(tmp_path / "a.jsonl", 3))],
        stdout=subprocess.PIPE,
        stderr=terminal,
        timeout=60,
        env=os.environ,
    )
    os.close(terminal)
    assert run.returncode == 0
    assert b"3/3 [" in os.read(master, 100_000)
    os.close(master)


def test_ingest_names_what_failed_and_what_was_left_out(empty_home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    articles(folder / "a.jsonl", 2)
    (folder / "empty.txt").touch()
    (folder / "menu.html").write_text("<ul><li><a href=/>Home</a></ul>")
    (folder / "photo.png").write_bytes(b"...")
    result = newsdesk("ingest", folder)
    assert result.exit_code == 1
    assert result.stdout.startswith("4 read: 2 new, 0 updated, 0 unchanged, 2 failed.")
    failed, menu, left_out = result.stderr.splitlines()
    assert "empty.txt" in failed and "menu.html" in menu and "photo.png" in left_out


def test_ingest_of_nothing_that_can_be_read(empty_home: Path, tmp_path: Path) -> None:
    result = newsdesk("ingest", tmp_path / "missing.txt")
    assert result.exit_code == 2
    assert "no such file" in one_line(result)


def test_ingest_if_empty_leaves_an_archive_alone(home: Path, tmp_path: Path) -> None:
    result = newsdesk("ingest", "--if-empty", articles(tmp_path / "a.jsonl", 3))
    assert (result.exit_code, result.output) == (0, "")
    assert newsdesk("ingest", articles(tmp_path / "a.jsonl", 3)).stdout.startswith("3 read: 3 new")


def newsdesk_told(answer: str, *arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, input=answer)


def test_delete_shows_asks_and_takes_effect(home: Path) -> None:
    asked = json.loads(newsdesk("ask", QUESTION, "--json").stdout)
    wanted = asked["citations"][0]["article_id"]
    shown = newsdesk("delete", "--outlet", "retaildetail", "--dry-run").stdout
    assert wanted in shown and "1 to delete." in shown
    for answer, code in (("n\n", 0), ("", 2)):
        result = newsdesk_told(answer, "delete", wanted)
        assert (result.exit_code, "Nothing was d" in result.output) == (code, True)
    assert json.loads(newsdesk("ask", QUESTION, "--json").stdout)["citations"] == asked["citations"]
    assert "1 deleted. The archive holds 2 articles." in newsdesk_told("y\n", "delete", wanted).stdout
    assert wanted not in newsdesk("ask", QUESTION, "--json").stdout
    assert "1 skipped" in newsdesk("ingest", SEEDS).stdout
    assert newsdesk("ingest", "--undelete", SEEDS).stdout.startswith("3 read: 1 new")
    assert json.loads(newsdesk("ask", QUESTION, "--json").stdout)["citations"] == asked["citations"]


def test_a_correction_of_a_copy_stands_beside_the_others(empty_home: Path, tmp_path: Path) -> None:
    path, copy = tmp_path / "a.jsonl", "https://copy.example/1"
    story = " ".join(f"Its shop {n} in the town of {town} sold more." for n, town in enumerate("ABCDEFGHIJKLMNOPQRST"))
    text = f"The chain Zorbo opened nine stores in the spring, it said.\n\n{story}\n\n"
    article = {"title": "Zorbo grows", "text": text, "url": "https://x.example/1", "published_at": "2020-01-02"}
    corrected = text.replace("nine", "ten") + "Correction: An earlier version of this story said nine."
    later = {"url": copy, "text": corrected, "published_at": "2020-01-03", "updated_at": "2020-01-04"}
    for articles in ([article], [article, article | later]):
        path.write_text("".join(json.dumps(one) + "\n" for one in articles))
        newsdesk("ingest", path)
        shown = json.loads(newsdesk("ask", "How many stores did Zorbo open?", "--json").stdout)
        told = {c["url"]: c["notice"] for c in shown["citations"] + shown["nearest"] if "nine" in c["quote"]}
        notice = f"A copy at {copy}, updated on 2020-01-04, shows a correction or retraction."
        assert set(told.values()) == ({None} if len(articles) == 1 else {notice}), shown


def test_the_history_of_an_article_and_its_correction(empty_home: Path, tmp_path: Path) -> None:
    path, url = tmp_path / "a.jsonl", "https://x.example/1"
    text = "The chain Zorbo opened nine stores in the spring, it said.\n\nIts sales rose.\n\n"
    corrected = text.replace("nine", "ten") + "Correction: An earlier version of this story said nine."
    for version in (text, corrected):
        path.write_text(json.dumps({"title": "Zorbo grows", "text": version, "url": url}))
        newsdesk("ingest", path)
    answer = json.loads(newsdesk("ask", "How many stores did Zorbo open?", "--json").stdout)
    for citation in answer["citations"] + answer["nearest"]:
        assert citation["notice"] == "Correction: An earlier version of this story said nine."
    assert "Notice: Correction" in newsdesk("ask", "How many stores did Zorbo open?").stdout
    said = newsdesk("article", "history", hashlib.sha1(url.encode()).hexdigest()[:12]).stdout.splitlines()
    assert [line.split(",")[0] for line in said if line.startswith("Version")] == ["Version 1", "Version 2"]
    assert "-The chain Zorbo opened nine stores in the spring, it said." in said
    assert "+The chain Zorbo opened ten stores in the spring, it said." in said
    assert "-Its sales rose." not in said
    assert newsdesk("article", "history", "nowhere").exit_code == 2


def test_backup_and_restore(home: Path, tmp_path: Path) -> None:
    file, asked = tmp_path / "saved.sqlite", newsdesk("ask", QUESTION, "--json")
    assert newsdesk("backup", file).exit_code == 0
    assert "there already" in one_line(newsdesk("backup", file))
    assert newsdesk("backup", file, "--overwrite").exit_code == 0
    newsdesk("delete", "--yes", "--from", "2000-01-01")
    assert newsdesk_told("n\n", "restore", str(file)).stdout == "Nothing was restored.\n"
    assert newsdesk_told("y\n", "restore", str(file)).stdout.endswith("holds 3 articles.\n")
    citations = json.loads(newsdesk("ask", QUESTION, "--json").stdout)["citations"]
    assert citations == json.loads(asked.stdout)["citations"]
    assert "3 articles" in newsdesk("doctor").stdout


def test_delete_by_address_and_day(empty_home: Path, tmp_path: Path) -> None:
    records = [
        {"title": f"Chain {n}", "text": f"It opened {n} stores.", "url": f"https://x.example/{n}", "outlet": "Daily"}
        | {"published_at": f"2020-01-0{n}"}
        for n in range(1, 6)
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    newsdesk("ingest", path)
    assert newsdesk("delete", "--yes", "--url", "https://x.example/1").stdout.endswith("holds 4 articles.\n")
    assert newsdesk("delete", "--yes", "--from", "2020-01-02", "--to", "2020-01-03").stdout.endswith("2 articles.\n")
    result = newsdesk("delete", "--yes", "--outlet", "Dail", "--to", "2021-01-01")
    assert result.stdout == "0 to delete.\n"
    assert "no outlet named “Dail”. Did you mean “Daily”?" in one_line(result)


def test_ask_shows_the_answer_with_its_proof(home: Path) -> None:
    result = newsdesk("ask", QUESTION)
    assert result.exit_code == 0
    answer, proof = result.stdout.split("\n\n", 1)
    assert "[1]" in answer
    assert "[1] RetailDetail · 2017-08-04 · Kering and Alibaba join forces against counterfeit sales  (" in proof
    id = proof.partition("  (")[2].partition(")")[0]
    assert "Alibaba" in newsdesk("article", "history", id).stdout
    assert "reaches to 2017-08-04" in proof
    assert " ms (" in proof


def test_ask_says_undated_and_shows_the_file_where_there_is_no_link(home: Path) -> None:
    said = newsdesk("ask", "Who granted the restraining order?").stdout
    assert "undated" in said
    assert ".txt" in said


def test_ask_json_is_the_body_of_the_api(home: Path) -> None:
    body = json.loads(newsdesk("ask", QUESTION, "--json").stdout)
    assert body["abstained"] is False
    assert body["llm"] == "extractive"
    [*_, citation] = body["citations"]
    assert citation["end"] - citation["start"] == len(citation["quote"])


def test_ask_shows_which_dates_it_read_and_goes_by_others(home: Path) -> None:
    question = "Did Kering sue Alibaba in 2014?"
    assert "Read as: “2014”: 1 Jan 2014 to 31 Dec 2014." in newsdesk("ask", question).stdout
    assert "Read as" not in newsdesk("ask", question, "--time", "none").stdout
    said = newsdesk("ask", question, "--time", "2015-01-01..2015-06-30", "--time", "2017-08-04", "--latest").stdout
    assert "Read as: 1 Jan 2015 to 30 Jun 2015; 4 Aug 2017; the newest reports first." in said
    assert "start after it ends" in one_line(newsdesk("ask", question, "--time", "2016-01-01..2015-01-01"))
    assert newsdesk("ask", question, "--time", "2016..2017").exit_code == 2


def test_ask_goes_on_with_a_conversation(home: Path) -> None:
    begun = newsdesk("ask", "Who runs Tapestry?", "--conversation", "new")
    id = begun.output.rpartition("--conversation ")[2].split()[0]
    result = newsdesk("ask", "what did he say about China?", "--conversation", id)
    assert "Understood as: what did he say about China (Tapestry" in result.output
    assert "committed to the Chinese market" in result.output
    result = newsdesk("ask", "why?", "--conversation", "nothing")
    assert (result.exit_code, "no conversation 'nothing'" in result.stderr) == (2, True)


def test_ask_names_an_outlet_that_the_archive_does_not_have(home: Path) -> None:
    said = newsdesk("ask", QUESTION, "--outlet", "Retail Detail").stdout
    assert "Note: The archive has no outlet named “Retail Detail”. Did you mean “RetailDetail”?" in said


def test_an_abstention_is_a_result(home: Path) -> None:
    result = newsdesk("ask", "Who is the CEO of Walmart?")
    assert result.exit_code == 0
    assert "Nearest in the archive:" in result.stdout
    assert json.loads(newsdesk("ask", "Who is the CEO of Walmart?", "--json").stdout)["abstained"] is True


def test_filters_restrict_the_question(home: Path) -> None:
    for options in (("--as-of", "2016-01-01"), ("--to", "2016-01-01"), ("--outlet", "The Daily Example")):
        body = json.loads(newsdesk("ask", QUESTION, "--json", *options).stdout)
        assert body["abstained"], options
        assert body["citations"] == []
    body = json.loads(newsdesk("ask", QUESTION, "--json", "--outlet", "retaildetail", "--from", "2017-01-01").stdout)
    assert not body["abstained"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ask", ""], 2, "question"),
        (["ask", "   "], 2, "question"),
        (["ask", "why " * 5000], 2, "question"),
        (["ask", "Why?", "--as-of", "last spring"], 2, "YYYY-MM-DD"),
        (["ask", "Why?", "--top-k", "0"], 2, "--top-k"),
        (["ask", "caf\udce9"], 2, "UTF-8"),
        (["ask", "Why?", "--outlet", "\udce9"], 2, "--outlet"),
        (["ask"], 2, "QUESTION"),
        (["ingest"], 2, "no source is known"),
        (["delete"], 2, "--outlet"),
        (["backup", "/nowhere/at/all"], 3, "/nowhere/at/all"),
        (["restore", "--yes", "/nowhere/at/all"], 2, "/nowhere/at/all"),
        (["restore", "--yes", __file__], 2, "newsdesk backup"),
        (["delete", "abc", "--outlet", "Daily"], 2, "one or the other"),
        (["delete", "abc"], 2, "'abc'"),
        (["delete", "--url", "https://x.example/"], 2, "https://x.example/"),
        (["serve", "--port", "99999"], 2, "--port"),
        (["serve", "--host", "no..host", "--port", "0"], 2, "no..host"),
        (["serve", "--host", "192.0.2.1", "--port", "0"], 2, "192.0.2.1"),
        (["unknown"], 2, "unknown"),
    ],
)
def test_what_cannot_be_used(home: Path, arguments: list[str], code: int, said: str) -> None:
    result = newsdesk(*arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_an_empty_archive_says_how_to_fill_it(empty_home: Path) -> None:
    result = newsdesk("ask", QUESTION)
    assert result.exit_code == 3
    assert "newsdesk ingest" in one_line(result)


def test_settings_that_cannot_be_used(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_TOP_K", "many")
    assert "NEWSDESK_TOP_K" in one_line(newsdesk("ask", QUESTION))
    monkeypatch.delenv("NEWSDESK_TOP_K")
    monkeypatch.setenv("NEWSDESK_EMBEDDER", "nonsense")
    result = newsdesk("ask", QUESTION)
    assert result.exit_code == 3
    assert "onnx" in one_line(result)
    (home / "newsdesk.toml").write_text("= nonsense")
    monkeypatch.delenv("NEWSDESK_EMBEDDER")
    assert "newsdesk.toml" in one_line(newsdesk("ask", QUESTION))


def test_an_archive_of_another_embedder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_EMBEDDER", "hashing")
    for arguments in (["ask", QUESTION], ["ingest", "seeds"]):
        result = newsdesk(*arguments)
        assert result.exit_code == 3
        assert "hashing" in one_line(result) and "all-MiniLM-L6-v2" in one_line(result)


def test_a_data_folder_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model_cache: Path
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    monkeypatch.setenv("NEWSDESK_HOME", str(blocked / "home"))
    result = newsdesk("ingest", articles(tmp_path / "a.jsonl", 1))
    assert result.exit_code == 3
    assert str(blocked) in one_line(result)
    result = newsdesk("doctor")
    assert result.exit_code == 3
    assert "PROBLEM  data folder" in result.stdout


def test_a_damaged_vector_index_is_rebuilt_and_said(home: Path) -> None:
    [index] = (home / "archive" / "vectors").glob("*.faiss")
    index.write_bytes(index.read_bytes()[:100])
    result = newsdesk("ask", QUESTION)
    assert result.exit_code == 0
    assert "rebuilt" in one_line(result)
    assert "[1] RetailDetail" in result.stdout


def test_a_damaged_catalog_is_one_clear_line(home: Path) -> None:
    (home / "archive" / "catalog.sqlite").write_bytes(b"nonsense" * 1000)
    result = newsdesk("ask", QUESTION)
    assert result.exit_code == 3
    assert "catalog.sqlite" in one_line(result)


def test_an_unexpected_error_is_one_line_too(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr("rag.build.build_pipeline", breaks)
    result = newsdesk("ask", QUESTION)
    assert result.exit_code == 3
    assert "ZeroDivisionError: division by zero" in one_line(result)
    monkeypatch.setenv("NEWSDESK_DEBUG", "1")
    assert "Traceback" in newsdesk("ask", QUESTION).stderr


def test_doctor_finds_all_in_order(home: Path) -> None:
    result = newsdesk("doctor")
    assert result.exit_code == 0, result.output
    assert all(line.startswith("ok ") for line in result.stdout.splitlines())
    for told in (
        "SQLite",
        "onnxruntime ",
        " MB are free",
        str(home),
        "as pinned",
        "3 articles",
        "built with all-Mini",
    ):
        assert told in result.stdout


@pytest.mark.parametrize("setting", ["READER", "LLM"])
def test_doctor_names_a_part_that_is_not_there(setting: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"NEWSDESK_{setting}", "bogus")
    result = newsdesk("doctor")
    assert result.exit_code == 3
    assert f"There is no {setting.lower()} named 'bogus'" in result.output


def test_doctor_finds_an_index_that_lacks_something(home: Path) -> None:
    """A file that is whole, of the right state, and yet does not hold every chunk of the catalog."""
    [file] = (home / "archive" / "vectors").glob("*.faiss")
    index = faiss.read_index(str(file))
    index.remove_ids(np.array([1], np.int64))
    faiss.write_index(index, str(file))
    pointer = file.with_name("current.json")
    told = json.loads(pointer.read_text())
    told |= {"count": index.ntotal, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    pointer.write_text(json.dumps(told))
    result = newsdesk("doctor")
    assert result.exit_code == 3
    assert f"finds {index.ntotal} of {index.ntotal + 1} chunks" in result.stdout
    assert newsdesk("doctor", "--repair").exit_code == 0


@pytest.mark.parametrize(
    ("damage", "said", "left"),
    [
        ("DELETE FROM chunk_text", "are not in the full text", 3),
        ("INSERT INTO chunk_text (rowid, title, text) VALUES (99999, 'a', 'b')", "1 passages of no article", 3),
        ("DELETE FROM embeddings WHERE chunk_id = 1", "1 passages have no embedding", 2),
        ("DELETE FROM sentences WHERE rowid = 1", "1 articles have no sentences", 2),
    ],
)
def test_doctor_mends_what_can_be_made_anew(home: Path, damage: str, said: str, left: int) -> None:
    before = json.loads(newsdesk("ask", QUESTION, "--json").stdout)["citations"]
    with closing(sqlite3.connect(home / "archive" / "catalog.sqlite", isolation_level=None)) as db:
        db.execute(damage)
    assert said in newsdesk("doctor").stdout
    result = newsdesk("doctor", "--repair")
    assert result.exit_code == 0, result.output
    assert f"of {left} articles were made anew." in result.stdout
    assert ("ingest them again" in result.stdout) == (left < 3)
    newsdesk("ingest", SEEDS)
    assert newsdesk("doctor").exit_code == 0
    assert json.loads(newsdesk("ask", QUESTION, "--json").stdout)["citations"] == before


@pytest.mark.parametrize("part", [0.3, 0.5, 0.9])
def test_doctor_finds_a_catalog_that_is_damaged_somewhere(home: Path, part: float) -> None:
    file = home / "archive" / "catalog.sqlite"
    content = bytearray(file.read_bytes())
    at = int(len(content) * part) // 4096 * 4096
    content[at : at + 8192] = os.urandom(8192)
    file.write_bytes(content)
    result = newsdesk("doctor")
    assert result.exit_code == 3
    assert f"The archive {file} is damaged" in result.stdout


def test_answers_do_not_wait_for_acknowledgements() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()) as client:
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
            client.close()


def test_a_taken_port_is_one_clear_line(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = newsdesk("serve", "--port", port)
    assert result.exit_code == 3
    assert port in one_line(result) and "--port" in one_line(result)


def test_a_cold_question_loads_only_what_it_needs(home: Path) -> None:
    heavy = (
        "torch transformers sentence_transformers gradio fastapi uvicorn trafilatura tiktoken onnx sklearn pandas tqdm "
        "urllib3 feedparser protego tomlkit lxml"
    )
    code = (
        "import sys; from ui.cli import cli\n"
        f"cli(['ask', {QUESTION!r}], standalone_mode=False)\n"
        f"print('LOADED', [name for name in {heavy.split()} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout.splitlines()[-1] == "LOADED []"


def test_ctrl_c_keeps_what_went_in(empty_home: Path, tmp_path: Path) -> None:
    path = articles(tmp_path / "a.jsonl", 3000)
    catalog = empty_home / "archive" / "catalog.sqlite"
    with own_process(
        [*COMMAND, "ingest", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ
    ) as run:
        for _ in range(600):
            time.sleep(0.05)
            if catalog.exists() and _stored(catalog):
                break
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=60)
    assert run.returncode == 130
    assert err.splitlines()[-1].startswith("newsdesk: Stopped before the end.")
    assert "Traceback" not in err
    kept = _stored(catalog)
    assert 0 < kept < 3000
    counted = int(out.split()[0])
    assert kept - 1 <= counted <= kept  # the one that was being stored may be in without being counted
    assert newsdesk("ask", "How many stores did chain 3 open?", "--json").exit_code == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_serve_says_where_it_is_and_ends_with_ctrl_c(
    empty_home: Path, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSDESK_ACCESS", "open")
    command = [COMMAND[0], "-X", "dev", *COMMAND[1:], "serve", "--host", host, "--port", "0"]
    with own_process(command, stderr=subprocess.PIPE, env=os.environ) as run:
        assert run.stderr is not None
        address = run.stderr.readline().split()[1]
        assert address.startswith(f"http://{host}:")
        deadline = time.monotonic() + 60
        while not _answers(address.replace(host, "127.0.0.1") + "/healthz"):
            assert run.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        run.wait(60)
        said = run.stderr.read()  # communicate() would lose what is in the buffer behind the first line
    assert run.returncode == 0
    assert ("ask for no key" in said) == (host == "0.0.0.0")
    assert "newsdesk ingest" in said  # the archive is empty
    assert "Traceback" not in said
    assert "unclosed" not in said  # nothing is left open, says Python's development mode


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.TransportError:
        return False


def _stored(catalog: Path) -> int:
    with sqlite3.connect(f"file:{catalog}?mode=ro", uri=True) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])
        except sqlite3.OperationalError:
            return 0
