"""Start the emulator as a separate program, and use its account."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

TOKEN = "cma-emulator-token"  # noqa: S105 - the emulator's default, no secret
CONTENT_TYPE = "application/vnd.contentful.management.v1+json"
LONGEST_SECONDS = 600
"""The longest time to create an account."""

Record = dict[str, Any]


class EmulatedAccount:
    """An emulated account with the API of Contentful and the routes of the emulator."""

    def __init__(self, url: str) -> None:
        """Use the account at a base URL."""
        self.url = url

    def control(self, method: str, route: str, body: Any = None) -> Any:
        """Use a route of the emulator; return its answer, None if it is empty."""
        url = f"{self.url}/_emulator/{route}"
        answer = requests.request(method, url, json=body, timeout=LONGEST_SECONDS)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def stored(self, path: str) -> list[Record]:
        """Return all records of a collection, as the emulator stores them."""
        records: list[Record] = self.control("GET", f"store/{path}")["items"]
        return records

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Record:
        """Make an API request; return its answer, {} if it is empty; header names have _ for -."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent |= {"Authorization": f"Bearer {TOKEN}", "Content-Type": CONTENT_TYPE}
        url = f"{self.url}/{path}"
        answer = requests.request(method, url, json=body, headers=sent, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else {}


@contextmanager
def emulated_account(**world: int | str) -> Iterator[str]:
    """Give the base URL of an emulated account.

    *world* are the emulator's options, such as ``spaces=6`` or ``demo="2026-03-18"``.  It is run
    by the Python that ``CMA_EMULATOR_PYTHON`` names, else by this one.
    """
    python = os.environ.get("CMA_EMULATOR_PYTHON", sys.executable)
    options = [f"--{name.replace('_', '-')}={value}" for name, value in world.items()]
    command = [python, "-m", "cma_emulator", "--port=0", f"--token={TOKEN}", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = process.stdout.readline().strip() if process.stdout else ""
            if not url:
                raise RuntimeError("The emulator did not start; its message is above.")
            yield url
        finally:
            _stop(process)


def configuration(url: str) -> dict[str, str]:
    """Return the configuration that reads the emulated account."""
    return {"access_token": TOKEN, "base_url": url}


def whole(url: str) -> dict[str, str]:
    """Return the configuration that reads all tables of the account, in all environments."""
    return {**configuration(url), "tables": "all", "environment_id": "*"}


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
