"""Run one reader on one account and measure it from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tools.user.emulated_account import TOKEN

from .accounts import Account

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
LONGEST_SECONDS = 1200
"""After this time, a reader is stopped and counts as failed."""


@dataclass(frozen=True)
class Reader:
    """A program that reads an account into a folder.

    ``{url}`` and ``{folder}`` in the command are replaced; ``output`` is the kind of output that
    `outputs` reads.
    """

    name: str
    command: tuple[str, ...]
    output: str = "lines"
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """Measurements of one run of a reader: seconds of wall and processor time, memory in MiB.

    ``found`` has rows and checksum by collection, ``log`` the requests to the emulator.
    """

    seconds: float
    cpu_seconds: float
    peak_mib: float
    log: list[dict[str, Any]]
    found: dict[str, dict[str, Any]]

    @property
    def requests(self) -> int:
        """The number of requests, including refused ones."""
        return len(self.log)

    @property
    def refused(self) -> int:
        """The number of requests that were answered with 429."""
        return sum(one["status"] == HTTPStatus.TOO_MANY_REQUESTS for one in self.log)

    def rows(self, collection: str = "entries") -> int:
        """Return the number of records that were read."""
        rows: int = self.found.get(collection, {}).get("rows", 0)
        return rows

    def checksum(self, collection: str = "entries") -> str:
        """Return the checksum of the records that were read."""
        return str(self.found.get(collection, {}).get("checksum", "-"))


class ReaderFailed(Exception):
    """A reader ended with an error; the message has its last lines."""


def read(reader: Reader, account: Account, folder: Path) -> Reading:
    """Run a reader to its end; ReaderFailed if it ends with an error."""
    folder.mkdir(parents=True, exist_ok=True)
    account.control("DELETE", "requests")
    places = {"{url}": account.url, "{folder}": str(folder)}
    command = [places.get(part, part) for part in reader.command]
    used = _run(reader, command, account.url, folder)
    status = used.pop("status")
    if status != 0:
        raise ReaderFailed(f"{reader.name} ended with status {status:.0f}:\n{_last_lines(folder)}")
    return Reading(**used, log=account.log(), found=_found(reader, folder))


def _run(reader: Reader, command: list[str], url: str, folder: Path) -> dict[str, float]:
    """Return the exit status and the resources that the process and its children used."""
    usage = folder / "usage.json"
    launch = [sys.executable, "-S", str(HERE / "launching.py"), str(usage)]
    environment = {**os.environ, "CMA_TOKEN": TOKEN, "CMA_URL": url, **reader.environment}
    with (folder / "stdout").open("w") as out, (folder / "stderr").open("w") as err:
        subprocess.run(
            [*launch, str(LONGEST_SECONDS), *command],
            check=True,
            stdout=out,
            stderr=err,
            cwd=folder,
            env=environment,
        )
    used: dict[str, float] = json.loads(usage.read_text())
    return used


def _found(reader: Reader, folder: Path) -> dict[str, dict[str, Any]]:
    command = [sys.executable, str(HERE / "outputs.py"), reader.output, str(folder)]
    counted = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, dict[str, Any]] = json.loads(counted.stdout)
    return found


def _last_lines(folder: Path) -> str:
    lines = (folder / "stderr").read_text(errors="replace").splitlines()
    return "\n".join(lines[-15:])


def say(text: str) -> None:
    """Print without a buffer."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
