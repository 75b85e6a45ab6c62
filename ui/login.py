"""A person at a browser gives the key once; it is kept in a cookie that scripts cannot read, and that other sites can
send along with nothing but a link."""

from html import escape
from typing import Annotated

from fastapi import FastAPI, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ui.access import COOKIE, WRONG_KEY
from ui.keys import Keys

COOKIE_SECONDS = 30 * 86400

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Newsdesk: log in</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 26rem; margin: 15vh auto 0; padding: 0 1rem; }
input, button { font: inherit; width: 100%; box-sizing: border-box; padding: .6rem; margin-top: .5rem; }
</style>
</head>
<body>
<main>
<h1>Newsdesk</h1>
{problem}<form method="post" action="/login">
<label for="key">Your key</label>
<input id="key" name="key" type="password" autocomplete="current-password" required autofocus>
<input name="next" type="hidden" value="{next}">
<button>Log in</button>
</form>
<p>Whoever runs this server makes keys.</p>
</main>
</body>
</html>
"""


def add_login(app: FastAPI, keys: Keys) -> None:
    """GET and POST /login, POST /logout."""

    @app.get("/login", include_in_schema=False)
    def form(next: str = "/") -> HTMLResponse:
        return HTMLResponse(_form(_on_this_server(next)))

    @app.post("/login", include_in_schema=False)
    def login(request: Request, key: Annotated[str, Form()] = "", next: Annotated[str, Form()] = "/") -> Response:
        target = _on_this_server(next)
        if keys.find(key.strip()) is None:
            return HTMLResponse(_form(target, WRONG_KEY), 401)
        response = RedirectResponse(target, 303)
        response.set_cookie(
            COOKIE,
            key.strip(),
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return response

    @app.post("/logout", include_in_schema=False)
    def logout() -> Response:
        response = RedirectResponse("/login", 303)
        response.delete_cookie(COOKIE)
        return response


def _form(next: str, problem: str = "") -> str:
    said = f'<p role="alert">{escape(problem)}</p>\n' if problem else ""
    return _PAGE.replace("{next}", escape(next)).replace("{problem}", said)


def _on_this_server(target: str) -> str:
    """Where to go after the login; never to another site (`//host`, `/\\host`)."""
    return target if target.startswith("/") and target[1:2] not in ("/", "\\") else "/"
