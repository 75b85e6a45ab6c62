"""The web page: Gradio around the frame of ui/page/start.py, which ui/assets/page.js fills."""

import os

# Without it gradio asks the network for a newer version and reports how it is used.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.routing import Mount

from ui.access import Scoped, needs
from ui.page.start import FRAME
from ui.routes_page import ASSETS

_START = "import(new URL('page/assets/page.js', document.baseURI).href).then((page) => page.start(element));"


def mount_page(app: FastAPI) -> None:
    """Serve the page at / of `app`, for every path that no route of `app` knows."""
    app.post("/gradio_api/upload", dependencies=[needs("ask")], include_in_schema=False)(_no_upload)
    gr.mount_gradio_app(
        app,
        _page(),
        path="/",
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        favicon_path=str(ASSETS / "favicon.png"),
        css_paths=sorted(ASSETS.glob("*.css")),
        head="".join(f"<link rel='modulepreload' href='page/assets/{file.name}'>" for file in ASSETS.glob("*.js")),
    )
    # A mount at / would also swallow the wrong method on a route of `app` (404 in place of 405): let it come last.
    mount = app.router.routes.pop()
    assert isinstance(mount, Mount) and isinstance(mount.app, FastAPI)
    mount.app.exception_handlers.update(app.exception_handlers)  # one shape of error for every path
    app.router.default = Scoped(mount.app, "ask")


def close_page(app: FastAPI) -> None:
    """End the connections that pages hold open all the time; without this a server would wait for them to its end."""
    page = app.router.default
    assert isinstance(page, Scoped)
    page.app.stop_event.set()


def _no_upload() -> None:
    """Nothing on the page takes a file, so nobody is to leave any here."""
    raise HTTPException(404, "There is nothing at /gradio_api/upload.")


def _page() -> gr.Blocks:
    with gr.Blocks(title="Newsdesk", analytics_enabled=False, fill_width=True) as page:
        gr.HTML(FRAME, elem_id="nd-page", apply_default_css=False, js_on_load=_START)
    return page
