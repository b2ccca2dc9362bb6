"""A plugin of pytest that notes which test calls which functions, and how long each one takes.

It writes ``{"calls": {test: [function, ...]}, "seconds": {test: seconds}}`` at the end, where a
function is its file and the number of its first line, as ``connector/a.py:12``; what is called
while the tests are collected is noted under the test "".
"""

from __future__ import annotations

import json
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a folder and a file be named."""
    parser.addoption("--record-calls-of", help="note the functions of this folder")
    parser.addoption("--record-calls-in", help="and write them into this file")


def pytest_configure(config: pytest.Config) -> None:
    """Begin to listen before the tests are imported."""
    folder, file = (config.getoption(f"--record-calls-{one}") for one in ("of", "in"))
    config.pluginmanager.register(Recorder(config.rootpath, folder, Path(file)))


class Recorder:
    """Listens to every call from now on."""

    def __init__(self, root: Path, folder: str, file: Path) -> None:
        """Note the calls of functions below *folder* of *root*, in *file*."""
        self._root, self._file = f"{root}/", file
        self._folder = f"{root}/{folder}/"
        self._codes: dict[int, CodeType] = {}
        self._calls: dict[str, list[str]] = {}
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._listen()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Note what one test calls."""
        if not self._calls:
            self._note("")
        self._listen()
        found = yield
        self._note(item.nodeid)
        return found

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up how long a test takes with all that is made for it."""
        self._seconds[report.nodeid] += report.duration

    def pytest_sessionfinish(self) -> None:
        """Write all of it."""
        sys.settrace(None)
        seconds = {test: round(taken, 4) for test, taken in self._seconds.items()}
        written = json.dumps({"calls": self._calls, "seconds": seconds})
        self._file.write_text(written, encoding="utf-8")

    def _listen(self) -> None:
        # A test may have listened itself.
        threading.settrace(self._called)
        sys.settrace(self._called)

    def _called(self, frame: FrameType, _event: str, _argument: Any) -> None:
        code = frame.f_code
        # To compare two codes takes as long as they are.
        self._codes[id(code)] = code

    def _note(self, test: str) -> None:
        codes, self._codes = list(self._codes.values()), {}
        ours = [one for one in codes if one.co_filename.startswith(self._folder)]
        names = {f"{one.co_filename[len(self._root) :]}:{one.co_firstlineno}" for one in ours}
        self._calls[test] = sorted(names)
