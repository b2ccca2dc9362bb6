"""Where the project is, and where its virtual environments keep their programs."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the project; programs are started in it, as ``python -m tools.user.sync``."""


def python_of(venv: Path) -> Path:
    """Return the interpreter of a virtual environment, on Windows too."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


PROGRAMS = {"configuration": "configure"}
"""The program of a make target with another name."""


def typed(target: str, **variables: str) -> str:
    """Return a make target as a user types it; on Windows, the program that it runs.

    ``typed("query", SQL="SHOW TABLES")`` is ``make query SQL='SHOW TABLES'``.
    """
    return command_of(target, variables, is_windows=os.name == "nt")


def command_of(target: str, variables: Mapping[str, str], *, is_windows: bool) -> str:
    """Return the command of a make target, with or without make."""
    if not is_windows:
        given = [f"{name}={shlex.quote(value)}" for name, value in variables.items()]
        return " ".join(["make", target, *given])
    program = rf".venv\Scripts\python -m tools.user.{PROGRAMS.get(target, target)}"
    return " ".join([program, *(_option(name, value) for name, value in variables.items())])


def _option(variable: str, value: str) -> str:
    """Return a variable of make as the option of a program."""
    if variable == "CONFIGURATION":
        return f'"{value}"' if " " in value else value
    return f"--{variable.lower()}" if value == "1" else f'--{variable.lower()} "{value}"'
