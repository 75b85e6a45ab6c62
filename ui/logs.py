"""What a process says on stderr: lines for people, or from a server a line of JSON for everything that happens."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

import click


class Lines(logging.Handler):
    """What the parts have to say to the user."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one line, whatever stands for stderr now."""
        click.echo(f"newsdesk: {record.getMessage()}", err=True)


class JsonLines(logging.Formatter):
    """`extra={"fields": {...}}` of a record are fields of its line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


_LINES = Lines()


def log_as_text() -> None:
    """Let the parts of this process say what they have to say to people."""
    log = logging.getLogger("newsdesk")
    log.setLevel(logging.INFO)
    log.addHandler(_LINES)


def log_as(form: Literal["text", "json"]) -> None:
    """From now on; as JSON, every request and answer too."""
    if form == "text":
        log_as_text()
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.getLogger().handlers = [handler]
    logging.getLogger("newsdesk").removeHandler(_LINES)
    for name in ("newsdesk", "ui"):
        logging.getLogger(name).setLevel(logging.INFO)
