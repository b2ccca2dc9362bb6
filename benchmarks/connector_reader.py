"""Run the connector alone, as a program whose processor time and memory can be measured.

``connector_reader.py URL FOLDER SETTINGS`` syncs once.  SETTINGS is a JSON object of the
connector's settings.  The folder keeps the state, so a second run continues from the first.
``records.tsv`` gets the entries and assets that were written, and ``result.json`` the counts.
With the table SYNCS, they include the requests until written entries were committed.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from contentful_cma.state import State
from contentful_cma.sync import sync
from tools.recorder import Recorder

CONTENT = {"ENTRIES": "entries", "ASSETS": "assets"}


class ContentRecorder(Recorder):
    """Counts rows, and records the ids and versions of content."""

    def __init__(self, records: TextIO) -> None:
        """Write to *records*."""
        super().__init__()
        self.saving = 0.0
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

    def checkpoint(self, state: dict[str, Any]) -> None:
        """Write the state as JSON, as Fivetran's SDK does, and keep the longest time."""
        if self.written["ENTRIES"] and not self.requests_until_content:
            self.requests_until_content = self._requests
        began = time.perf_counter()
        super().checkpoint(state)
        seconds = self.saving + time.perf_counter() - began
        self.checkpoint_seconds = max(self.checkpoint_seconds, seconds)

    def counts(self) -> dict[str, Any]:
        """Return all counts."""
        return {
            **super().counts(),
            "warnings": self.warnings,
            "state_bytes": len(self.saved),
            "checkpoint_seconds": self.checkpoint_seconds,
            "requests_until_content": self.requests_until_content,
        }


SAVE = "save" if hasattr(State, "save") else "saved"
"""The method that returns a state; 1.0.0 had another name for it."""


def arguments() -> tuple[Path, dict[str, str]]:
    """Return the folder and the configuration from the command line."""
    url, folder, settings = sys.argv[1:4]
    given = {"access_token": os.environ["CMA_TOKEN"], "base_url": url, **json.loads(settings)}
    return Path(folder), given


def sync_in(folder: Path, given: dict[str, str], recorder: Recorder) -> None:
    """Sync once from the state in a folder; keep the new state and the counts there."""
    kept = folder / "state.json"
    sync(given, json.loads(kept.read_text()) if kept.exists() else {}, recorder, recorder)
    kept.write_text(recorder.saved)
    (folder / "result.json").write_text(json.dumps(recorder.counts()))


def timed(recorder: ContentRecorder) -> Callable[[State], dict[str, Any]]:
    """Return a function that returns a state and records the time that this took."""
    original: Callable[[State], dict[str, Any]] = getattr(State, SAVE)

    def save(state: State) -> dict[str, Any]:
        began = time.perf_counter()
        found = original(state)
        recorder.saving = time.perf_counter() - began
        return found

    return save


def main() -> None:
    """Sync once, with the state in the folder."""
    folder, given = arguments()
    with (folder / "records.tsv").open("w") as records:
        recorder = ContentRecorder(records)
        setattr(State, SAVE, timed(recorder))
        sync_in(folder, given, recorder)


if __name__ == "__main__":
    main()
