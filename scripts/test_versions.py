"""Run the connector's tests and a sync under every Python that the connector supports.

Each Python that is found gets a virtual environment of its own under ``.venvs``; the emulator is
run by the Python that runs this.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13")
LOCKS = (ROOT / "requirements" / "pip.txt", ROOT / "requirements" / "versions.txt")
ASK_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"
ASK_SDK = "from importlib.metadata import version; print(version('fivetran-connector-sdk'))"


def main() -> int:
    """Test every version; the exit status is 1 if one that was found failed, or none was found."""
    results = [(version, *result_of(version)) for version in VERSIONS]
    print("\nPython  SDK     result")
    for version, sdk, result in results:
        print(f"{version:6}  {sdk:6}  {result}")
    found = {result for _, _, result in results}
    if not found & {"passed", "FAILED"}:
        print("No Python was found: nothing was tested.")
        return 1
    return int("FAILED" in found)


def result_of(version: str) -> tuple[str, str]:
    """Return the SDK's version and the result: ``passed``, ``FAILED`` or ``skipped: ...``."""
    print(f"\n=== Python {version}", flush=True)
    interpreter = next(interpreters(version), None)
    if interpreter is None:
        print(f"skipped: Python {version} was not found")
        return "-", f"skipped: Python {version} was not found"
    sdk = "-"
    try:
        python = installed(version, interpreter)
        sdk = answered(python, ASK_SDK)
        run_in(python, "-m", "pytest", "-q", "-m", "not deep", "tests/connector")
        run_in(python, "scripts/one_sync.py")
    except subprocess.CalledProcessError as error:
        print(f"Failed: {error}")
        return sdk, "FAILED"
    return sdk, "passed"


def interpreters(version: str) -> Iterator[str]:
    """Yield the interpreters of this version, on the PATH or in a pyenv, that really run."""
    folders = [Path(folder) for folder in os.environ["PATH"].split(os.pathsep)]
    pyenvs = [folder.parent for folder in folders if folder.name == "shims"]
    pyenvs += [Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))]
    for pyenv in pyenvs:
        folders += sorted(pyenv.glob(f"versions/{version}.*/bin"))
    for folder in folders:
        # A shim of pyenv exists for versions that are not active, and then fails.
        if answered(folder / f"python{version}", ASK_VERSION) == version:
            yield str(folder / f"python{version}")


def answered(python: Path, question: str) -> str:
    """Return what a line of Python prints, or "" if the interpreter does not run."""
    try:
        asked = [str(python), "-c", question]
        done = subprocess.run(asked, check=False, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def installed(version: str, interpreter: str) -> Path:
    """Return the Python of the version's virtual environment; make it if the locks changed."""
    venv = ROOT / ".venvs" / version
    python, stamp = venv / "bin" / "python", venv / ".installed"
    wanted = hashlib.sha256(b"".join(lock.read_bytes() for lock in LOCKS)).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted and answered(python, ASK_VERSION):
        return python
    shutil.rmtree(venv, ignore_errors=True)
    subprocess.run([interpreter, "-m", "venv", str(venv)], check=True)
    for lock in LOCKS:
        run_in(python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock))
    stamp.write_text(wanted)
    return python


def run_in(python: Path, *arguments: str) -> None:
    """Run a command in the project's folder; CalledProcessError if it fails."""
    environment = {**os.environ, "CMA_EMULATOR_PYTHON": sys.executable}
    sys.stdout.flush()
    subprocess.run([str(python), *arguments], check=True, cwd=ROOT, env=environment)


if __name__ == "__main__":
    sys.exit(main())
