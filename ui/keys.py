"""Keys for the HTTP face: who may do what, in a SQLite file under NEWSDESK_HOME.

A key is 256 random bits, shown once. Its SHA-256 is kept: so many bits cannot be guessed, and a slow hash as for
passwords would only make every request slow (OWASP, Cryptographic Storage Cheat Sheet; the same at GitHub and PyPI).
"""

import hashlib
import re
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from index.errors import BadInputError
from index.side_file import transaction

Scope = Literal["ask", "read", "ingest", "admin"]
"""ask: put questions; read: what the archive holds, and figures of the server; ingest: bring articles in; admin: all of
them, and delete."""

SCOPES: tuple[Scope, ...] = get_args(Scope)

PREFIX = "newsdesk_"
"""Of every key, so that scanners for secrets and people recognise one."""

_FRESH_SECONDS = 1.0
_WAIT = 2.0  # seconds for another process that writes
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (name TEXT NOT NULL, sha256 BLOB PRIMARY KEY, scopes TEXT NOT NULL,
    created_at REAL NOT NULL, revoked_at REAL);
CREATE UNIQUE INDEX IF NOT EXISTS valid_names ON keys (name) WHERE revoked_at IS NULL;
"""


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key; seconds since 1970, `revoked_at` None while it is valid."""

    name: str
    scopes: tuple[Scope, ...]
    created_at: float = 0.0
    revoked_at: float | None = None

    def may(self, scope: Scope) -> bool:
        """Whether the key carries a scope; admin carries all."""
        return scope in self.scopes or "admin" in self.scopes


class Keys:
    """The keys in `file`, for several threads and processes. Raises StorageError when the file cannot be used."""

    def __init__(self, file: Path, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._now = now
        self._valid: dict[bytes, Key] = {}
        self._read_at = float("-inf")

    def create(self, name: str, scopes: Iterable[Scope]) -> str:
        """A new key, which nobody can read again. Raises BadInputError when the name is taken or cannot be one."""
        if not _NAME.fullmatch(name):
            raise BadInputError(
                f"A key cannot be named {name!r}.", "Use up to 64 letters, digits, dots, dashes and underscores."
            )
        token = PREFIX + secrets.token_urlsafe(32)
        with self._open() as db:
            if db.execute("SELECT 1 FROM keys WHERE name = ? AND revoked_at IS NULL", (name,)).fetchone():
                raise BadInputError(
                    f"There is a key named {name!r} already.",
                    f"Choose another name, or run `newsdesk keys revoke {name}` first.",
                )
            chosen = " ".join(scope for scope in SCOPES if scope in set(scopes))
            db.execute("INSERT INTO keys VALUES (?, ?, ?, ?, NULL)", (name, _hash(token), chosen, self._now()))
        return token

    def revoke(self, name: str) -> None:
        """No request is taken with this key any more, a second from now. Raises BadInputError when there is none."""
        with self._open() as db:
            revoked = db.execute(
                "UPDATE keys SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL", (self._now(), name)
            )
            if not revoked.rowcount:
                raise BadInputError(
                    f"There is no valid key named {name!r}.", "See `newsdesk keys list` for those there are."
                )

    def all(self) -> list[Key]:
        """Every key ever made, oldest first, the revoked ones too."""
        return list(self._rows().values())

    def find(self, token: str) -> Key | None:
        """The valid key that this is. At most a second old, so that a request costs no look into the file."""
        if time.monotonic() - self._read_at > _FRESH_SECONDS:
            self._valid = {hash: key for hash, key in self._rows().items() if key.revoked_at is None}
            self._read_at = time.monotonic()
        return self._valid.get(_hash(token))

    def _rows(self) -> dict[bytes, Key]:
        if not self._file.exists():
            return {}
        with self._open() as db:
            rows = db.execute("SELECT sha256, name, scopes, created_at, revoked_at FROM keys ORDER BY created_at")
            return {hash: Key(name, tuple(scopes.split()), *times) for hash, name, scopes, *times in rows}

    def _open(self) -> AbstractContextManager[sqlite3.Connection]:
        remedy = "Check its permissions and the free space; without the file there are no keys."
        return transaction(self._file, _SCHEMA, _WAIT, "The keys", remedy)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
