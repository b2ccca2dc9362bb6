"""What is known of each mutant, kept in a file so that an interrupted run can be gone on with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


class Results:
    """The latest result of each mutant in each stage, a line each."""

    def __init__(self, path: Path, digest: str, *, fresh: bool) -> None:
        """Read the file; ``digest`` says of which code new results are."""
        self.path, self._digest = path, digest
        self._found: dict[tuple[str, str], dict[str, Any]] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        if fresh:
            path.unlink(missing_ok=True)
        elif path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                self._take(json.loads(line))

    def add(self, stage: str, key: str, **result: Any) -> None:
        """Keep a result at once."""
        result = {"stage": stage, "key": key, **result, "digest": self._digest}
        self._take(result)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(result) + "\n")

    def get(self, stage: str, key: str) -> dict[str, Any] | None:
        """Return a result that still counts.

        What a test noticed, it notices again; what none noticed counts for this code alone.
        """
        result = self._found.get((stage, key))
        if result and (result["outcome"] != "survived" or result["digest"] == self._digest):
            return result
        return None

    def noticed(self, module: str) -> set[str]:
        """Return the tests that have noticed a fault of a module."""
        return {
            str(result["by"])
            for (_, key), result in self._found.items()
            if key.startswith(f"[{json.dumps(module)}, ") and result["outcome"] != "survived"
        }

    def is_old(self, stage: str, key: str) -> bool:
        """Tell whether a result is of other code than today's."""
        return self._found[stage, key]["digest"] != self._digest

    def _take(self, result: dict[str, Any]) -> None:
        self._found[result["stage"], result["key"]] = result
