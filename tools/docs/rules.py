"""The list of all rules that the tests prove, by folder: tests/RULES.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tools.project import ROOT

TESTS = ROOT / "tests"

ROOMS = {
    "promises": "Promises of the whole connector, with faults and crashes.",
    "settings": "The settings of a user.",
    "api": "Requests to Contentful.",
    "tables": "The rows of each table.",
    "extract": "Reading a table in a place: an account, organization, space or environment.",
    "state": "The saved state between two syncs.",
    "sync": "The steps of a sync.",
    "ground": "Values, and texts that are redacted.",
    "emulator": "The emulator of the API.",
    "models": "The dbt models.",
    "report": "The report.",
    "project": "The repository, its documents and its tools.",
}
"""The folders of tests, the most important first."""

BEGINNING = """# Rules

Every rule that a test proves, with its test.
`make docs` generates this page; `make check` fails if it is out of date.
"""


class Rule(NamedTuple):
    """A rule, its test, the file below ``tests/``, and whether the test is a deep one."""

    sentence: str
    test: str
    file: str
    is_deep: bool


def page() -> str:
    """Return the page; ValueError for a folder of tests without an entry in ROOMS."""
    folders = {path.parent.name for path in TESTS.rglob("test_*.py")}
    if folders != set(ROOMS):
        raise ValueError(f"ROOMS in tools/docs/rules.py differ: {sorted(folders ^ set(ROOMS))}")
    return "\n".join([BEGINNING, *(line for room in ROOMS for line in section(room))]) + "\n"


def section(room: str) -> Iterator[str]:
    """Yield the lines of a folder."""
    yield f"## {room.capitalize()}\n\n{ROOMS[room]}"
    for path in sorted((TESTS / room).glob("test_*.py")):
        yield f"\n### {path.stem.removeprefix('test_').replace('_', ' ').capitalize()}\n"
        yield from (shown(rule) for rule in rules_of(path))
    yield ""


def rules_of(path: Path) -> Iterator[Rule]:
    """Yield the rules of a file."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            sentence = " ".join((ast.get_docstring(node) or "").split())
            marks = [ast.unparse(one) for one in node.decorator_list]
            file = path.relative_to(TESTS).as_posix()
            yield Rule(sentence, node.name, file, "pytest.mark.deep" in marks)


def shown(rule: Rule) -> str:
    """Return the line of a rule."""
    where = " (`make test-deep`)" if rule.is_deep else ""
    return f"- {rule.sentence} [`{rule.test}`]({rule.file}){where}"
