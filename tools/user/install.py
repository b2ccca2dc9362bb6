"""Install the packages of the other programs: ``python -m tools.user.install [NAME ...]``.

Without a name: the virtual environment .venv of all programs.  ``models`` and ``report`` install
those of ``make models`` and ``make report``.  Behind all make targets, and without make:

    Linux and macOS    python3 -m tools.user.install
    Windows            py -3 -m tools.user.install

It needs Python 3.10 or newer and only the standard library.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tools.command_line import start
from tools.project import ROOT, python_of

OLDEST = (3, 10)
TOO_OLD = """\
Python must be {} or newer (got {} from {}).
Name another one, for example: make demo PYTHON=python3.12"""

COLLECTED = re.compile(r"Collecting ([\w.-]+)")
UNPACKED = re.compile(r"Installing collected packages")
EDITABLE = ("--no-deps", "--no-build-isolation", "-e", "emulator")
"""Options of pip for the emulator, which stays in its folder."""


class Part(NamedTuple):
    """A lock file or a package, its environment, and its time and size there.

    The numbers were measured on two cores on 30 November 2026, those of metrics a day later.
    """

    name: str
    venv: str
    seconds: int
    megabytes: int
    is_base: bool = True


PARTS = {
    part.name: part
    for part in (
        Part("development", ".venv", 60, 360),
        Part("emulator", ".venv", 5, 1, is_base=False),
        Part("models", ".venv-models", 30, 220),
        Part("dialects", ".venv-models", 60, 500, is_base=False),
        Part("spark", ".venv-models", 60, 500, is_base=False),
        Part("metrics", ".venv-models", 10, 20, is_base=False),
        Part("report", ".venv-report", 20, 170),
        Part("browser", ".venv-report", 10, 170, is_base=False),
        Part("examples", ".venv-examples", 60, 460),
        Part("release", ".venv-release", 20, 70),
    )
}
"""A base part creates its environment; others are added to one."""


class Failed(Exception):
    """A command has failed; its output."""


class Step:
    """One line about a step; on a terminal it also shows the progress."""

    def __init__(self, sentence: str) -> None:
        """Show the *sentence*."""
        self._sentence = sentence
        self._is_live = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
        self._show(sentence, "" if self._is_live else "\n")

    def progress(self, words: str) -> None:
        """Show the progress behind the sentence."""
        if self._is_live:
            room = shutil.get_terminal_size().columns - len(self._sentence) - 3
            self._show(f"\r\x1b[2K{self._sentence}: {words[: max(room, 0)]}", "")

    def end(self) -> None:
        """Leave the sentence without its progress."""
        if self._is_live:
            self._show(f"\r\x1b[2K{self._sentence}", "\n")

    def _show(self, text: str, end: str) -> None:
        print(text, end=end, flush=True)


def main() -> int:
    """Install the named parts; 1 if that fails, 2 for a wrong call or Python."""
    names = sys.argv[1:] or ["development", "emulator"]
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"NAME must be one of {', '.join(PARTS)} (got {unknown[0]!r}).", file=sys.stderr)
        return 2
    if sys.version_info < OLDEST:
        oldest, own = (".".join(map(str, one)) for one in (OLDEST, sys.version_info[:3]))
        print(TOO_OLD.format(oldest, own, sys.executable), file=sys.stderr)
        return 2
    try:
        for name in names:
            install(PARTS[name])
    except Failed as problem:
        sentence = "The installation failed.  Fix this and run the command again."
        print(f"\n{problem}\n{sentence}", file=sys.stderr)
        return 1
    return 0


def install(part: Part) -> None:
    """Install a part, with a line per step; Failed with the output of a command that fails."""
    began_at = time.monotonic()
    size = f"about {part.seconds} s, {part.megabytes} MB"
    print(f"Installing {part.name} into {part.venv} ({size}):", flush=True)
    venv = ROOT / part.venv
    if part.is_base:
        step = Step("  create the environment")
        run([sys.executable, "-m", "venv", "--clear", str(venv)], step)
        pip(venv, "install pip", *lock_of("pip"))
    if part.name == "emulator":
        pip(venv, "install the emulator", *EDITABLE)
    else:
        pip(venv, f"install {packages_of(part.name)} packages", *lock_of(part.name))
    print(f"  done in {time.monotonic() - began_at:.0f} s", flush=True)


def lock_of(name: str) -> tuple[str, ...]:
    """Return the options of pip for a lock file."""
    return ("--require-hashes", "-r", str(Path("requirements", f"{name}.txt")))


def packages_of(name: str) -> int:
    """Return the number of packages of a lock file; some are for other systems only."""
    lock = ROOT / "requirements" / f"{name}.txt"
    return len(re.findall(r"^[\w.-]+==", lock.read_text(encoding="utf-8"), re.MULTILINE))


def pip(venv: Path, step: str, *options: str) -> None:
    """Run pip in an environment."""
    command = [str(python_of(venv)), "-m", "pip", "install", "--progress-bar=off", "--no-color"]
    run([*command, "--disable-pip-version-check", *options], Step(f"  {step}"))


def run(command: Sequence[str], step: Step) -> None:
    """Run a command and show its progress; Failed with its output if it fails."""
    output, number = [], 0
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            output.append(line)
            collected = COLLECTED.match(line)
            if collected:
                number += 1
                step.progress(f"{number}, {collected[1]}")
            elif UNPACKED.match(line):
                step.progress("unpacking")
    step.end()
    if process.returncode:
        raise Failed("".join(output))


if __name__ == "__main__":
    start(main, __doc__)
