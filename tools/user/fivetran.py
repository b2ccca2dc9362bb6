"""Run Fivetran's command line, of the virtual environment whose Python runs this.

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
# and Fivetran pre-installs the last two. What tests and the emulator need is a matter of
# development and stands in ../requirements/.
"""
"""What is in ``connector/requirements.txt``, for whenever Fivetran's command line deletes it."""

PRIVATE = 0o077
"""The umask of whatever writes rows or a token: nobody but the owner may read them."""

PATHS = ("--configuration", "--state")
"""Options that name a file, which the command line looks for in the project's folder."""


def command(*arguments: str) -> list[str]:
    """Return the whole command, with the files in it named from the root of the disk."""
    named = [
        str(Path(argument).resolve()) if before in PATHS else argument
        for before, argument in zip(("", *arguments), arguments)
    ]
    here = Path(sys.executable).parent
    # On Windows it has an ending, which only `which` knows.
    return [shutil.which("fivetran", path=str(here)) or str(here / "fivetran"), *named]


def environment() -> dict[str, str]:
    """Return the environment variables: no telemetry, and the ``pipreqs`` that does nothing.

    Windows does not run that one, so the real one has to be found, which needs a connection.
    """
    folders = [str(Path(__file__).with_name("bin")), os.environ.get("PATH", "")]
    path = os.pathsep.join([*folders, str(Path(sys.executable).parent)])
    # Each line as soon as it is printed, with signs that a pipe may not be thought to take.
    output = {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    # A connector on the path of the programs here would hide the one of the project that is run.
    imported = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    others = [one for one in imported if one and not (Path(one) / "contentful_cma").is_dir()]
    own = {"DO_NOT_TRACK": "1", "PATH": path, "PYTHONPATH": os.pathsep.join(others)}
    return {**os.environ, **output, **own}


def put_back_requirements() -> None:
    """Write ``connector/requirements.txt`` anew if it is missing.

    The command line deletes one that names no package, as ours, at the start of each command.
    """
    file = ROOT / "connector" / "requirements.txt"
    if not file.exists():
        file.write_text(REQUIREMENTS, encoding="utf-8")


@contextmanager
def copied_project() -> Iterator[Path]:
    """Give a fresh copy of ``connector/``, so that no warehouse or state of a user is touched."""
    with tempfile.TemporaryDirectory(prefix="contentful-") as folder:
        project = Path(folder) / "connector"
        left_out = shutil.ignore_patterns("files", "crash-reports", "__pycache__")
        shutil.copytree(ROOT / "connector", project, ignore=left_out)
        yield project


def debug(project: Path, configuration: dict[str, str]) -> str:
    """Run ``fivetran debug`` in a copied project and return what it printed.

    The configuration is written beside the project.  RuntimeError, with all output, on failure.
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
    """Run a command of Fivetran's in this terminal and return its exit status."""
    put_back_requirements()
    try:
        full = command(*arguments)
        return subprocess.run(full, env=environment(), umask=PRIVATE, check=False).returncode
    finally:
        put_back_requirements()


NO_SETTINGS = """\
Name the settings to change: --configuration my-configuration.json.
A setting that the file lacks stays as it is; an empty text, "", resets it to its default.
To change no setting: --configuration examples/keep-settings.json.
Without a file, the placeholders of connector/configuration.json would reset all settings,
the token included."""


def lacks_settings(arguments: Sequence[str]) -> bool:
    """Tell whether ``fivetran deploy`` would take the project's placeholders for settings."""
    is_named = any(one.partition("=")[0] == "--configuration" for one in arguments)
    is_deployment = arguments[:1] == ["deploy"] and not {"-h", "--help"} & {*arguments}
    return is_deployment and not is_named and "FIVETRAN_CONFIGURATION" not in os.environ


def main() -> int:
    """Pass the arguments on; return Fivetran's status, 2 for a deployment without settings."""
    if lacks_settings(sys.argv[1:]):
        print(NO_SETTINGS, file=sys.stderr)
        return 2
    return run(*sys.argv[1:])


if __name__ == "__main__":
    start(main)
