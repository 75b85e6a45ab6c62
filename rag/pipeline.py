"""From question to answer: the steps in order, timed."""

import time
import uuid
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from index.errors import BadInputError
from index.interfaces import Collection, Embedder
from index.types import Hit, Vectors
from rag.cite import Cited, cite, tell
from rag.conversations import Conversations
from rag.interfaces import Answerer, Reader, Reranker
from rag.notes import notes
from rag.rerank import CANDIDATES, rerank
from rag.retrieve import PER_STORY, best_of_each, retrieve
from rag.rewrite import Rewriter, Rewritten
from rag.terms import Synonyms
from rag.types import NEW, Answer, Draft, Event, Found, Pending, Question, StandaloneQuestion, Verified
from rag.understand import understand
from rag.verify import Verification


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Everything a question needs. Holds no state of its own: safe to use from several threads.

    `answerers` are those a question may name; `llm` is the name used when it names none. `today` tells the day of
    asking, for questions that do not say it. A `rewriter` makes follow-ups complete, in place of rules; with a
    `reranker` the first hits are ranked again; a `reader` checks what language models write; with `conversations` a
    question may belong to one.
    """

    collection: Collection
    embedder: Embedder
    answerers: Mapping[str, Answerer]
    llm: str
    synonyms: Synonyms
    rewriter: Rewriter | None = None
    reranker: Reranker | None = None
    reader: Reader | None = None
    conversations: Conversations | None = None
    today: Callable[[], date] = date.today

    def search(self, question: Question) -> Found:
        """The `top_k` best hits, found as they are for an answer. Raises BadInputError as `ask` does."""
        standalone = understand(self._recall(question), self.collection, self.synonyms, self.today())
        hits = self._hits(standalone, self.embedder.embed_query(standalone.text), question.top_k, {})
        return Found(standalone.text, tuple(hits), standalone.told_by)

    def find(self, question: Question) -> Found:
        """As `search`, for readers: `top_k` articles, of each its best passage. Raises BadInputError as `ask` does."""
        found = self.search(replace(question, top_k=question.top_k * PER_STORY))
        return replace(found, hits=tuple(best_of_each(found.hits, question.top_k)))

    def ask(self, question: Question, request_id: str | None = None) -> Answer:
        """The answer, or an abstention with its reason: the end of `stream`, which says what is raised."""
        *_, answer = self.stream(question, request_id)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, question: Question, request_id: str | None = None) -> Generator[Event]:
        """What becomes of the question, as soon as it is known; `request_id` is made up when not given. Closing it
        stops a language model that writes.

        Taking an event raises BadInputError for a question that cannot be asked (empty, too long, an unknown `llm`),
        UnknownConversationError when its conversation is not kept.
        """
        timings: dict[str, float] = {}
        answerer = self._answerer(question.llm or self.llm)
        with _timed(timings, "recall"):
            question = self._recall(question)
        rewritten = Rewritten()
        if self.rewriter and question.history and question.standalone is None:
            with _timed(timings, "rewrite"):
                rewritten = yield from self.rewriter.rewrite(question.text, question.history)
        with _timed(timings, "understand"):
            asked = replace(question, standalone=rewritten.text) if rewritten.text else question
            standalone = understand(asked, self.collection, self.synonyms, self.today())
        with _timed(timings, "embed"):
            query_vector = self.embedder.embed_query(standalone.text)
            part_vectors = self._part_vectors(standalone, query_vector)
        hits = self._hits(standalone, query_vector, question.top_k, timings)
        yield Found(standalone.text, tuple(hits), standalone.told_by)
        drafts = answerer.drafts(standalone, part_vectors, hits, self.collection)
        draft, verified, cited = yield from self._told(drafts, standalone, hits, timings)
        with _timed(timings, "notes"):
            noted = notes(standalone, hits, cited.citations, self.collection)
        with _timed(timings, "record"):
            conversation_id = self._record(question, cited)
        spent = dict.fromkeys([*rewritten.usage, *draft.usage])
        yield Answer(
            question=question.text,
            standalone_question=standalone.text,
            answer=cited.answer,
            explanation=cited.explanation,
            sentences=cited.sentences,
            citations=cited.citations,
            abstained=not cited.sentences,
            abstain_reason=cited.abstain_reason,
            nearest=cited.nearest,
            conflicts=cited.conflicts,
            removed=verified.removed,
            confidence=draft.confidence,
            times=standalone.times,
            latest=standalone.latest,
            told_by=standalone.told_by,
            notes=(*filter(None, [rewritten.note]), *verified.draft.notes, *noted),
            as_of=question.as_of.isoformat() if question.as_of else None,
            data_through=self.collection.manifest().data_through,
            # The sum: whoever takes the events may take their time.
            timings_ms=timings | {"total": round(sum(timings.values()), 2)},
            usage={name: rewritten.usage.get(name, 0) + draft.usage.get(name, 0) for name in spent},
            llm=answerer.name,
            conversation_id=conversation_id,
            request_id=request_id or uuid.uuid4().hex,
        )

    def _told(
        self, drafts: Generator[Draft], question: StandaloneQuestion, hits: Sequence[Hit], timings: dict[str, float]
    ) -> Generator[Event, None, tuple[Draft, Verified, Cited]]:
        """Tells of the drafts what holds, as soon as it is settled; gives the last draft and what has become of it."""
        verification = Verification(question, hits, self.collection, self.reader)
        read = told = 0  # claims and sentences
        with closing(drafts):
            while True:
                with _timed(timings, "answer"):
                    draft = next(drafts)
                with _timed(timings, "verify"):
                    verified = verification.verify(draft)
                if draft.pending is None:
                    break
                if verified.settled and len(draft.claims) > read:
                    read = len(draft.claims)
                    with _timed(timings, "cite"):
                        cited = cite(verified.draft, verified.verdicts, hits, self.collection)
                    yield from tell(cited, told, whole=False)
                    told = len(cited.sentences)
                held = [verdict.claim.text for verdict in verified.verdicts if verdict.label == "supported"]
                yield Pending(" ".join([*held[told:], draft.pending]).strip())
        with _timed(timings, "cite"):
            cited = cite(verified.draft, verified.verdicts, hits, self.collection)
        yield from tell(cited, told, whole=True)
        return draft, verified, cited

    def _recall(self, question: Question) -> Question:
        """With the history of its conversation, if it belongs to one."""
        if question.conversation_id is None:
            return question
        if self.conversations is None:
            raise BadInputError("No conversations are kept here.", "Send what was said before as history.")
        if question.history:
            raise BadInputError(
                "A question has either a history or a conversation, which stands for one.", "Leave one of them out."
            )
        if question.conversation_id == NEW:
            return question
        return replace(question, history=self.conversations.get(question.conversation_id).turns)

    def _record(self, question: Question, cited: Cited) -> str | None:
        if question.conversation_id is None or self.conversations is None:
            return None
        said, quoted = question.standalone or question.text, {citation.article_id for citation in cited.citations}
        return self.conversations.record(question.conversation_id, said, cited.answer, quoted)

    def _hits(
        self, question: StandaloneQuestion, query_vector: Vectors, k: int, timings: dict[str, float]
    ) -> list[Hit]:
        wanted = max(k, CANDIDATES) if self.reranker else k
        with _timed(timings, "retrieve"):
            hits = retrieve(question, query_vector, self.collection, wanted)
        if self.reranker:
            with _timed(timings, "rerank"):
                hits = rerank(question, hits, self.reranker, self.collection, k)
        return hits

    def _part_vectors(self, question: StandaloneQuestion, query_vector: Vectors) -> Vectors:
        if len(question.parts) == 1:
            return query_vector[np.newaxis]
        return np.stack([self.embedder.embed_query(part.text) for part in question.parts])

    def _answerer(self, name: str) -> Answerer:
        if name not in self.answerers:
            choices = ", ".join(sorted(self.answerers))
            raise BadInputError(f"There is no llm named {name!r} here.", f"Choose one of: {choices}.")
        return self.answerers[name]


@contextmanager
def _timed(timings: dict[str, float], step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    timings[step] = round(timings.get(step, 0.0) + (time.perf_counter() - start) * 1000, 2)
