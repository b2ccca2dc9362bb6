"""Open a page of the report in a browser and save its content as JSON.

Run by the Python of ``.venv-report``: ``browse.py page.html folder views``.  *views* is JSON: for
each name, the values of the filters; null only looks at the start.  The folder gets ``seen.json``
and screenshots.
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
DESKTOP = {"width": 1440, "height": 900}
TABLET = {"width": 1024, "height": 768}
PHONE = {"width": 390, "height": 844}
PAPER = {"width": 688, "height": 1016}
"""A4 without its margins, at 96 pixels per inch."""

SCREENS = (
    ("light", DESKTOP, "light"),
    ("dark", DESKTOP, "dark"),
    ("tablet", TABLET, "light"),
    ("phone", PHONE, "light"),
)
"""The name, size and color scheme of each screen."""

FOCUSED = "document.activeElement.id || document.activeElement.textContent"
FILTERS = ("space", "environment", "content_type")
SEARCHED = "lamp"

BREAK_ONE = """() => {
  const draw = window.vegaEmbed;
  window.vegaEmbed = (box, ...rest) => box.closest("#charts figure:first-child")
    ? Promise.reject(new Error("made up")) : draw(box, ...rest);
  return show();
}"""
"""Makes the first chart fail, as a damaged specification would."""

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
        seen: dict[str, Any] = {"requests": [], "console": [], "axe": {}, "overflow": {}}
        for name, viewport, scheme in SCREENS:
            opened = show(browser, page, seen, viewport, scheme)
            seen["overflow"][name] = opened.evaluate(SEEN)["overflow"]
            if views is not None:
                seen["axe"][name] = violations(opened)
                photograph(opened, folder, name)
            opened.context.close()
        opened = show(browser, page, seen, DESKTOP, "light")
        seen["views"] = {"start": opened.evaluate(SEEN)}
        if views is not None:
            desktop(opened, folder, views, seen)
            seen["print"] = printed(browser, page, folder, seen)
            seen["plain"] = without_script(browser, page)
            seen["old"] = in_an_old_browser(browser, page)
        browser.close()
    (folder / "seen.json").write_text(json.dumps(seen, indent=1), encoding="utf-8")


def desktop(page: Page, folder: Path, views: dict[str, Any], seen: dict[str, Any]) -> None:
    """Add a desktop's content: in each view, by keyboard, with open lists, and with a failure."""
    seen["tabs"] = tabs(page)
    for name, filters in views.items():
        page.get_by_role("button", name="Reset").click()
        for one in FILTERS:
            if one in filters:
                page.select_option(f"#{one}", filters[one])
        settle(page)
        seen["views"][name] = page.evaluate(SEEN)
        page.screenshot(path=folder / f"filtered-{name}.png")
    if views:
        page.reload()
        settle(page)
        seen["views"]["reloaded"] = page.evaluate(SEEN)
    page.get_by_role("button", name="Reset").click()
    settle(page)
    seen["views"]["reset"] = page.evaluate(SEEN)
    if views:
        seen["opened"] = opened_lists(page)
    page.fill("#search", SEARCHED)
    seen["views"]["searched"] = page.evaluate(SEEN)
    page.fill("#search", "")
    page.evaluate(BREAK_ONE)
    settle(page)
    seen["views"]["broken"] = page.evaluate(SEEN)


def opened_lists(page: Page) -> dict[str, Any]:
    """Open each list, show all its rows, save it as CSV, and sort the first one by keyboard."""
    seen: dict[str, Any] = {"csv": {}, "sorted": []}
    page.locator(".list summary").first.click()
    page.locator(".list[open] thead").wait_for()
    seen["axe"] = violations(page)
    page.locator(".list summary").first.click()
    for node in page.query_selector_all(".list"):
        if not node.is_visible():
            continue
        node.query_selector("summary").click()
        node.wait_for_selector(".tools button:has-text('CSV')")
        if more := node.query_selector(".tools button:has-text('Show all')"):
            more.click()
        with page.expect_download() as download:
            node.query_selector(".tools button:has-text('CSV')").click()
        name = download.value.suggested_filename
        seen["csv"][name] = Path(download.value.path()).read_text(encoding="utf-8")
    for node in page.query_selector_all("figure details:not([open])"):
        node.query_selector("summary").click()
        node.wait_for_selector(".tools button:has-text('CSV')")
        if more := node.query_selector(".tools button:has-text('Show all')"):
            more.click()
    opened = page.evaluate(SEEN)
    seen["lists"], seen["figures"] = opened["lists"], opened["figures"]
    first = page.locator(".list[open]").first
    for _ in range(2):
        first.locator("thead button").first.focus()
        page.keyboard.press("Enter")
        column = first.locator("tbody th").all_inner_texts()
        seen["sorted"].append((first.locator("thead th").first.get_attribute("aria-sort"), column))
    return seen


def show(
    browser: Browser, file: Path, seen: dict[str, Any], viewport: dict[str, int], scheme: str
) -> Page:
    """Open the page, and record its requests and logs."""
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    page.on("request", lambda request: seen["requests"].append(request.url.partition("#")[0]))
    page.on("console", lambda message: seen["console"].append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: seen["console"].append(f"error: {error}"))
    page.goto(file.resolve().as_uri())
    settle(page)
    return page


def settle(page: Page) -> None:
    """Wait until the page shows the data of its filters."""
    page.wait_for_function("document.documentElement.dataset.shown")


def violations(page: Page) -> list[str]:
    """Return the violations that axe finds, each with its first element."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}" for one in found]


def photograph(page: Page, folder: Path, name: str) -> None:
    """Save a screenshot of the top and of each section."""
    page.screenshot(path=folder / f"{name}-00-top.png")
    page.add_style_tag(content="#filters { position: static !important }")
    for number, section in enumerate(page.query_selector_all("main > section"), 1):
        path = folder / f"{name}-{number:02}-{section.get_attribute('id')}.png"
        section.screenshot(path=path)


def tabs(page: Page) -> list[str]:
    """Return the first elements that Tab reaches."""
    names = []
    for _ in range(8):
        page.keyboard.press("Tab")
        names.append(page.evaluate(FOCUSED))
    return names


def printed(browser: Browser, file: Path, folder: Path, seen: dict[str, Any]) -> dict[str, Any]:
    """Print the page from a dark screen, and return its content and sizes on paper."""
    page = show(browser, file, seen, PAPER, "dark")
    page.emulate_media(media="print")
    paper = dict(page.evaluate(SEEN))
    page.pdf(path=folder / "print.pdf", format="A4", prefer_css_page_size=True)
    page.context.close()
    return paper


def without_script(browser: Browser, file: Path) -> str:
    """Return the text that the page shows without JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.resolve().as_uri())
    text = page.locator("body").inner_text()
    context.close()
    return text


def in_an_old_browser(browser: Browser, file: Path) -> str:
    """Return the text that the page shows in a browser that cannot unpack its data."""
    page = browser.new_page()
    page.add_init_script("delete window.DecompressionStream")
    page.goto(file.resolve().as_uri())
    page.locator("main > p.old").wait_for()
    text = page.locator("body").inner_text()
    page.close()
    return text


if __name__ == "__main__":
    main()
