"""Errors on the way from question to answer. The rest of the tree is drawn in index/errors.py.

NewsdeskError
├── BadInputError
│   └── NotKeptError         nothing is kept under this id, or not any more
│       ├── UnknownConversationError
│       └── UnknownAnswerError
├── BusyError                as many questions are being answered as may be; `retryable`
└── LLMError                 a language model did not answer; knows its `name`
    ├── LLMRefusedError      the request is not taken as it is: key, name of the model, length; never again the same
    ├── LLMUnavailableError  not reached, overloaded, too slow; `retryable`, after `retry_after` seconds if known
    └── LLMBrokenError       what came is no answer: garbage, half of one, nothing, no end; `retryable`
"""

from index.errors import BadInputError, NewsdeskError


class NotKeptError(BadInputError):
    """Nothing is kept under this id."""

    code = "not_kept"


class UnknownConversationError(NotKeptError):
    """No conversation is kept under this id."""

    code = "unknown_conversation"

    def __init__(self, conversation_id: str) -> None:
        super().__init__(
            f"There is no conversation {conversation_id!r}: it was deleted, or has not gone on for long.",
            "Begin a new one.",
        )


class UnknownAnswerError(NotKeptError):
    """No answer is kept under this id."""

    code = "unknown_answer"

    def __init__(self, answer_id: str) -> None:
        super().__init__(
            f"There is no answer {answer_id!r}: it was never given, or so long ago that it was forgotten.",
            "Ask the question again.",
        )


class BusyError(NewsdeskError):
    """As many questions are being answered as may be at a time."""

    code = "busy"
    retryable = True


class LLMError(NewsdeskError):
    """A language model did not answer. `name`: what the settings call it. `reason`: follows "The language model X"."""

    code = "llm"

    def __init__(self, name: str, reason: str, remedy: str) -> None:
        super().__init__(f"The language model {name!r} {reason}.", remedy)
        self.name = name
        self.reason = reason


class LLMRefusedError(LLMError):
    """The model's server does not take the request, and will not take it the next time."""

    code = "llm_refused"


class LLMUnavailableError(LLMError):
    """The model cannot be asked now. `retry_after`: seconds to wait, as its server says; None when it does not."""

    code = "llm_unavailable"
    retryable = True

    def __init__(self, name: str, reason: str, remedy: str, retry_after: float | None = None) -> None:
        super().__init__(name, reason, remedy)
        self.retry_after = retry_after


class LLMBrokenError(LLMError):
    """What the model's server sent is no answer, or not a whole one."""

    code = "llm_broken"
    retryable = True
