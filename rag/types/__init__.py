"""The values that flow through rag/: one out of each step of `Pipeline.ask`; every file here names its own."""

from rag.types.answer import Answer, Citation, Conflict, Delta, Event, Found, Pending, Sentence
from rag.types.draft import (
    AbstainReason,
    Claim,
    Draft,
    Excerpt,
    Quote,
    Removed,
    Report,
    Support,
    Verdict,
    VerdictLabel,
    Verified,
)
from rag.types.llm import LLMSpec, Message, Price, Usage
from rag.types.question import NEW, AnswerKind, Conversation, Part, Question, StandaloneQuestion, Term, TimeRange, Turn

__all__ = [
    "NEW",
    "AbstainReason",
    "Answer",
    "AnswerKind",
    "Citation",
    "Claim",
    "Conflict",
    "Conversation",
    "Delta",
    "Draft",
    "Event",
    "Excerpt",
    "Found",
    "LLMSpec",
    "Message",
    "Part",
    "Pending",
    "Price",
    "Question",
    "Quote",
    "Removed",
    "Report",
    "Sentence",
    "StandaloneQuestion",
    "Support",
    "Term",
    "TimeRange",
    "Turn",
    "Usage",
    "Verdict",
    "VerdictLabel",
    "Verified",
]
