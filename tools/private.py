"""Files and folders that only their owner can read.

On Windows ``icacls`` sets the rights.  That was not tried on Windows: only its command was tested.
"""

from __future__ import annotations

import getpass
import os
import subprocess
from pathlib import Path

from tools.command_line import named

OWNER_FOLDER = 0o700
OTHERS = 0o077
"""The rights of the owner's group and of everybody else."""

LONGEST_SECONDS = 30


def restrict(path: Path) -> str | None:
    """Let only the owner read a file or a folder; return a warning if that fails."""
    problem = _by_icacls(path) if os.name == "nt" else _by_mode(path)
    if problem is None:
        return None
    return f"Other users of this computer may be able to read {named(path)} ({problem})."


def _by_mode(path: Path) -> str | None:
    try:
        path.chmod(path.stat().st_mode & ~OTHERS & 0o7777)
    except OSError as problem:
        return problem.strerror or type(problem).__name__
    return None


def _by_icacls(path: Path) -> str | None:
    """Remove inherited rights, and give all rights to this user alone."""
    rights = "(OI)(CI)F" if path.is_dir() else "F"
    command = ["icacls", str(path), "/inheritance:r", "/grant:r", f"{getpass.getuser()}:{rights}"]
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=LONGEST_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        return f"icacls: {problem}"
    if done.returncode == 0:
        return None
    lines = (done.stderr or done.stdout).strip().splitlines()
    return f"icacls: {lines[0] if lines else f'exit status {done.returncode}'}"
