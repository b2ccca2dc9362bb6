"""Run the connector's tests and a sync under every Python that the connector supports.

Each Python that is found gets a virtual environment in ``.venvs``, except the version that runs
this: its environment has all packages, and runs the emulator.  Two versions are tested at a time;
the output of each is shown at its end.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tools.command_line import start
from tools.project import ROOT, python_of

VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
LOCKS = (ROOT / "requirements" / "pip.txt", ROOT / "requirements" / "versions.txt")
OWN = f"{sys.version_info.major}.{sys.version_info.minor}"
"""The version that runs this, in an environment with the packages of the tests."""

GET_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"
GET_SDK = "from importlib.metadata import version; print(version('fivetran-connector-sdk'))"
AT_A_TIME = 2
ROOMS = ("api", "extract", "ground", "settings", "state", "sync", "tables", "promises")
"""The folders under tests/ with tests of the connector."""

OWN_PROGRAMS = ("kills", "secrets")
"""Tests of promises that need Fivetran's command line."""

# Two versions would write the cache at the same time.
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not deep and not process")
SAMPLE = ("--sample", "4", *(f"--ignore=tests/promises/test_{name}.py" for name in OWN_PROGRAMS))
"""Every fourth case of each test; `make test` runs all of them."""

VARIABLES = {
    "CMA_EMULATOR_PYTHON": sys.executable,
    "HISTORIES": "20",
    "PYTHONPATH": "connector",
}
TESTS = (
    (*PYTEST, *SAMPLE, *(f"tests/{room}" for room in ROOMS)),
    ("-m", "tools.dev.one_sync"),
)
"""The commands of a version, as arguments of its Python."""

ENDS = "ends"
"""The oldest and the newest Python that are found."""


class Result(NamedTuple):
    """The result of one version.

    ``outcome`` is ``passed``, ``FAILED`` or ``skipped: ...``; ``sdk`` is the SDK's version.
    """

    version: str
    outcome: str
    sdk: str = "-"
    output: str = ""
    seconds: float = 0


def main(chosen: Sequence[str]) -> int:
    """Test every version, or the *chosen* ones, which must be found.

    The exit status is 1 if a version has failed, or if none was found.
    """
    started, results = time.monotonic(), []
    if [*chosen] == [ENDS]:
        chosen = ends(version for version in VERSIONS if any(interpreters(version)))
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for result in pool.map(result_of, chosen or VERSIONS):
            print(f"=== Python {result.version}\n{result.output}", flush=True)
            results.append(result)
    print("\n".join(summary(results)))
    print(f"{time.monotonic() - started:.0f} seconds in all, {AT_A_TIME} versions at a time.")
    outcomes = {result.outcome for result in results}
    if not outcomes & {"passed", "FAILED"}:
        print("No Python was found: nothing was tested.")
        return 1
    return int(outcomes != {"passed"} if chosen else "FAILED" in outcomes)


def summary(results: Iterable[Result]) -> Iterator[str]:
    """Yield the lines of a table of results."""
    yield "Python  SDK     seconds  result"
    for one in results:
        yield f"{one.version:6}  {one.sdk:6}  {one.seconds:7.0f}  {one.outcome}"


def result_of(version: str) -> Result:
    """Test one version."""
    interpreter = next(interpreters(version), None)
    if interpreter is None:
        sentence = f"skipped: Python {version} was not found"
        return Result(version, sentence, output=f"{sentence}\n")
    started, outcome, sdk = time.monotonic(), "passed", "-"
    output: list[str] = []
    try:
        python = installed(version, interpreter)
        sdk = printed(python, GET_SDK)
        output.extend(run_in(python, *test) for test in TESTS)
    except subprocess.CalledProcessError as error:
        outcome = "FAILED"
        output.append(f"{error.output}Failed: {error}\n")
    return Result(version, outcome, sdk, "".join(output), time.monotonic() - started)


def ends(versions: Iterable[str]) -> list[str]:
    """Return the first and the last version, or all if there are fewer than two."""
    found = [*versions]
    return found[:1] + found[1:][-1:]


def interpreters(version: str) -> Iterator[str]:
    """Yield the interpreters of this version, on the PATH or in a pyenv, that run."""
    folders = [Path(folder) for folder in os.environ["PATH"].split(os.pathsep)]
    pyenvs = [folder.parent for folder in folders if folder.name == "shims"]
    pyenvs += [Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))]
    for pyenv in pyenvs:
        folders += sorted(pyenv.glob(f"versions/{version}.*/bin"))
    for folder in folders:
        # The shim of pyenv for a version that is not active fails.
        if printed(folder / f"python{version}", GET_VERSION) == version:
            yield str(folder / f"python{version}")


def printed(python: Path, line: str) -> str:
    """Return the output of a line of Python, or "" if the interpreter does not run."""
    try:
        command = [str(python), "-c", line]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def installed(version: str, interpreter: str) -> Path:
    """Return the Python of a version's virtual environment; create it if the locks changed."""
    if version == OWN:
        return Path(sys.executable)
    venv = ROOT / ".venvs" / version
    python, stamp = python_of(venv), venv / ".installed"
    wanted = hashlib.sha256(b"".join(lock.read_bytes() for lock in LOCKS)).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted and printed(python, GET_VERSION):
        return python
    shutil.rmtree(venv, ignore_errors=True)
    run_in(Path(interpreter), "-m", "venv", str(venv))
    for lock in LOCKS:
        run_in(python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock))
    stamp.write_text(wanted)
    return python


def run_in(python: Path, *arguments: str) -> str:
    """Run a command in the project and return its output; CalledProcessError has it, too."""
    return subprocess.run(
        [str(python), *arguments],
        check=True,
        cwd=ROOT,
        env={**os.environ, **VARIABLES},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ).stdout


if __name__ == "__main__":
    start(lambda: main(sys.argv[1:]), __doc__)
