"""The index of all rules that the tests prove: each test's sentence, by room."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tools.project import ROOT

TESTS = ROOT / "tests"

ROOMS = {
    "promises": "What is promised across rooms, whatever happens.",
    "settings": "What the user asks for.",
    "api": "How Contentful is asked.",
    "tables": "What rows there are, table by table.",
    "extract": "How a table is read in a place.",
    "state": "What is remembered between two syncs.",
    "sync": "How a sync goes.",
    "ground": "Values, and what may not be shown.",
    "emulator": "What the emulated account does.",
    "models": "What the models over the tables tell.",
    "report": "What the report shows.",
    "project": "What is true of the repository, its documents and its tools.",
}
"""The folders of tests, in the order in which a newcomer asks for them."""

BEGINNING = """# Rules

Every rule that a test proves, one a line, with the file that its test is in.
`make docs` writes this page from the tests, and `make check` fails where it is out of date.
"""


class Rule(NamedTuple):
    """A test's sentence, its name, its file below ``tests/``, and whether it is a deep one."""

    sentence: str
    test: str
    file: str
    is_deep: bool


def page() -> str:
    """Return the page; ValueError if a folder of tests has no place on it."""
    folders = {path.parent.name for path in TESTS.rglob("test_*.py")}
    if folders != set(ROOMS):
        raise ValueError(f"ROOMS in tools/docs/rules.py differ: {sorted(folders ^ set(ROOMS))}")
    return "\n".join([BEGINNING, *(line for room in ROOMS for line in section(room))]) + "\n"


def section(room: str) -> Iterator[str]:
    """Yield the lines about a room."""
    yield f"## {room.capitalize()}\n\n{ROOMS[room]}"
    for path in sorted((TESTS / room).glob("test_*.py")):
        yield f"\n### {path.stem.removeprefix('test_').replace('_', ' ').capitalize()}\n"
        yield from (shown(rule) for rule in rules_of(path))
    yield ""


def rules_of(path: Path) -> Iterator[Rule]:
    """Yield the rules of a file, in its order."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            sentence = " ".join((ast.get_docstring(node) or "").split())
            marks = [ast.unparse(one) for one in node.decorator_list]
            file = path.relative_to(TESTS).as_posix()
            yield Rule(sentence, node.name, file, "pytest.mark.deep" in marks)


def shown(rule: Rule) -> str:
    """Return the line of a rule."""
    where = " (`make test-deep`)" if rule.is_deep else ""
    return f"- {rule.sentence} [`{rule.test}`](../tests/{rule.file}){where}"
