"""`python -m tools.user.install`: its steps and errors."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.dev.lock import ADDED, LOWEST
from tools.project import ROOT, python_of
from tools.user import install

pytestmark = pytest.mark.process

EMPTY = "# A lock file without packages.\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project in which all lock files are empty."""
    (tmp_path / "requirements").mkdir()
    for name in LOWEST:
        (tmp_path / "requirements" / f"{name}.txt").write_text(EMPTY, encoding="utf-8")
    monkeypatch.setattr(install, "ROOT", tmp_path)
    return tmp_path


def test_each_step_is_a_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An installation shows its time and size first, and then each step as it starts."""
    install.install(install.PARTS["report"])
    head, *steps, end = capsys.readouterr().out.splitlines()
    assert head == "Installing report into .venv-report (about 20 s, 170 MB):"
    assert steps == ["  create the environment", "  install pip", "  install 0 packages"]
    assert re.fullmatch(r"  done in \d+ s", end)
    assert python_of(project / ".venv-report").exists()


def test_a_failure_shows_the_output_of_pip(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that cannot be installed ends the installation with pip's output and a remedy."""
    lock = project / "requirements" / "release.txt"
    lock.write_text("no-such-package\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["install", "release"])
    assert install.main() == 1
    shown = capsys.readouterr().err
    assert "no-such-package" in shown
    assert shown.endswith("The installation failed.  Fix this and run the command again.\n")


def test_a_name_that_is_not_a_part(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown name is refused with the known names."""
    monkeypatch.setattr(sys, "argv", ["install", "modells"])
    assert install.main() == 2
    sentence = capsys.readouterr().err
    assert sentence.startswith("NAME must be one of development, emulator, models, ")
    assert sentence.endswith("(got 'modells').\n")


def test_an_old_python_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Python that is too old is named with its version and path, and with a remedy."""
    monkeypatch.setattr(install, "OLDEST", (3, 99))
    monkeypatch.setattr(sys, "argv", ["install"])
    assert install.main() == 2
    sentence, remedy = capsys.readouterr().err.splitlines()
    own = ".".join(map(str, sys.version_info[:3]))
    assert sentence == f"Python must be 3.99 or newer (got {own} from {sys.executable})."
    assert "PYTHON=" in remedy


def test_every_lock_of_an_environment_is_a_part() -> None:
    """Each lock file is a part; those that keep to the versions of another one are added to it."""
    assert {*LOWEST, "emulator"} == {*install.PARTS, "pip", "versions"}
    bases = {name: part.venv for name, part in install.PARTS.items() if part.is_base}
    added = {name: bases[other] for name, other in ADDED.items()}
    assert {name: install.PARTS[name].venv for name in ADDED} == added
    assert not any(install.PARTS[name].is_base for name in ADDED)


def test_it_needs_only_the_standard_library() -> None:
    """The program starts with a Python that has no packages installed."""
    command = [sys.executable, "-S", "-I", "-c", "import runpy, sys; sys.path.insert(0, '.');"]
    command[-1] += " sys.argv = ['install', '--help']; runpy.run_module('tools.user.install',"
    command[-1] += " run_name='__main__')"
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout.partition("\n")[0]) == (
        0,
        "Install the packages of the other programs: ``python -m tools.user.install [NAME ...]``.",
    )
