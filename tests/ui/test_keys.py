"""Keys over loopback: the command that makes them, and what they open."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result
from conftest import serving
from fastapi import FastAPI
from playwright.sync_api import Browser, expect

from index.errors import BadInputError, SetupError
from rag.settings import Settings, load_settings
from ui.access import needs, require_scopes
from ui.cli import cli
from ui.door import keys_asked_for
from ui.keys import Keys

KERING = {"question": "Why did Kering drop its suit?"}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys") / "keys.sqlite")


@pytest.fixture(scope="module")
def tokens(keys: Keys) -> dict[str, str]:
    scopes = {"asks": ["ask"], "reads": ["read"], "crawls": ["ingest"], "all": ["admin"]}
    return {name: keys.create(name, wanted) for name, wanted in scopes.items()}


@pytest.fixture(scope="module")
def guarded(seeds_home: Path, keys: Keys, tokens: dict[str, str]) -> Iterator[str]:
    with serving(load_settings(seeds_home), keys) as address:
        yield address


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/ask", {"asks", "all"}),
        ("GET", "/conversations/x", {"asks", "all"}),
        ("GET", "/articles/x", {"reads", "all"}),
        ("GET", "/config", {"asks", "all"}),
    ],
)
def test_a_key_opens_what_its_scopes_say(
    guarded: str, tokens: dict[str, str], method: str, path: str, allowed: set[str]
) -> None:
    for name, token in tokens.items():
        response = httpx.request(method, guarded + path, json=KERING, headers=_bearer(token), timeout=30)
        if name in allowed:
            assert response.status_code in (200, 404), (name, response.text)
        else:
            assert (response.status_code, response.json()["error_code"]) == (403, "forbidden")
            assert repr(name) in response.json()["detail"] and token not in response.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        _bearer("newsdesk_guess"),
        {"Authorization": "Bearer"},
        {"Authorization": "Basic abc"},
        {"Cookie": "newsdesk_key=guess"},
    ],
)
@pytest.mark.parametrize("path", ["/ask", "/articles/x", "/nothing", "/", "/config", "/gradio_api/info"])
def test_nothing_is_shown_without_a_valid_key(guarded: str, path: str, headers: dict[str, str]) -> None:
    response = httpx.get(guarded + path, headers={"X-Request-ID": "desk-9", **headers})
    assert (response.status_code, response.json()["error_code"]) == (401, "unauthorized")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert response.json()["request_id"] == "desk-9"


def test_what_watches_the_server_needs_no_key(guarded: str) -> None:
    assert httpx.get(f"{guarded}/healthz").status_code == httpx.get(f"{guarded}/readyz").status_code == 200


def test_openapi_names_the_scopes_only_where_keys_are_asked_for(guarded: str, seeds_server: str) -> None:
    document = httpx.get(f"{guarded}/openapi.json").json()
    assert document["paths"]["/ask"]["post"]["security"] == [{"key": ["ask"]}]
    assert {"401", "403"} <= set(document["paths"]["/articles/{id}"]["get"]["responses"])
    assert "security" not in httpx.get(f"{seeds_server}/openapi.json").json()["paths"]["/ask"]["post"]


def test_a_key_that_nobody_asks_for_is_not_looked_at(seeds_server: str) -> None:
    assert httpx.post(f"{seeds_server}/ask", json=KERING, headers=_bearer("sk-any"), timeout=30).status_code == 200


@pytest.mark.parametrize("cookie", [{}, {"newsdesk_key": "of another day"}])
def test_nobody_logs_out_where_nobody_logs_in(seeds_server: str, cookie: dict[str, str]) -> None:
    with httpx.Client(base_url=seeds_server, cookies=cookie, timeout=30) as client:
        assert client.get("/page/start").json()["logged_in"] is False


def test_person_logs_in_once(browser: Browser, guarded: str, tokens: dict[str, str]) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{guarded}/?q=1")
    assert page.request.get(f"{guarded}/favicon.ico").headers["content-type"] == "image/png"
    page.get_by_label("Your key").fill("guess")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not known")
    page.get_by_label("Your key").fill(tokens["asks"])
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{guarded}/?q=1")
    page.get_by_label("Your question").fill(KERING["question"])
    page.keyboard.press("Enter")
    expect(page.locator(".nd-text")).to_contain_text("taskforce")
    assert tokens["asks"] not in page.evaluate("document.cookie")
    page.get_by_role("button", name="Log out").click()
    expect(page).to_have_url(f"{guarded}/login")
    page.goto(guarded)
    expect(page.get_by_label("Your key")).to_be_visible()
    context.close()


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_login_leads_to_no_other_site(guarded: str, tokens: dict[str, str], target: str) -> None:
    response = httpx.post(f"{guarded}/login", data={"key": tokens["asks"], "next": target})
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie


def test_revoked_key_is_refused_by_a_running_server(guarded: str, keys: Keys) -> None:
    token = keys.create("leaver", ["ask"])
    time.sleep(1.1)
    assert httpx.get(f"{guarded}/conversations/x", headers=_bearer(token)).status_code == 404
    keys.revoke("leaver")
    time.sleep(1.1)
    assert httpx.get(f"{guarded}/conversations/x", headers=_bearer(token)).status_code == 401
    assert keys.create("leaver", ["ask"]) != token


def test_route_without_a_scope_stops_the_server() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.get("/healthz")(lambda: None)
    app.get("/mine", dependencies=[needs("read")])(lambda: None)
    require_scopes(app)
    app.get("/forgotten")(lambda: None)
    with pytest.raises(RuntimeError, match="/forgotten"):
        require_scopes(app)


def _keys(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["keys", *arguments])


def test_keys_are_made_listed_and_revoked(empty_home: Path) -> None:
    made = _keys("create", "desk")
    token = made.stdout.strip()
    assert len(token) > 40 and Keys(empty_home / "keys.sqlite").find(token).scopes == ("ask", "read")
    assert "not shown again" in made.stderr
    assert _keys("create", "crawler", "--scope", "ingest", "--scope", "ask").exit_code == 0
    assert _keys("create", "desk").exit_code == 2
    assert _keys("create", "the desk").exit_code == 2
    assert _keys("create", "x", "--scope", "all").exit_code == 2
    assert _keys("revoke", "desk").exit_code == 0
    assert _keys("revoke", "desk").exit_code == 2
    desk, crawler = _keys("list").stdout.splitlines()
    assert "ask,read" in desk and "revoked" in desk
    assert "ask,ingest" in crawler and "revoked" not in crawler


def test_only_a_hash_is_kept_and_only_for_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "keys.sqlite"
    token = Keys(file).create("desk", ["ask"])
    assert token.encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(file)) as db:
        db.execute("UPDATE keys SET sha256 = ?", (token.encode(),))  # knowing a hash is not knowing a key
        db.commit()
    assert Keys(file).find(token) is None


@pytest.mark.parametrize(
    ("access", "host", "made", "asked"),
    [
        ("auto", "127.0.0.1", "none", False),
        ("auto", "localhost", "none", False),
        ("auto", "::1", "valid", True),
        ("auto", "127.0.0.1", "revoked", None),
        ("auto", "0.0.0.0", "none", None),
        ("auto", "0.0.0.0", "valid", True),
        ("keys", "127.0.0.1", "none", None),
        ("keys", "127.0.0.1", "valid", True),
        ("open", "0.0.0.0", "valid", False),
    ],
)
def test_who_is_asked_for_a_key(tmp_path: Path, access: str, host: str, made: str, asked: bool | None) -> None:
    """None: it does not start."""
    settings = Settings(home=tmp_path, access=access)
    if made != "none":
        Keys(settings.keys_file).create("desk", ["ask"])
    if made == "revoked":
        Keys(settings.keys_file).revoke("desk")
    if asked is None:
        with pytest.raises(SetupError, match="newsdesk keys create"):
            keys_asked_for(settings, host)
    else:
        assert (keys_asked_for(settings, host) is not None) == asked


def test_name_of_a_key_cannot_break_a_log(tmp_path: Path) -> None:
    for name in ("", "a b", "a\nb", "-x", "é", "x" * 65):
        with pytest.raises(BadInputError):
            Keys(tmp_path / "keys.sqlite").create(name, ["ask"])
