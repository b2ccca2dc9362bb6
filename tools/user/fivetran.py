"""Run the command line of Fivetran that is installed next to this Python.

``python -m tools.user.fivetran debug connector --configuration my-configuration.json``
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools.command_line import start
from tools.project import ROOT

REQUIREMENTS = """\
# Nothing to install: the connector uses the standard library, requests and the Connector SDK,
# and Fivetran pre-installs the last two. ../requirements/ has the packages of development.
"""
"""The text of ``connector/requirements.txt``, which Fivetran's command line deletes."""

PRIVATE = 0o077
"""The umask of programs that write rows or a token: only the owner can read them."""

PATHS = ("--configuration", "--state")
"""Options with a file, which the command line looks for in the project's folder."""


def command(*arguments: str) -> list[str]:
    """Return the whole command, with absolute paths of files."""
    named = [
        str(Path(argument).resolve()) if before in PATHS else argument
        for before, argument in zip(("", *arguments), arguments)
    ]
    here = Path(sys.executable).parent
    # On Windows the file has an extension, which `which` finds.
    return [shutil.which("fivetran", path=str(here)) or str(here / "fivetran"), *named]


def environment() -> dict[str, str]:
    """Return the environment variables: no telemetry, and a ``pipreqs`` without effect.

    Windows does not run this ``pipreqs``; the real one needs a connection.
    """
    folders = [str(Path(__file__).with_name("bin")), os.environ.get("PATH", "")]
    path = os.pathsep.join([*folders, str(Path(sys.executable).parent)])
    # Lines arrive as they are printed, in UTF-8 also through a pipe.
    output = {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    # A connector on the path of this program would hide the one of the project.
    imported = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    others = [one for one in imported if one and not (Path(one) / "contentful_cma").is_dir()]
    own = {"DO_NOT_TRACK": "1", "PATH": path, "PYTHONPATH": os.pathsep.join(others)}
    return {**os.environ, **output, **own}


def restore_requirements() -> None:
    """Write ``connector/requirements.txt`` if it is missing.

    The command line deletes a file without packages, like ours, at the start of each command.
    """
    file = ROOT / "connector" / "requirements.txt"
    if not file.exists():
        file.write_text(REQUIREMENTS, encoding="utf-8")


@contextmanager
def copied_project() -> Iterator[Path]:
    """Give a fresh copy of ``connector/``, without the warehouse and state of the user."""
    with tempfile.TemporaryDirectory(prefix="contentful-") as folder:
        project = Path(folder) / "connector"
        left_out = shutil.ignore_patterns("files", "crash-reports", "__pycache__")
        shutil.copytree(ROOT / "connector", project, ignore=left_out)
        yield project


def debug(project: Path, configuration: dict[str, str]) -> str:
    """Run ``fivetran debug`` in a copied project and return its output.

    The configuration is written next to the project.  RuntimeError, with all output, on failure.
    """
    file = project.parent / "configuration.json"
    file.write_text(json.dumps(configuration), encoding="utf-8")
    full = command("debug", str(project), "--configuration", str(file))
    done = subprocess.run(
        full,
        env=environment(),
        umask=PRIVATE,
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise RuntimeError(f"fivetran debug failed.\n{done.stdout}{done.stderr}")
    return done.stdout


def run(*arguments: str) -> int:
    """Run a command of Fivetran in this terminal and return its exit status."""
    restore_requirements()
    try:
        full = command(*arguments)
        return subprocess.run(full, env=environment(), umask=PRIVATE, check=False).returncode
    finally:
        restore_requirements()


NO_SETTINGS = """\
Name the settings to change: --configuration my-configuration.json.
Settings that are not in the file stay as they are; an empty text, "", resets a setting.
To change no setting: --configuration examples/keep-settings.json.
Without a file, the placeholders of connector/configuration.json would reset all settings,
including the token."""


def lacks_settings(arguments: Sequence[str]) -> bool:
    """Return whether ``fivetran deploy`` would use the placeholders of the project as settings."""
    is_named = any(one.partition("=")[0] == "--configuration" for one in arguments)
    is_deployment = arguments[:1] == ["deploy"] and not {"-h", "--help"} & {*arguments}
    return is_deployment and not is_named and "FIVETRAN_CONFIGURATION" not in os.environ


def main() -> int:
    """Run the command; return Fivetran's exit status, 2 for a deployment without settings."""
    if lacks_settings(sys.argv[1:]):
        print(NO_SETTINGS, file=sys.stderr)
        return 2
    return run(*sys.argv[1:])


if __name__ == "__main__":
    start(main)
