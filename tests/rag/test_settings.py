"""The environment, newsdesk.toml, and what is wrong with them."""

import sys
from pathlib import Path

import pytest

from index.errors import SetupError
from rag.build import build_llm, build_pipeline, llm_class
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
        ('[llms.a]\nkind = "openai"', "The setting 'llms.a.model' cannot be used: field required."),
        (
            '[llms.a]\nkind = "openai"\nmodel = "m"\napi_key = "sk-very-secret"',
            "The setting 'llms.a.api_key' cannot be used: extra inputs are not permitted.",
        ),
    ],
)
def test_setting_that_cannot_be_used_is_named(toml: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "newsdesk.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(SetupError) as error:
        load_settings(tmp_path)
    assert error.value.message.startswith(message)
    assert "newsdesk.toml" in str(error.value) or "the file" in error.value.remedy
    assert "secret" not in f"{error.value}{error.value.__cause__}"


def test_unknown_backend_lists_the_choices(seeds_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_LLM", "oracle")
    with pytest.raises(SetupError, match=r"There is no llm named 'oracle'.*Choose one of: extractive"):
        build_pipeline(load_settings(seeds_home))


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_HOME", "")
    monkeypatch.setenv("NEWSDESK_TOP_K", "")
    settings = load_settings()
    assert settings.home.is_absolute() and settings.top_k == 8


MODEL = '[llms.mine]\nkind = "openai"\nmodel = "m"\nbase_url = "http://127.0.0.1:9/v1"\napi_key_env = "MY_KEY"\n'


@pytest.mark.parametrize(("value", "said"), [(None, "is not set"), ("  ", "is not set"), ("sk secret", "cannot be")])
def test_a_key_that_is_none(value: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "newsdesk.toml").write_text(MODEL, encoding="utf-8")
    monkeypatch.delenv("MY_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("MY_KEY", value)
    with pytest.raises(SetupError, match=f"MY_KEY.* {said}") as error:
        build_llm(load_settings(tmp_path), "mine")
    assert "secret" not in str(error.value)


def test_tables_in_the_environment_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_LLMS", '{"a": {"kind": "openai", "model": "m"}}')
    assert load_settings().llms["a"].model == "m"
    monkeypatch.setenv("NEWSDESK_LLMS", "[llms.a]")
    with pytest.raises(SetupError, match=r'of the environment cannot be used: .*"llms"'):
        load_settings()


@pytest.mark.parametrize(
    ("kind", "package"), [("llama_cpp", "xllamacpp"), ("openai", "openai"), ("anthropic", "anthropic")]
)
def test_a_missing_package_says_what_to_install(kind: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    for module in ("rag.openai_chat", "rag.llms.llama_cpp", "rag.llms.openai_compatible", "rag.llms.anthropic"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    with pytest.raises(SetupError, match=rf"{package} is not installed. Install it: pip install 'newsdesk\["):
        llm_class(kind)


def test_an_unknown_kind_lists_the_choices() -> None:
    with pytest.raises(SetupError, match=r"no kind of language model named 'oracle'.*Choose one of: llama_cpp, openai"):
        llm_class("oracle")
