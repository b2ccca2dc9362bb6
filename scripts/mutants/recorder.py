"""A plugin of pytest that notes which test calls which functions, and how long each one takes.

It writes ``{"calls": {test: [function, ...]}, "seconds": {test: seconds}}`` at the end, where a
function is its file and the number of its first line, as ``connector/a.py:12``; what is called
while the tests are collected is noted under the test "".

Each function of the folder gets one more statement when its module is imported: to trace all
calls with ``sys.settrace`` takes five times as long as the tests themselves.
"""

from __future__ import annotations

import ast
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from mutants.faults import first_line

NOTE = "__note__"
"""What the further statement calls."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a folder and a file be named."""
    parser.addoption("--record-calls-of", help="note the functions of this folder")
    parser.addoption("--record-calls-in", help="and write them into this file")


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Begin before anything of the folder is imported."""
    asked = early_config.known_args_namespace
    recorder = Recorder(Path(asked.record_calls_in))
    early_config.pluginmanager.register(recorder)
    folder = early_config.rootpath / asked.record_calls_of
    sys.meta_path.insert(0, Finder(early_config.rootpath, folder, recorder.called))


class Recorder:
    """Keeps what each test has called."""

    def __init__(self, file: Path) -> None:
        """Write into *file* in the end."""
        self.called: set[str] = set()
        self._file = file
        self._calls: dict[str, list[str]] = {}
        self._seconds: defaultdict[str, float] = defaultdict(float)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Note what one test calls."""
        if not self._calls:
            self._note("")
        found = yield
        self._note(item.nodeid)
        return found

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up how long a test takes with all that is made for it."""
        self._seconds[report.nodeid] += report.duration

    def pytest_sessionfinish(self) -> None:
        """Write all of it."""
        seconds = {test: round(taken, 4) for test, taken in self._seconds.items()}
        written = json.dumps({"calls": self._calls, "seconds": seconds})
        self._file.write_text(written, encoding="utf-8")

    def _note(self, test: str) -> None:
        self._calls[test] = sorted(self.called)
        self.called.clear()


class Finder(MetaPathFinder):
    """Finds the modules of a folder, and has their functions say that they are called."""

    def __init__(self, root: Path, folder: Path, called: set[str]) -> None:
        """Take modules below *folder* and name them as seen from *root*."""
        self._root, self._folder, self._called = root, folder, called

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the module if it is below the folder."""
        spec = PathFinder.find_spec(name, path, target)
        origin = Path(spec.origin) if spec and spec.has_location and spec.origin else None
        if spec is None or origin is None or self._folder not in origin.parents:
            return None
        named = origin.relative_to(self._root).as_posix()
        spec.loader = Loader(name, str(origin), named, self._called)
        return spec


class Loader(SourceFileLoader):
    """Loads a module with one statement more in each function; nothing is kept as bytecode."""

    def __init__(self, name: str, path: str, named: str, called: set[str]) -> None:
        """Add the functions that are called to *called*, as ``named:line``."""
        super().__init__(name, path)
        self._named, self._called = named, called

    def get_code(self, fullname: str) -> CodeType:
        """Return the code of the module."""
        path = self.get_filename(fullname)
        tree = ast.parse(self.get_data(path))
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                noted = ast.parse(f"{NOTE}({f'{self._named}:{first_line(node)}'!r})").body[0]
                for one in ast.walk(noted):
                    ast.copy_location(one, node.body[0])
                has_docstring = ast.get_docstring(node, clean=False) is not None
                node.body.insert(int(has_docstring), noted)
        return compile(tree, path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module."""
        vars(module)[NOTE] = self._called.add
        super().exec_module(module)
