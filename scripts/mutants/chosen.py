"""Which tests a mutant has to meet, and in which order: by what each test calls."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mutants.faults import first_line
from mutants.sample import Mutant

ROUND = 2.0
"""Seconds of the first round of tests, which is enough for most mutants."""


@dataclass(frozen=True)
class Calls:
    """The tests that call each function, and the seconds that each test takes.

    A function is its module and its first line.  *text* is the text of each function.
    """

    tests: dict[str, set[str]]
    seconds: dict[str, float]
    text: dict[str, str]

    @classmethod
    def read(cls, recorded: Path, root: Path, folder: str) -> Calls:
        """Return what a `Recorder` has written; the modules are below *folder* of *root*."""
        found = json.loads(recorded.read_text(encoding="utf-8"))
        tests: dict[str, set[str]] = {}
        for test, called in found["calls"].items():
            for one in called:
                tests.setdefault(one, set()).add(test)
        text = {
            f"{path.relative_to(root).as_posix()}:{line}": text
            for path in sorted((root / folder).rglob("*.py"))
            for line, text in functions(path.read_text(encoding="utf-8"))
        }
        return cls(tests, found["seconds"], text)

    def in_order(self, mutant: Mutant, noticed: Collection[str]) -> list[str]:
        """Return the tests that can notice the mutant, the most promising first.

        Those are the tests that call its function: those that have *noticed* another fault of the
        module, then one case of each, those of its module and its folder before others and the
        quickest before slower ones, and then all further cases.  Of what is decided when a module
        is imported, those that call a function in which its name stands, and then all others.
        """
        own = self.tests.get(f"{mutant.module}:{mutant.entry}", set())
        if mutant.entry and "" not in own:
            return self._in_order(own, mutant, noticed)
        near = own.union(*(self.tests.get(one, set()) for one in self._naming(mutant))) - {""}
        return [
            *self._in_order(near, mutant, noticed),
            *self._in_order(self.seconds.keys() - near, mutant, noticed),
        ]

    def rounds(self, tests: list[str], most: float) -> Iterator[list[str]]:
        """Yield the tests in two parts: those of the first seconds, and others up to *most*."""
        taken, parts = 0.0, (list[str](), list[str]())
        for test in tests:
            if taken < most:
                parts[taken >= ROUND].append(test)
            taken += self.seconds[test]
        yield from filter(None, parts)

    def _in_order(
        self, tests: Iterable[str], mutant: Mutant, noticed: Collection[str]
    ) -> list[str]:
        quickest = sorted(tests, key=lambda test: (self.seconds[test], test))
        first = {test.partition("[")[0]: test for test in reversed(quickest)}

        def place(test: str) -> tuple[bool, bool, bool, bool]:
            function = test.partition("[")[0]
            file, module = Path(function.partition("::")[0]), Path(mutant.module)
            is_named = file.stem.startswith(f"test_{module.stem}")
            is_of_its_folder = file.parent.name == module.parent.name
            is_a_case = first[function] != test
            return test not in noticed, is_a_case, not is_named, not is_of_its_folder

        return sorted(quickest, key=place)

    def _naming(self, mutant: Mutant) -> Iterator[str]:
        """Yield the functions in which a name stands that the mutant's statement binds."""
        words = "|".join(rf"\b{re.escape(name)}\b" for name in mutant.names)
        for function, text in self.text.items() if words else ():
            if re.search(words, text):
                yield function


def functions(text: str) -> Iterator[tuple[int, str]]:
    """Yield the first line of each function of a module, decorators included, and its text."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = first_line(node)
            yield first, "\n".join(lines[first - 1 : node.end_lineno])
