"""`newsdesk verify` as a person meets it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ui.cli import cli

PASSAGE = (
    "Norvik Lines will cut its fares by 12 percent in June, its director Ada Brandt said. Fuel has become cheaper."
)


def verify(tmp_path: Path, *lines: object) -> Result:
    file = tmp_path / "claims.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return CliRunner().invoke(cli, ["verify", str(file)])


def test_each_line_is_printed_with_its_verdict(tmp_path: Path) -> None:
    claims = [
        "Fuel has become cheaper.",
        "Norvik Lines will cut its fares by 15 percent.",
        "Norvik Lines was sold in 2031.",
    ]
    lines = [
        {"id": n, "claim": claim, "passage": PASSAGE, "title": "Cut", "published_at": "2031-05-02"}
        for n, claim in enumerate(claims)
    ]
    done = verify(tmp_path, *lines, "", {"claim": "Ferries are blue.", "passage": PASSAGE})
    assert done.exit_code == 0, done.output
    told = [json.loads(line) for line in done.output.splitlines()]
    assert [line["verdict"] for line in told] == ["supported", "unsupported", "unsupported", "unsupported"]
    assert told[0] == {**lines[0], "verdict": "supported", "score": 1.0, "reason": ""}
    assert told[1]["reason"] == "no source says “15 percent”"
    assert all(0 <= line["score"] < 1 and line["reason"] for line in told[1:])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "it is not JSON in UTF-8"),
        ("[]", "the line: input should be a valid dictionary"),
        ({"claim": "A."}, "passage: field required"),
        ({"claim": " ", "passage": "A."}, "claim: string should match pattern"),
        ({"claim": 1, "passage": "A."}, "claim: input should be a valid string"),
        ({"claim": "A.", "passage": "A.", "published_at": "2031"}, "published_at: value error, a day is written"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: object, said: str) -> None:
    done = verify(tmp_path, {"claim": "A ferry.", "passage": PASSAGE}, line)
    assert done.exit_code == 2
    assert "claims.jsonl, line 2, cannot be used: " in done.output and said in done.output


def test_without_a_reader_nothing_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_READER", "none")
    done = verify(tmp_path, {"claim": "A ferry.", "passage": PASSAGE})
    assert done.exit_code == 3 and "The settings want no reader" in done.output
