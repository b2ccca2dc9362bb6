"""The paths and names in docs/architecture.md, and its flowchart."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from contentful_cma.settings.options import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "connector" / "contentful_cma"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROOMS = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
NOT_CODE = {"make check", "make docs", ".importlinter", *ROOMS, *(one.key for one in SETTINGS)}
"""Words between backticks that are neither a path nor a name of a module."""


def names_in(path: Path) -> set[str]:
    """Return the names that a module defines or imports, and those of its classes."""
    names: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update(alias.asname or alias.name for alias in node.names)
            continue
        names.update(defined(node))
        if isinstance(node, ast.ClassDef):
            inner = {name for one in node.body for name in defined(one)}
            inner.update(set_in_self(node))
            names |= {f"{node.name}.{name}" for name in inner} | inner
    return names


def set_in_self(node: ast.ClassDef) -> Iterator[str]:
    """Yield the attributes that methods of a class set."""
    attributes = (one for one in ast.walk(node) if isinstance(one, ast.Attribute))
    for one in attributes:
        is_stored = isinstance(one.ctx, ast.Store)
        if is_stored and isinstance(one.value, ast.Name) and one.value.id == "self":
            yield one.attr


def defined(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement defines."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def unknown(page: str) -> list[str]:
    """Return the paths that do not exist, and the names that their file does not define.

    A name belongs to the file that follows it as "`name` in `path`", or to the one before it.
    """
    found, file = [], PACKAGE / "__init__.py"
    for word in re.finditer(r"`([^`\n]+)`", page):
        follows = re.match(r" in `([^`]+\.py)`", page[word.end() :])
        if "/" in word[1] or follows:
            path = follows[1] if follows else word[1]
            place = next((one / path for one in (PACKAGE, ROOT) if (one / path).exists()), None)
            if place is None:
                found.append(path)
                continue
            file = place if place.is_file() else file
        if "/" not in word[1] and word[1] not in NOT_CODE and word[1] not in names_in(file):
            found.append(f"{word[1]} in {file.relative_to(ROOT)}")
    return found


def test_every_name_on_the_page_exists() -> None:
    """Each path on the page exists, and each name is defined in its file."""
    assert unknown(PAGE) == []


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("`sync/walk.py` reads", "sync/walk.py"),
        ("`gone_with` in `sync/run.py`", "gone_with in connector/contentful_cma/sync/run.py"),
        ("`sync/run.py`: `_Sync.halt`", "_Sync.halt in connector/contentful_cma/sync/run.py"),
        ("`Table` in `tables/table.py`; `sync/run.py`: `_Sync._receive`", None),
    ],
)
def test_a_missing_name_is_reported(page: str, expected: str | None) -> None:
    """A missing path or name is reported, a name with the file that should define it."""
    assert unknown(page) == ([] if expected is None else [expected])


def test_the_flowchart_has_every_room_below_those_that_import_it() -> None:
    """The flowchart has each package, and its arrows lead to the packages directly below."""
    _, _, chart = PAGE.partition("flowchart TD\n")
    boxes = re.findall(r'^    (\w+)\["\1: .+\."\]$', chart, re.MULTILINE)
    assert sorted(boxes) == sorted({*ROOMS, "ground"})
    assert re.findall(r"^    (\w+) --> (\w+)$", chart, re.MULTILINE) == [
        ("sync", "extract"),
        *(("extract", room) for room in ("tables", "state", "api")),
        *((room, "settings") for room in ("tables", "state", "api")),
        ("settings", "ground"),
    ]
