"""Checks before a sync: the configuration file and the saved state."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contentful_cma.errors import StateUnusable
from contentful_cma.redact import masked_token
from contentful_cma.settings.configuration import REMEDY
from contentful_cma.state.state import State
from contentful_cma.tables import configure
from tools.command_line import named
from tools.private import OTHERS, OWNER_FOLDER, restrict

KINDS = {
    type(None): "null",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}
"""The kinds of JSON that are not text, by their Python type."""


@dataclass(frozen=True)
class Problem:
    """A reason why a sync cannot start, and its remedy."""

    reason: str
    remedy: str


def bad_configuration(path: Path) -> Problem | None:
    """Return the problem of a configuration, with line and column or key; None if it is valid."""
    remedy = f"Correct {named(path)} and run the command again."
    found = _read(path)
    if isinstance(found, str):
        return Problem(f"{named(path)} {found}.", remedy)
    try:
        configure(found)
    except ValueError as problem:
        sentences = str(problem).removesuffix(f"\n{REMEDY}")
        return Problem(f"{named(path)}: {sentences}", remedy)
    # The connector ignores null and unknown keys; the SDK refuses both.
    strange = [key for key, value in found.items() if not isinstance(value, str)]
    if not strange:
        return None
    got = KINDS[type(found[strange[0]])]
    rule = f'must be a text in quotes (got {got}); an empty text, "", resets a setting.'
    return Problem(f"{named(path)}: {masked_token(strange[0])} {rule}", remedy)


def bad_state(path: Path) -> Problem | None:
    """Return the problem of a saved state; None if it is valid or missing."""
    if not path.exists():
        return None
    remedy = f"Delete {named(path)} to re-sync: the next sync reads everything again."
    found = _read(path)
    if isinstance(found, str):
        return Problem(f"The saved state {named(path)} {found}.", remedy)
    try:
        State(found)
    except StateUnusable as problem:
        sentence, _, _ = str(problem).partition(". ")
        state = f"The saved state {named(path)}"
        return Problem(f"{sentence.replace('The saved state', state)}.", remedy)
    return None


def _read(path: Path) -> dict[str, Any] | str:
    """Return the JSON object of a file, or why there is no such object in it."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as problem:
        return f"is not valid JSON: line {problem.lineno}, column {problem.colno}: {problem.msg}"
    except UnicodeDecodeError as problem:
        return f"is not UTF-8 text: byte {problem.start + 1} cannot be read"
    return found if isinstance(found, dict) else "must hold a JSON object"


def token_in(path: Path) -> str:
    """Return the access token of a configuration."""
    found = _read(path)
    token = found.get("access_token", "") if isinstance(found, dict) else ""
    return token.strip() if isinstance(token, str) else ""


def kept_private(configuration: Path, files: Path) -> Iterator[str]:
    """Let only their owner read the token and the rows; yield warnings for the user.

    OSError for a file that the sync could not write.
    """
    files.mkdir(mode=OWNER_FOLDER, exist_ok=True)
    # Fivetran's command line also writes into the project.
    for one in (files.parent, files, *files.iterdir()):
        # DuckDB may have removed one of its files meanwhile.
        if not os.access(one, os.R_OK | os.W_OK) and one.exists():
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(one))
    was_open = os.name == "posix" and bool(configuration.stat().st_mode & OTHERS)
    for path in (files, configuration):
        warning = restrict(path)
        if warning is not None:
            yield warning
        elif path == configuration and was_open:
            yield f"{named(path)} holds a token; from now on only you can read it."
