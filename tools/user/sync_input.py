"""Whether a sync can begin: the configuration and the state as they lie on the disk."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contentful_cma.errors import StateUnusable
from contentful_cma.redact import masked_token
from contentful_cma.state.state import State
from contentful_cma.tables import configure
from tools.command_line import named

OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""What the owner's group and everybody may do with a file."""


@dataclass(frozen=True)
class Problem:
    """Why a sync cannot begin, and what to do about it: a sentence each."""

    what: str
    remedy: str


def bad_configuration(path: Path) -> Problem | None:
    """Return what is wrong with a configuration, by line and column or by key; None if nothing."""
    remedy = f"Correct {named(path)} and run the command again."
    found = _read(path)
    if isinstance(found, str):
        return Problem(f"{named(path)} {found}.", remedy)
    try:
        configure(found)
    except ValueError as problem:
        return Problem(f"{named(path)}: {problem}", remedy)
    # The connector takes null for unset, and other keys are ignored; the SDK refuses both.
    strange = [key for key, value in found.items() if not isinstance(value, str)]
    if not strange:
        return None
    got = " (got null)" if found[strange[0]] is None else ""
    rule = f'must be a text in quotes{got}; an empty text, "", resets a setting.'
    return Problem(f"{named(path)}: {masked_token(strange[0])} {rule}", remedy)


def bad_state(path: Path) -> Problem | None:
    """Return what is wrong with a saved state; None if nothing, or if there is none."""
    if not path.exists():
        return None
    remedy = f"Delete {named(path)} to start anew: the next sync reads everything again."
    found = _read(path)
    if isinstance(found, str):
        return Problem(f"The saved state {named(path)} {found}.", remedy)
    try:
        State(found)
    except StateUnusable as problem:
        what, _, _ = str(problem).partition(". ")
        return Problem(
            f"{what.replace('The saved state', f'The saved state {named(path)}')}.", remedy
        )
    return None


def _read(path: Path) -> dict[str, Any] | str:
    """Return a JSON object, or what keeps a file from holding one."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as problem:
        return f"is no JSON: line {problem.lineno}, column {problem.colno}: {problem.msg}"
    except UnicodeDecodeError as problem:
        return f"is no UTF-8 text: byte {problem.start + 1} cannot be read"
    return found if isinstance(found, dict) else "holds no JSON object"


def token_in(path: Path) -> str:
    """Return the access token of a configuration."""
    found = _read(path)
    token = found.get("access_token", "") if isinstance(found, dict) else ""
    return token.strip() if isinstance(token, str) else ""


def kept_private(configuration: Path, files: Path) -> Iterator[str]:
    """Let only their owner read the token and the rows; yield what the user should know of it.

    OSError for a file that the sync could not write.
    """
    files.mkdir(mode=0o700, exist_ok=True)
    files.chmod(0o700)
    # Fivetran's command line also writes into the project.
    for one in (files.parent, *files.iterdir()):
        # DuckDB may have removed a file of its own meanwhile.
        if not os.access(one, os.R_OK | os.W_OK) and one.exists():
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(one))
    mode = configuration.stat().st_mode
    if os.name == "posix" and mode & OTHERS:
        try:
            configuration.chmod(stat.S_IMODE(mode) & ~OTHERS)
        except OSError as problem:
            yield f"Others can read the token in {named(configuration)}: {problem.strerror}."
        else:
            yield f"{named(configuration)} holds a token; from now on only you can read it."
