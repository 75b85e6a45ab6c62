"""The web page: Gradio around the HTML of ui/render.py."""

import logging
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

# Without it gradio asks the network for a newer version and reports how it is used.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.routing import Mount

from index.errors import NewsdeskError
from rag.conversations import MOST_TURNS
from rag.settings import Settings
from rag.types import Question, Turn
from ui import render
from ui.access import Scoped, needs
from ui.schemas import AskRequest, to_question
from ui.serving import Serving

EXAMPLES = (
    "Why did Kering drop its suit?",
    "How many shoppers use Tmall?",
    "Who granted the restraining order and what must the vendors do?",
)

History = tuple[Turn, ...]
"""What was said so far; the page keeps it, and nobody else."""

Shown = tuple[str, str, History]
"""The masthead, the result, and the history with it."""

_ASSETS = Path(__file__).parent / "assets"
_log = logging.getLogger(__name__)


def mount_page(app: FastAPI, serving: Serving, settings: Settings) -> None:
    """Serve the page at / of `app`, for every path that no route of `app` knows."""
    app.post("/gradio_api/upload", dependencies=[needs("ask")], include_in_schema=False)(_no_upload)
    gr.mount_gradio_app(
        app,
        _page(serving, settings),
        path="/",
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        favicon_path=str(_ASSETS / "favicon.png"),
        css_paths=[_ASSETS / "page.css"],
    )
    # A mount at / would also swallow the wrong method on a route of `app` (404 in place of 405): let it come last.
    mount = app.router.routes.pop()
    assert isinstance(mount, Mount) and isinstance(mount.app, FastAPI)
    mount.app.exception_handlers.update(app.exception_handlers)  # one shape of error for every path
    app.router.default = Scoped(mount.app, "ask")


def _no_upload() -> None:
    """Nothing on the page takes a file, so nobody is to leave any here."""
    raise HTTPException(404, "There is nothing at /gradio_api/upload.")


def _page(serving: Serving, settings: Settings) -> gr.Blocks:
    def answer(words: str, history: History) -> Shown:
        return _answer(serving, Question(words, history, top_k=settings.top_k), history)

    def again(history: History, event: gr.EventData) -> Shown:
        question = to_question(AskRequest.model_validate_json(event.body), settings)
        return _answer(serving, replace(question, history=history[:-2]), history)

    with gr.Blocks(title="Newsdesk", analytics_enabled=False, fill_width=True) as page:
        masthead = gr.HTML(render.masthead("Opening the archive"), elem_id="nd-masthead", apply_default_css=False)
        with gr.Row(elem_id="nd-ask"):
            question = gr.Textbox(
                label="Your question",
                placeholder="Ask what the archive reports",
                lines=1,
                max_lines=4,
                autofocus=True,
                scale=1,
                elem_id="nd-question",
            )
            button = gr.Button("Ask", variant="primary", scale=0, elem_id="nd-submit")
            fresh = gr.Button("New conversation", scale=0, elem_id="nd-fresh")
        history = gr.State(())
        with gr.Row(elem_id="nd-examples"):
            examples = [gr.Button(example, elem_classes="nd-example", scale=0) for example in EXAMPLES]
        result = gr.HTML(
            render.INTRO,
            elem_id="nd-out",
            apply_default_css=False,
            js_on_load=(_ASSETS / "page.js").read_text(encoding="utf-8"),
        )
        quiet = {"queue": False, "show_progress": "minimal", "show_progress_on": result, "api_visibility": "private"}
        shown = [masthead, result, history]
        gr.on([question.submit, button.click], answer, [question, history], shown, **quiet)
        result.again(again, [history], shown, **quiet)
        fresh.click(lambda: ("", render.INTRO, ()), None, [question, result, history], **quiet)
        for example, words in zip(examples, EXAMPLES, strict=True):
            example.click(partial(_example, answer, words), [history], [question, *shown], **quiet)
        page.load(partial(_masthead, serving), None, [masthead], **quiet)
    return page


def _example(answer: Callable[[str, History], Shown], words: str, history: History) -> tuple[str, str, str, History]:
    return words, *answer(words, history)


def _masthead(serving: Serving) -> str:
    try:
        return render.masthead(render.holdings(serving.pipeline().collection.manifest()))
    except NewsdeskError:
        return render.masthead("The archive is not ready")


def _answer(serving: Serving, question: Question, history: History) -> Shown:
    """What comes of a question; in place of a result, one sentence that says what went wrong, and the `history` as it
    was."""
    try:
        answer = serving.ask(question)
        ids = {citation.article_id for citation in (*answer.citations, *answer.nearest)}
        found = (serving.pipeline().collection.get(id) for id in ids)
        shown = render.result(answer, {article.id: article for article in found if article}, question.history)
        said = Turn("user", question.standalone or question.text), Turn("assistant", answer.answer)
        history = (*question.history, *said)[-MOST_TURNS:]
    except NewsdeskError as problem:
        shown = render.error(str(problem))
    except Exception:
        _log.exception("a question asked in the page failed")
        shown = render.error("Something went wrong inside the server. Try again; its log says more.")
    return _masthead(serving), shown, history
