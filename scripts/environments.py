"""Where a virtual environment keeps its programs."""

from __future__ import annotations

import os
from pathlib import Path


def python_of(venv: Path) -> Path:
    """Return the interpreter of a virtual environment, on Windows too."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"
