"""The only reader of the environment, and of `newsdesk.toml`, which it may also write. Constructs nothing."""

import os
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from index.errors import SetupError

PREFIX = "NEWSDESK_"
FILE = "newsdesk.toml"

RULES = "rules"
"""Who completes follow-up questions when no language model does."""


def _default_home() -> Path:
    return Path(platformdirs.user_data_dir("newsdesk", appauthor=False))


class LLMSettings(BaseModel):
    """One language model: a table `[llms.NAME]` of newsdesk.toml. Keys are not among it, only where they stand."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kind: str = Field(description="how it is asked: a name or package.module:Class")
    model: str = Field(description="what its server calls it; for llama_cpp a GGUF file or a fetched name")
    base_url: str | None = Field(default=None, description="of its server; none: the provider's own")
    api_key_env: str | None = Field(default=None, description="variable of the environment that holds the key")
    context_tokens: Annotated[int, Field(ge=256)] | None = Field(
        default=None, description="of prompt and answer together; llama_cpp: 4096"
    )
    temperature: Annotated[float, Field(ge=0, le=2)] = Field(default=0.0, description="0: the likeliest words")
    seed: int | None = Field(default=None, description="for temperatures above 0")
    threads: Annotated[int, Field(ge=0, le=256)] = Field(default=0, description="of llama_cpp; 0: all cores")
    silence: Annotated[float, Field(gt=0)] = Field(default=60.0, description="seconds without a sign of life")
    timeout: Annotated[float, Field(gt=0)] = Field(default=300.0, description="seconds for a whole answer")
    retries: Annotated[int, Field(ge=0, le=10)] = Field(default=2, description="attempts more, before the first word")
    on_request: bool = Field(default=True, description="whether a question may name it; else only the setting llm")


class Settings(BaseSettings):
    """What an operator can choose: a variable `NEWSDESK_<NAME>`, or else `<name> = ...` in newsdesk.toml, a file in the
    folder of NEWSDESK_HOME."""

    # an empty variable is as good as none: NEWSDESK_HOME= must not mean the current folder
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    home: Path = Field(default_factory=_default_home, description="folder that holds everything stored")
    collection: str = Field(default="local", description="kind of archive: a name or package.module:Class")
    embedder: str = Field(default="onnx", description="text to vectors: a name or package.module:Class")
    embedder_model: str | None = Field(default=None, description="hub name or folder; none: the packaged one")
    reranker: str = Field(default="none", description="who ranks passages again: a name or package.module:Class")
    reranker_model: str | None = Field(default=None, description="hub name or folder of its model")
    llm: str = Field(default="extractive", description="who writes: extractive, one of llms, or package.module:Class")
    rewrite: str = Field(default=RULES, description="who completes follow-up questions: rules, or one of llms")
    llms: dict[str, LLMSettings] = Field(default={}, description="language models by name, see below")
    reader: str = Field(default="packaged", description="model that reads sentences: a name or package.module:Class")
    reader_model: str | None = Field(default=None, description="hub name or folder; none: the packaged one")
    min_confidence: Annotated[float, Field(ge=0, le=1)] = Field(default=0.15, description="below it, no answer")
    threads: Annotated[int, Field(ge=0, le=256)] = Field(
        default=0, description="threads for embedding and reranking; 0: all cores"
    )
    top_k: Annotated[int, Field(ge=1, le=50)] = Field(default=8, description="passages given to the answerer")

    questions_at_once: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=32, description="questions a server answers at a time; others are told to come back"
    )
    conversation_hours: Annotated[float, Field(gt=0)] = Field(
        default=24.0, description="hours after its last question until a conversation is forgotten"
    )
    answer_days: Annotated[float, Field(ge=0)] = Field(
        default=365.0, description="days for which a server keeps the answers it gave; 0: none is kept"
    )

    stop_seconds: Annotated[int, Field(ge=0, le=3600)] = Field(
        default=30, description="seconds that running answers have when a server is stopped"
    )
    log: Literal["text", "json"] = Field(
        default="text", description="text: what goes wrong; json: every request and answer too, a line of JSON each"
    )
    log_questions: bool = Field(default=False, description="whether these lines hold questions and answers")
    access: Literal["auto", "keys", "open"] = Field(
        default="auto", description="keys: a server asks for one; open: never; auto: see docs/operating.md"
    )

    requests_per_minute: Annotated[int, Field(ge=0)] = Field(
        default=120, description="of one key, or of one address without; 0: any number"
    )
    cors_origins: list[str] = Field(
        default=[], description="web sites whose pages may ask, such as https://desk.example"
    )

    fetch_delay: Annotated[float, Field(ge=0, le=3600)] = Field(
        default=1.0, description="seconds between two requests to one host"
    )
    fetch_private: bool = Field(
        default=False, description="also fetch from this machine and its network, not only from the internet"
    )

    slack_bot_token: SecretStr | None = Field(default=None, description="xoxb-...: the bot in Slack, see docs/slack.md")
    slack_signing_secret: SecretStr | None = Field(
        default=None, description="by which `newsdesk serve` knows what comes from Slack"
    )
    slack_app_token: SecretStr | None = Field(
        default=None, description="xapp-...: with it `newsdesk slack` connects to Slack"
    )
    slack_api_url: str = Field(default="https://slack.com/api/", description="where Slack is asked")

    @property
    def archive_dir(self) -> Path:
        return self.home / "archive"

    @property
    def sources_file(self) -> Path:
        return self.home / "sources.toml"

    @property
    def keys_file(self) -> Path:
        return self.home / "keys.sqlite"

    @property
    def rates_file(self) -> Path:
        return self.home / "rates.sqlite"

    @property
    def conversations_file(self) -> Path:
        return self.home / "conversations.sqlite"

    @property
    def answers_file(self) -> Path:
        return self.home / "answers.sqlite"

    @property
    def examples_file(self) -> Path:
        return self.home / "examples.json"

    @property
    def slack_events_file(self) -> Path:
        return self.home / "slack.sqlite"

    @property
    def models_dir(self) -> Path:
        return self.home / "models"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        home = init_settings().get("home") or env_settings().get("home") or _default_home()
        toml = TomlConfigSettingsSource(settings_cls, toml_file=Path(home) / FILE)
        return init_settings, env_settings, toml


def load_settings(home: Path | None = None) -> Settings:
    """The settings in force; `home` replaces NEWSDESK_HOME.

    Raises SetupError naming the setting that cannot be used.
    """
    try:
        return Settings(home=home) if home else Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        variable = f"{PREFIX}{first['loc'][0]}".upper()
        raise SetupError(
            f"The setting {name!r} cannot be used: {first['msg'].lower()}.",
            f"Correct {variable} in the environment, or {name} in newsdesk.toml.",
        ) from error
    except SettingsError as error:
        raise SetupError(
            f"A variable {PREFIX}... of the environment cannot be used: {error}.", "Correct it: tables are JSON there."
        ) from error
    except ValueError as error:  # newsdesk.toml that is not TOML
        raise SetupError(f"newsdesk.toml cannot be read: {error}.", "Correct the file, or move it away.") from error


def settled(settings: Settings, **chosen: str | None) -> Settings:
    """The settings with some of them chosen otherwise, as they would be after `keep`. Raises SetupError when the
    environment says something else, which counts more than the file."""
    for name, value in chosen.items():
        said = os.environ.get(f"{PREFIX}{name.upper()}")
        if said and said != value:
            raise SetupError(
                f"{PREFIX}{name.upper()} of the environment says {said!r}, which counts more than {FILE}.",
                "Take the variable away, also where a server runs.",
            )
    return settings.model_copy(update=chosen)


def keep(settings: Settings, *names: str) -> None:
    """Write these settings into newsdesk.toml, so that they hold from now on; the rest of the file stays as it is.

    Raises SetupError when it cannot be written.
    """
    import tomlkit

    file = settings.home / FILE
    try:
        written = tomlkit.parse(file.read_text(encoding="utf-8")) if file.exists() else tomlkit.document()
        for name in names:
            value = getattr(settings, name)
            if value is None:
                written.pop(name, None)
            else:
                written[name] = value
        unfinished = file.with_name(f"{FILE}.unfinished")
        unfinished.write_text(tomlkit.dumps(written), encoding="utf-8")
        unfinished.replace(file)
    except OSError as error:
        raise SetupError(f"{file} cannot be written: {error.strerror or error}.", "Check its permissions.") from error


def api_key(variable: str) -> str:
    """The key that the environment holds in `variable`. Raises SetupError, which never shows the value."""
    key = os.environ.get(variable, "").strip()
    if not key:
        raise SetupError(f"The variable {variable} is not set.", "Put the key of the language model there.")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise SetupError(f"What {variable} holds cannot be a key.", "Put the key there as the provider shows it.")
    return key
