"""Count the records that a reader left in its folder, and sum up their ids and versions.

``outputs.py KIND FOLDER`` prints rows and checksum of each collection as JSON.  It is a separate
program, so no reader inherits its memory.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

Identity = tuple[str, ...]
"""Collection, space, environment, id and version of a record."""

SUM_BYTES = 8


def tally(identities: Iterable[Identity]) -> dict[str, dict[str, Any]]:
    """Return rows and checksum by collection; the order of the records does not matter."""
    rows: dict[str, int] = {}
    sums: dict[str, int] = {}
    for identity in identities:
        digest = blake2b("\t".join(identity).encode(), digest_size=SUM_BYTES).digest()
        name = identity[0]
        rows[name] = rows.get(name, 0) + 1
        sums[name] = (sums.get(name, 0) + int.from_bytes(digest, "big")) % (1 << 8 * SUM_BYTES)
    return {name: {"rows": rows[name], "checksum": f"{sums[name]:016x}"} for name in rows}


def from_lines(folder: Path) -> Iterator[Identity]:
    """Read ``records.tsv``, which the project's scripts write."""
    with (folder / "records.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            yield tuple(line.rstrip("\n").split("\t"))


def from_airbyte(folder: Path) -> Iterator[Identity]:
    """Read the messages that an Airbyte source prints."""
    with (folder / "stdout").open(encoding="utf-8") as lines:
        for line in lines:
            message = json.loads(line)
            if message["type"] == "RECORD" and message["record"]["stream"] == "entries":
                yield _identity(message["record"]["data"]["sys"])


def from_dlt(folder: Path) -> Iterator[Identity]:
    """Read the files that dlt's filesystem destination wrote for the entries."""
    for path in sorted(folder.glob("bucket/*/entries/*.jsonl*")):
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                names = ("space__sys__id", "environment__sys__id", "id", "version")
                yield ("entries", *(str(row[f"sys__{name}"]) for name in names))


def from_export(folder: Path) -> Iterator[Identity]:
    """Read the files of contentful-export, one for each environment."""
    for path in sorted(folder.glob("export-*.json")):
        for entry in json.loads(path.read_text(encoding="utf-8"))["entries"]:
            yield _identity(entry["sys"])


def _identity(sys_of: dict[str, Any]) -> Identity:
    place = (sys_of["space"]["sys"]["id"], sys_of["environment"]["sys"]["id"])
    return ("entries", *place, sys_of["id"], str(sys_of["version"]))


def from_nothing(_folder: Path) -> Iterator[Identity]:
    """Read nothing, because the reader counted its rows itself."""
    return iter(())


KINDS: dict[str, Callable[[Path], Iterator[Identity]]] = {
    "lines": from_lines,
    "airbyte": from_airbyte,
    "dlt": from_dlt,
    "export": from_export,
    "nothing": from_nothing,
}


def main() -> None:
    """Print the counts of one reader."""
    sys.stdout.write(json.dumps(tally(KINDS[sys.argv[1]](Path(sys.argv[2])))))


if __name__ == "__main__":
    main()
