"""The log of ``dbt --log-format json build``: its progress, its results and its errors."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from tools.user.local_warehouse import counted

COLOR = re.compile(r"\x1b\[[\d;]*m")
RESULTS = {"LogModelResult": "model", "LogTestResult": "test"}
"""The kind of a result, by the name of its event."""

PASSED = "pass"


class DbtLog:
    """Counts results and keeps errors; each line is JSON with ``info`` and ``data``."""

    def __init__(self) -> None:
        """Start without results."""
        self._results: Counter[tuple[str, bool]] = Counter()
        self._done: set[str] = set()
        self._errors: list[str] = []
        self._total = 0

    def begin(self) -> None:
        """Start a build; results of earlier ones are kept, errors are not."""
        self._done.clear()
        self._errors.clear()
        self._total = 0

    def take(self, line: str) -> str:
        """Take a line; return the progress in words, "" if the line does not change it."""
        try:
            event = json.loads(line)
        except ValueError:
            self._errors.append(line.rstrip())
            return ""
        info, data = event.get("info", {}), event.get("data", {})
        if info.get("level") == "error":
            self._errors.append(COLOR.sub("", str(info.get("msg", ""))))
        kind, node = RESULTS.get(info.get("name")), data.get("node_info", {})
        if kind is None:
            return ""
        return self._result(kind, node, data)

    def _result(self, kind: str, node: dict[str, Any], data: dict[str, Any]) -> str:
        name = str(node.get("unique_id"))
        if name not in self._done:
            self._results[kind, kind == "model" or data.get("status") == PASSED] += 1
        self._done.add(name)
        # Events of tests and of models name the total differently.
        self._total = data.get("total") or data.get("num_models") or self._total
        return f"{len(self._done)} of {max(self._total, len(self._done))}"

    def errors(self) -> str:
        """Return the errors of the last build, one per line."""
        return "".join(f"{one}\n" for one in self._errors)

    def summary(self) -> str:
        """Return how many models were built and how many tests passed."""
        models = counted(self._results["model", True], "model")
        tests = counted(self._results["test", True], "test")
        others = self._results["test", False]
        warned = f", {others:,} with a warning" if others else ""
        return f"{models} and passed {tests}{warned}"
