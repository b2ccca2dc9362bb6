"""The connector of this checkout or of another revision, and the programs that run it."""

from __future__ import annotations

import compileall
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .reading import HERE, ROOT, Reader

ARCHIVES = HERE / ".against"


@dataclass(frozen=True)
class Connector:
    """A folder with ``connector.py`` and its imports."""

    name: str
    folder: Path

    def counting(self, **settings: str) -> Reader:
        """Return the reader whose ``op`` counts rows and records the ids of content."""
        return self._reader(settings, sys.executable, "connector_reader.py", output="lines")

    def keeping_rows(self, **settings: str) -> Reader:
        """Return the reader whose ``op`` keeps whole rows, as a warehouse does."""
        return self._reader(settings, sys.executable, "rows_reader.py")

    def _reader(
        self, settings: dict[str, str], python: str, script: str, output: str = "nothing"
    ) -> Reader:
        given = json.dumps({"environment_id": "*", **settings})
        command = (python, str(HERE / script), "{url}", "{folder}", given)
        path = os.pathsep.join(map(str, (self.folder, ROOT)))
        return Reader("connector", command, output, {"PYTHONPATH": path})

    def compile(self) -> None:
        """Compile it to bytecode, as pip does when it installs the peers."""
        compileall.compile_dir(self.folder, quiet=1)


EACH_SYNC = "core, people, structure, model, content, work, experience"
"""Groups that are read in each sync, unlike `usage` (by day) and `history` (per parent)."""

THIS = Connector("this checkout", ROOT / "connector")


def at_revision(revision: str) -> Connector:
    """Return the connector of another git revision, unpacked next to this one.

    SystemExit with git's message if there is no such revision.
    """
    commit = _git("rev-parse", "--short=12", f"{revision}^{{commit}}").decode().strip()
    folder = ARCHIVES / commit
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    packed = _git("archive", commit, "connector")
    subprocess.run(["tar", "-x", "-C", str(folder)], check=True, input=packed)  # noqa: S607 - tar is on every PATH
    return Connector(commit, folder / "connector")


def _git(*arguments: str) -> bytes:
    command = ["git", "-C", str(ROOT), *arguments]
    try:
        return subprocess.run(command, check=True, capture_output=True).stdout
    except subprocess.CalledProcessError as failed:
        raise SystemExit(failed.stderr.decode()) from failed
