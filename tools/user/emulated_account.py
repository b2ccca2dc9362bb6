"""Start the emulator as a program of its own, for as long as it is needed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

TOKEN = "cma-emulator-token"  # noqa: S105 - the emulator's default, no secret


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
