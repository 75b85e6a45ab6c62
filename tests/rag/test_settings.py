"""The environment, newsdesk.toml, and what is wrong with them."""

from pathlib import Path

import pytest

from index.errors import SetupError
from rag.build import build_pipeline
from rag.settings import load_settings


def test_environment_wins_over_file_and_file_over_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "newsdesk.toml").write_text("top_k = 5\nthreads = 2\n", encoding="utf-8")
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))
    monkeypatch.setenv("NEWSDESK_THREADS", "3")
    settings = load_settings()
    assert (settings.home, settings.top_k, settings.threads, settings.llm) == (tmp_path, 5, 3, "extractive")


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("top_k = 0", "The setting 'top_k' cannot be used: input should be greater than or equal to 1."),
        ("colour = 1", "The setting 'colour' cannot be used: extra inputs are not permitted."),
        ("top_k = ", "newsdesk.toml cannot be read: "),
    ],
)
def test_setting_that_cannot_be_used_is_named(toml: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "newsdesk.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(SetupError) as error:
        load_settings(tmp_path)
    assert error.value.message.startswith(message)
    assert "newsdesk.toml" in str(error.value) or "the file" in error.value.remedy


def test_unknown_backend_lists_the_choices(seeds_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_LLM", "oracle")
    with pytest.raises(SetupError, match=r"There is no llm named 'oracle'.*Choose one of: extractive"):
        build_pipeline(load_settings(seeds_home))


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_HOME", "")
    monkeypatch.setenv("NEWSDESK_TOP_K", "")
    settings = load_settings()
    assert settings.home.is_absolute() and settings.top_k == 8
