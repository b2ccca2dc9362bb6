"""Where the project is, and where its virtual environments keep their programs."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the project; programs are started in it, as ``python -m tools.user.sync``."""


def python_of(venv: Path) -> Path:
    """Return the interpreter of a virtual environment, on Windows too."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"
