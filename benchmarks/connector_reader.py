"""Run the connector alone, as a program whose processor time and memory can be told apart.

``connector_reader.py URL FOLDER SETTINGS`` syncs once.  SETTINGS is a JSON object of the
connector's settings.  The folder keeps the state, so a second run goes on from the first;
``records.tsv`` gets the entries and assets that were written and ``result.json`` the counts, with
the table SYNCS also that of the requests until entries that were written had come to a checkpoint.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from contentful_cma.state import State
from contentful_cma.sync import sync

CONTENT = {"ENTRIES": "entries", "ASSETS": "assets"}


class Recorder:
    """Stands in for Fivetran's operations and its log: counts, and keeps no row."""

    can_truncate = True

    def __init__(self, records: TextIO) -> None:
        """Write what identifies a row of content to *records*."""
        self.written: Counter[str] = Counter()
        self.deleted: Counter[str] = Counter()
        self.warnings: list[str] = []
        self.state = "{}"
        self.handing_out = 0.0
        self.checkpoint_seconds = 0.0
        self.requests_until_content = 0
        self._requests = 0
        self._records = records

    def upsert(self, table: str, row: dict[str, Any]) -> None:
        """Count a row."""
        self.written[table] += 1
        if table == "SYNCS":
            self._requests = row["requests"]
        if table in CONTENT:
            place = f"{row['space_id']}\t{row['environment_id']}"
            self._records.write(f"{CONTENT[table]}\t{place}\t{row['id']}\t{row['version']}\n")

    def delete(self, table: str, _keys: dict[str, Any]) -> None:
        """Count a deleted row."""
        self.deleted[table] += 1

    def truncate(self, table: str) -> None:
        """Accept it: nothing is kept here."""

    def checkpoint(self, state: dict[str, Any]) -> None:
        """Write the state out as JSON, as Fivetran's SDK does, and note the longest time."""
        if self.written["ENTRIES"] and not self.requests_until_content:
            self.requests_until_content = self._requests
        began = time.perf_counter()
        self.state = json.dumps(state)
        seconds = self.handing_out + time.perf_counter() - began
        self.checkpoint_seconds = max(self.checkpoint_seconds, seconds)

    def warning(self, message: str) -> None:
        """Keep a warning."""
        self.warnings.append(message)

    def info(self, message: str) -> None:
        """Ignore what the log would tell."""


SAVE = "save" if hasattr(State, "save") else "saved"
"""The method that hands out a state, whose name was another one in 1.0.0."""


def timed(recorder: Recorder) -> Callable[[State], dict[str, Any]]:
    """Return a function that hands out a state and notes how long that took."""
    hand_out: Callable[[State], dict[str, Any]] = getattr(State, SAVE)

    def save(state: State) -> dict[str, Any]:
        began = time.perf_counter()
        found = hand_out(state)
        recorder.handing_out = time.perf_counter() - began
        return found

    return save


def main() -> None:
    """Sync once, with the state that the folder holds."""
    url, folder, settings = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])
    kept = folder / "state.json"
    state = json.loads(kept.read_text()) if kept.exists() else {}
    given = {"access_token": os.environ["CMA_TOKEN"], "base_url": url, **settings}
    with (folder / "records.tsv").open("w") as records:
        recorder = Recorder(records)
        setattr(State, SAVE, timed(recorder))
        sync(given, state, recorder, recorder)
    kept.write_text(recorder.state)
    result = {
        "written": recorder.written,
        "deleted": recorder.deleted,
        "warnings": recorder.warnings,
        "state_bytes": len(recorder.state),
        "checkpoint_seconds": recorder.checkpoint_seconds,
        "requests_until_content": recorder.requests_until_content,
    }
    (folder / "result.json").write_text(json.dumps(result))


if __name__ == "__main__":
    main()
