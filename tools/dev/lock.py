"""Pin the packages of requirements/*.in, with hashes, in the .txt files of the same names.

``python -m tools.dev.lock [--upgrade] [NAME ...]``; without a name, all of them.  Needs uv, in a
separate environment (``pip install uv``).
"""

from __future__ import annotations

import shutil
import subprocess
import sys

from tools.command_line import start
from tools.project import ROOT

LOWEST = {
    "development": "3.10",
    "versions": "3.9",
    "pip": "3.9",
    "models": "3.10",
    "dialects": "3.10",
    "spark": "3.11",
    "metrics": "3.10",
    "examples": "3.10",
    "release": "3.10",
    "report": "3.10",
    "browser": "3.10",
}
"""The lowest Python of each lock; a lock comes after the one that it is added to."""
ADDED = {"dialects": "models", "spark": "models", "metrics": "models", "browser": "report"}
"""Locks that are added to the environment of another one, so they keep to its versions."""
OPTIONS = ("--universal", "--generate-hashes", "--no-header")
QUIET = ("--no-emit-index-url", "--no-emit-find-links", "--quiet")


def main(arguments: list[str]) -> int:
    """Write the locks; the exit status is uv's, 2 for a wrong call."""
    names = [one for one in arguments if one != "--upgrade"] or list(LOWEST)
    uv = shutil.which("uv")
    unknown = sorted(set(names) - set(LOWEST))
    if unknown or uv is None:
        print(f"There is no lock {unknown[0]}." if unknown else "uv is missing: pip install uv")
        return 2
    for name in names:
        status = subprocess.run([uv, *compiled(name, arguments)], cwd=ROOT, check=False).returncode
        if status:
            return status
    return 0


def compiled(name: str, arguments: list[str]) -> list[str]:
    """Return the arguments of uv for one list; its comments name files from the root."""
    constraints = ["-c", f"requirements/{ADDED[name]}.txt"] if name in ADDED else []
    upgrade = ["--upgrade"] if "--upgrade" in arguments else []
    python = ["--python-version", LOWEST[name]]
    files = [f"requirements/{name}.in", "-o", f"requirements/{name}.txt"]
    return ["pip", "compile", *python, *OPTIONS, *QUIET, *constraints, *upgrade, *files]


if __name__ == "__main__":
    start(lambda: main(sys.argv[1:]), __doc__)
