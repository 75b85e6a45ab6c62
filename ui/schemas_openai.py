"""The bodies of the routes for clients of OpenAI's chat completions.

Their documentation: https://platform.openai.com/docs/api-reference/chat
"""

import re
import time
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from index.errors import BadInputError
from rag.settings import Settings
from rag.types import Answer, Citation, Question, Turn
from ui.schemas import CitationBody, ResponseBody
from ui.schemas_requests import Text

DEFAULT_MODEL = "newsdesk"
"""The name under which clients ask whoever writes by default."""

_NOT_OURS = re.compile(r"[\\`<]|\[(?!\d+\](?![(\[:]))")
"""What articles may hold and a client would take for Markdown: links, images, code, HTML. "[1]" is none of them."""


class _Lenient(BaseModel):
    """Clients send much that is of no use here, such as a temperature."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class TextPart(_Lenient):
    """A piece of a message; those that are no text are passed over."""

    type: str
    text: Text = ""


def _parts(value: object) -> object:
    """A message may be null, as that of an assistant who called a tool."""
    return "" if value is None else value


class ChatMessage(_Lenient):
    """One message. Only those of users and assistants count."""

    role: Text
    content: Annotated[Text | list[TextPart], BeforeValidator(_parts)] = ""

    @property
    def text(self) -> str:
        """Its words."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content if part.type == "text")


class StreamOptions(_Lenient):
    """How to stream."""

    include_usage: bool = Field(False, description="Whether a last chunk tells the tokens.")


class ChatRequest(_Lenient):
    """A conversation whose last message is the question. What else a client sends is passed over."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "model": "newsdesk",
                    "messages": [{"role": "user", "content": "Why did Kering drop its suit?"}],
                    "stream": False,
                }
            ]
        },
    )

    model: Text = Field(description=f"`{DEFAULT_MODEL}`, or who else writes; see `GET /v1/models`.")
    messages: Annotated[list[ChatMessage], Field(min_length=1)]
    stream: bool | None = False
    stream_options: StreamOptions | None = None


class ReplyBody(ResponseBody):
    """What the answer says, with its sources, in Markdown."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class ChoiceBody(ResponseBody):
    """The one reply."""

    index: Literal[0] = 0
    message: ReplyBody
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class UsageBody(ResponseBody):
    """Tokens of a language model; 0 where none was asked."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Extra(ResponseBody):
    """What OpenAI's bodies have no place for."""

    citations: list[CitationBody] = Field(description="As in the answer of `POST /ask`; `content` names them, too.")
    abstained: bool
    answer_id: str | None


class CompletionBody(Extra):
    """An answer as clients of OpenAI's API expect it."""

    model_config = ConfigDict(
        from_attributes=True,
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "id": "chatcmpl-3f2c9a7e5b1d4c6f8a0e2b4d6c8f0a1e",
                    "object": "chat.completion",
                    "created": 1711111111,
                    "model": "newsdesk",
                    "choices": [
                        {
                            "index": 0,
                            "message": {"role": "assistant", "content": "The archive does not say.", "refusal": None},
                            "finish_reason": "stop",
                            "logprobs": None,
                        }
                    ],
                    "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
                    "citations": [],
                    "abstained": True,
                    "answer_id": None,
                }
            ]
        },
    )

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[ChoiceBody]
    usage: UsageBody


class ModelBody(ResponseBody):
    """Who may be asked."""

    id: str
    object: Literal["model"] = "model"
    created: Literal[0] = 0
    owned_by: Literal["newsdesk"] = "newsdesk"


class ModelsBody(ResponseBody):
    """All who may be asked."""

    object: Literal["list"] = "list"
    data: list[ModelBody]


def to_chat_question(request: ChatRequest, settings: Settings) -> Question:
    """The question to ask. Raises BadInputError when the last message is not a user's."""
    said = [message for message in request.messages if message.role in ("user", "assistant")]
    if not said or said[-1].role != "user":
        raise BadInputError("The last message is not a question of a user.", "Send one with the role user last.")
    *before, asked = said
    history = tuple(Turn("user" if turn.role == "user" else "assistant", turn.text) for turn in before)
    llm = None if request.model == DEFAULT_MODEL else request.model
    return Question(asked.text, history=history, top_k=settings.top_k, llm=llm)


def from_chat_answer(answer: Answer, model: str) -> CompletionBody:
    """The body of `POST /v1/chat/completions`."""
    content = plain(answer.answer) + sources(answer)
    return CompletionBody(
        **head(answer.request_id, model),
        choices=[ChoiceBody(message=ReplyBody(content=content))],
        usage=usage(answer),
        **extra(answer).model_dump(),
    )


def head(request_id: str, model: str) -> dict[str, Any]:
    """What a completion and each of its chunks begin with."""
    return {"id": f"chatcmpl-{request_id}", "created": int(time.time()), "model": model}


def extra(answer: Answer) -> Extra:
    """What OpenAI's bodies have no place for."""
    citations = [CitationBody.model_validate(citation) for citation in _shown(answer)]
    return Extra(citations=citations, abstained=answer.abstained, answer_id=answer.answer_id)


def usage(answer: Answer) -> UsageBody:
    """Tokens, 0 where they are not known."""
    read, written = (int(answer.usage.get(name, 0)) for name in ("input_tokens", "output_tokens"))
    return UsageBody(prompt_tokens=read, completion_tokens=written, total_tokens=read + written)


def plain(text: str) -> str:
    """Words of an answer that a client that shows Markdown shows as they are."""
    return _NOT_OURS.sub(lambda found: f"\\{found.group()}", text)


def sources(answer: Answer) -> str:
    """The citations behind an answer, each a line, since most clients show nothing but `content`."""
    shown = _shown(answer)
    if not shown:
        return ""
    return "\n\n" + ("Nearest in the archive:\n\n" if answer.abstained else "") + "\n".join(map(_source, shown))


def _shown(answer: Answer) -> Iterable[Citation]:
    return answer.nearest if answer.abstained else answer.citations


def _source(citation: Citation) -> str:
    day = citation.published_at[:10] if citation.published_at else "undated"
    origin = ", ".join(part for part in (citation.outlet, day) if part)
    link = f" <{citation.url}>" if citation.url and not re.search(r"[<>\s]", citation.url) else ""
    quote = " ".join(citation.quote.split())
    return f"- [{citation.n}] {plain(f'{citation.title} ({origin}): “{quote}”')}{link}"
