"""Checks of the records that a reader read, and the counts of the connector's recorders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .accounts import CONTENT, Account, World
from .outcomes import WrongRows
from .reading import Reader, Reading, read


def checked(
    reader: Reader, account: Account, folder: Path, collections: tuple[str, ...] = CONTENT
) -> Reading:
    """Run a reader and compare its records with those of the account."""
    reading = read(reader, account, folder)
    check(reading, account.world, collections)
    return reading


def check(reading: Reading, world: World, collections: tuple[str, ...] = CONTENT) -> None:
    """Raise WrongRows if records are missing or were read twice."""
    found = {name: reading.rows(name) for name in collections}
    _compare(found, {name: world.rows(name) for name in collections})


def counted(folder: Path) -> dict[str, Any]:
    """Return the counts of the connector's recorder."""
    found: dict[str, Any] = json.loads((folder / "result.json").read_text())
    return found


def written(folder: Path) -> int:
    """Return how many rows the last sync wrote or deleted."""
    found = counted(folder)
    return sum(found["written"].values()) + sum(found["deleted"].values())


def _compare(found: dict[str, int], expected: dict[str, int]) -> None:
    if found != expected:
        raise WrongRows(f"read {found} instead of {expected}")
