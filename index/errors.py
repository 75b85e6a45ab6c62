"""Every error a user can meet.

NewsdeskError            has `message` (one sentence naming the thing at fault) and `remedy` (one sentence: what to do)
├── BadInputError        what the user gave cannot be used: path, file, question, field
│   └── UnreadableError  one page or file: missing, empty, binary, too large, no article in it
│       └── FetchError   one address: refused, unreachable, not there; `retryable` where it may answer later
├── SetupError           the installation or the settings are wrong: weights, extra, name of a backend
│   └── EmbedderMismatchError  the archive was built with another embedder
├── StorageError         the data folder: not writable, full, damaged beyond what can be rebuilt
│   └── LockedError      another process is writing; `retryable`
└── NotReadyError        nothing to search yet; `retryable`

Those of answering are in rag/errors.py.
"""


class NewsdeskError(Exception):
    """Base of all errors shown to a user. `retryable`: the same call may succeed later without a change."""

    code = "error"
    retryable = False

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


class BadInputError(NewsdeskError):
    """What the user gave cannot be used as it is."""

    code = "bad_input"


class UnreadableError(BadInputError):
    """One page or file cannot be turned into an article; the others of the same ingest are not affected."""

    code = "unreadable"

    def __init__(self, location: str, reason: str, remedy: str) -> None:
        super().__init__(f"{location}: {reason}.", remedy)
        self.location = location
        self.reason = reason


class FetchError(UnreadableError):
    """One address cannot be fetched. `status`: what its server answered, None when there was no answer; `wait`: the
    seconds for which it asks to be left alone."""

    code = "fetch"

    def __init__(
        self,
        location: str,
        reason: str,
        remedy: str,
        status: int | None = None,
        retryable: bool = False,
        wait: float | None = None,
    ) -> None:
        super().__init__(location, reason, remedy)
        self.status = status
        self.retryable = retryable
        self.wait = wait


class SetupError(NewsdeskError):
    """The installation or the settings do not fit."""

    code = "setup"


class EmbedderMismatchError(SetupError):
    """The archive's vectors come from another embedder than the one configured."""

    code = "embedder_mismatch"


class StorageError(NewsdeskError):
    """The data folder cannot be used."""

    code = "storage"


class LockedError(StorageError):
    """Another process holds the write lock."""

    code = "locked"
    retryable = True


class NotReadyError(NewsdeskError):
    """There is nothing to search yet."""

    code = "not_ready"
    retryable = True
