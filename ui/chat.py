"""The web page: Gradio around the HTML of ui/render.py."""

import logging
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

# Without it gradio asks the network for a newer version and reports how it is used.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.routing import Mount

from index.errors import NewsdeskError
from rag.settings import Settings
from rag.types import Question
from ui import render
from ui.schemas import AskRequest, to_question
from ui.serving import Serving

EXAMPLES = (
    "Why did Kering drop its suit?",
    "How many shoppers use Tmall?",
    "Who granted the restraining order and what must the vendors do?",
)

_ASSETS = Path(__file__).parent / "assets"
_log = logging.getLogger(__name__)


def mount_page(app: FastAPI, serving: Serving, settings: Settings) -> None:
    """Serve the page at / of `app`, for every path that no route of `app` knows."""
    app.add_api_route("/gradio_api/upload", _no_upload, methods=["POST"], include_in_schema=False)
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
    app.router.default = mount.app


def _no_upload() -> None:
    """Nothing on the page takes a file, so nobody is to leave any here."""
    raise HTTPException(404, "There is nothing at /gradio_api/upload.")


def _page(serving: Serving, settings: Settings) -> gr.Blocks:
    def answer(words: str) -> tuple[str, str]:
        return _answer(serving, Question(words, top_k=settings.top_k))

    def again(event: gr.EventData) -> tuple[str, str]:
        return _answer(serving, to_question(AskRequest.model_validate_json(event.body), settings))

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
        with gr.Row(elem_id="nd-examples"):
            examples = [gr.Button(example, elem_classes="nd-example", scale=0) for example in EXAMPLES]
        result = gr.HTML(
            render.INTRO,
            elem_id="nd-out",
            apply_default_css=False,
            js_on_load=(_ASSETS / "page.js").read_text(encoding="utf-8"),
        )
        quiet = {"queue": False, "show_progress": "minimal", "show_progress_on": result, "api_visibility": "private"}
        gr.on([question.submit, button.click], answer, [question], [masthead, result], **quiet)
        result.again(again, None, [masthead, result], **quiet)
        for example, words in zip(examples, EXAMPLES, strict=True):
            example.click(partial(_example, answer, words), None, [question, masthead, result], **quiet)
        page.load(partial(_masthead, serving), None, [masthead], **quiet)
    return page


def _example(answer: Callable[[str], tuple[str, str]], words: str) -> tuple[str, str, str]:
    return words, *answer(words)


def _masthead(serving: Serving) -> str:
    try:
        return render.masthead(render.holdings(serving.pipeline().collection.manifest()))
    except NewsdeskError:
        return render.masthead("The archive is not ready")


def _answer(serving: Serving, question: Question) -> tuple[str, str]:
    """The masthead and the result, or one sentence that says what went wrong."""
    try:
        pipeline = serving.pipeline()
        answer = pipeline.ask(question)
        ids = {citation.article_id for citation in (*answer.citations, *answer.nearest)}
        found = (pipeline.collection.get(id) for id in ids)
        shown = render.result(answer, {article.id: article for article in found if article})
    except NewsdeskError as problem:
        shown = render.error(str(problem))
    except Exception:
        _log.exception("a question asked in the page failed")
        shown = render.error("Something went wrong inside the server. Try again; its log says more.")
    return _masthead(serving), shown
