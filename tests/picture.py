"""The picture of the README: `python -m tests.picture ADDRESS` takes it of a server that has the seed articles."""

import io
import shutil
import sys

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.reference import DOCS

QUESTION = "Why did Kering drop its suit?"


def take(address: str) -> bytes:
    """The page, 1280 pixels wide, with the answer and its article, as WebP."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 780})
        page.goto(address)
        page.get_by_label("Your question").fill(QUESTION)
        page.get_by_role("button", name="Ask", exact=True).click()
        page.get_by_role("button", name="Copy link").wait_for(timeout=60_000)
        page.locator("#nd-heading").blur()
        taken = page.screenshot()
        browser.close()
    made = io.BytesIO()
    Image.open(io.BytesIO(taken)).save(made, "WEBP", lossless=True)
    return made.getvalue()


if __name__ == "__main__":
    (DOCS / "page.webp").write_bytes(take(sys.argv[1]))
