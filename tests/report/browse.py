"""Open a report in a browser and save its content as JSON.

Run by the Python of ``.venv-report``: ``browse.py page.html folder views``.  *views* is JSON: for
each name, the values of the filters.  The folder gets ``seen.json`` and screenshots.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

BROWSERS = "chromium", "chromium-browser", "google-chrome"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
PAPER = {"width": 688, "height": 1016}
"""A4 without its margins, at 96 pixels per inch."""

FOCUSED = "document.activeElement.id || document.activeElement.textContent"
FILTERS = ("space", "environment", "content_type")

SEEN = Path(__file__).with_name("read_page.js").read_text(encoding="utf-8").partition("\n")[2]
"""Returns the page's content."""


def main() -> None:
    """Open the page in all views, color schemes and sizes."""
    page, folder, views = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, BROWSERS)))
        # In a container that runs as root, the browser has no sandbox.
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        seen = desktop(browser, page, folder, views)
        for name, viewport, scheme in (("dark", DESKTOP, "dark"), ("phone", PHONE, "light")):
            opened = show(browser, page, seen, viewport, scheme)
            seen["axe"][name] = violations(opened)
            seen["overflow"][name] = opened.evaluate(SEEN)["overflow"]
            photograph(opened, folder, name)
            opened.context.close()
        seen["print"] = printed(browser, page, folder, seen)
        browser.close()
    (folder / "seen.json").write_text(json.dumps(seen, indent=1), encoding="utf-8")


def desktop(browser: Browser, file: Path, folder: Path, views: dict[str, Any]) -> dict[str, Any]:
    """Return a desktop's content: at the start, in each view, and by keyboard."""
    seen: dict[str, Any] = {"requests": [], "console": [], "axe": {}, "overflow": {}, "views": {}}
    page = show(browser, file, seen, DESKTOP, "light")
    seen["views"]["start"] = page.evaluate(SEEN)
    seen["axe"]["light"] = violations(page)
    photograph(page, folder, "light")
    # A page without views may have no table to sort or copy.
    if views:
        seen["keyboard"] = by_keyboard(page)
        seen["copied"] = copied(page)
    for name, filters in views.items():
        page.get_by_role("button", name="Reset").click()
        for one in FILTERS:
            if one in filters:
                page.select_option(f"#{one}", filters[one])
        settle(page)
        seen["views"][name] = page.evaluate(SEEN)
        page.screenshot(path=folder / f"filtered-{name}.png")
    page.get_by_role("button", name="Reset").click()
    settle(page)
    seen["views"]["reset"] = page.evaluate(SEEN)
    page.context.close()
    return seen


def show(
    browser: Browser, file: Path, seen: dict[str, Any], viewport: dict[str, int], scheme: str
) -> Page:
    """Open the page, and record its requests and logs."""
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    page.on("request", lambda request: seen["requests"].append(request.url))
    page.on("console", lambda message: seen["console"].append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: seen["console"].append(f"error: {error}"))
    page.goto(file.resolve().as_uri())
    settle(page)
    return page


def settle(page: Page) -> None:
    """Wait until the page shows the data of its filters."""
    page.wait_for_function(
        "document.documentElement.dataset.shown === document.querySelector('#scope').textContent"
    )


def violations(page: Page) -> list[str]:
    """Return the violations that axe finds, each with its first element."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}" for one in found]


def photograph(page: Page, folder: Path, name: str) -> None:
    """Save a screenshot of the top and of each section."""
    page.screenshot(path=folder / f"{name}-00-top.png")
    page.add_style_tag(content="#filters, nav { position: static !important }")
    for number, section in enumerate(page.query_selector_all("main > section"), 1):
        path = folder / f"{name}-{number:02}-{section.get_attribute('id')}.png"
        section.screenshot(path=path)


def by_keyboard(page: Page) -> dict[str, Any]:
    """Return the first elements that Tab reaches, and a table sorted by keyboard."""
    names = []
    for _ in range(6):
        page.keyboard.press("Tab")
        names.append(page.evaluate(FOCUSED))
    page.locator("figure.wide th button").first.focus()
    before = first_column(page)
    page.keyboard.press("Enter")
    once = page.evaluate("document.activeElement.parentElement.ariaSort"), first_column(page)
    page.keyboard.press("Enter")
    twice = page.evaluate("document.activeElement.parentElement.ariaSort"), first_column(page)
    return {"tabs": names, "before": before, "sorted": [once, twice]}


def first_column(page: Page) -> list[str]:
    """Return the cells in the first column of the first wide table."""
    return page.locator("figure.wide").first.locator("tbody tr td:first-child").all_inner_texts()


def copied(page: Page) -> str:
    """Return the clipboard after a click on the first table's Copy button."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("figure.wide .tools button").first.click()
    page.get_by_text("Copied").wait_for()
    return str(page.evaluate("navigator.clipboard.readText()"))


def printed(browser: Browser, file: Path, folder: Path, seen: dict[str, Any]) -> dict[str, Any]:
    """Print the page from a dark screen, and return its content and sizes on paper."""
    page = show(browser, file, seen, PAPER, "dark")
    page.emulate_media(media="print")
    paper = dict(page.evaluate(SEEN))
    page.pdf(path=folder / "print.pdf", format="A4", prefer_css_page_size=True)
    page.context.close()
    return paper


if __name__ == "__main__":
    main()
