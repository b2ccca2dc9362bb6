"""Run the connector as Fivetran does: through its ``connector.py`` and ``op`` of the SDK.

``sdk_reader.py URL FOLDER SETTINGS OP`` syncs once.  SETTINGS is a JSON object of the connector's
settings.  With ``sdk`` as OP each row goes through the SDK's ``op.upsert``, but what that puts
into the queue to the tester is dropped; with ``recorder`` the SDK's operations are replaced by
one that counts.  ``result.json`` in the folder gets the rows by table, the seconds and the
processor time of ``update`` alone: importing the SDK takes a second that no entry is to blame for.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from fivetran_connector_sdk import Logging, Operations
from fivetran_connector_sdk.protos import common_pb2
from fivetran_connector_sdk.schema_processing import process_tables


class Queue:
    """Stands where the SDK's queue to the tester is, and counts what is put into it."""

    def __init__(self, rows: Counter[str]) -> None:
        """Count the rows by table in *rows*."""
        self._rows = rows

    def add_record(self, record: Any) -> None:
        """Count the record of a row, of the SDK's own type, and drop it."""
        if record.type == common_pb2.RecordType.UPSERT:
            self._rows[record.table_name] += 1

    def add_checkpoint(self, _checkpoint: Any) -> None:
        """Accept it at once: nothing is waited for."""

    def add_warning(self, _warning: Any) -> None:
        """Accept it."""


def record(rows: Counter[str]) -> None:
    """Put operations that count in the place of the SDK's."""

    def upsert(table: str, _row: dict[str, Any]) -> None:
        rows[table] += 1

    def ignore(*_: Any) -> None:
        """Nothing is deleted or kept."""

    Operations.upsert = staticmethod(upsert)
    for name in ("delete", "truncate", "checkpoint", "warning"):
        setattr(Operations, name, staticmethod(ignore))


def main() -> None:
    """Sync once from an empty state."""
    url, folder, settings, operations = sys.argv[1:]
    Logging.LOG_LEVEL = Logging.Level.WARNING
    rows: Counter[str] = Counter()
    if operations == "sdk":
        Operations.operation_stream = Queue(rows)
    else:
        record(rows)
    # Only now, because the connector takes the operations when it is imported.
    import connector  # noqa: PLC0415

    given = {"access_token": os.environ["CMA_TOKEN"], "base_url": url, **json.loads(settings)}
    process_tables(connector.schema(given), {})
    began, used = time.perf_counter(), time.process_time()
    connector.update(given, {})
    result = {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - used,
        "written": rows,
    }
    (Path(folder) / "result.json").write_text(json.dumps(result))


if __name__ == "__main__":
    main()
