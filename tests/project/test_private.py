"""Files and folders that only their owner can read."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tools import private

ICACLS = """#!/usr/bin/env python3
import pathlib, sys
pathlib.Path(__file__).with_name("called").write_text("\\n".join(sys.argv[1:]))
if not {works}:
    sys.exit("Access is denied.")
"""


@pytest.fixture
def icacls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of a program `icacls` that notes how it is called."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("LOGNAME", "ann")
    return folder


def install(folder: Path, *, works: bool) -> None:
    """Write the program."""
    program = folder / "icacls"
    program.write_text(ICACLS.format(works=works), encoding="utf-8")
    program.chmod(0o755)


def test_others_lose_their_rights(tmp_path: Path) -> None:
    """The owner keeps all rights; group and others lose theirs."""
    for path, before, after in ((tmp_path, 0o755, 0o700), (tmp_path / "a", 0o644, 0o600)):
        path.mkdir(exist_ok=True) if path is tmp_path else path.touch()
        path.chmod(before)
        assert private.restrict(path) is None
        assert stat.S_IMODE(path.stat().st_mode) == after


def test_windows_rights(tmp_path: Path, icacls: Path) -> None:
    """On Windows inherited rights are removed, and this user alone gets all rights."""
    install(icacls, works=True)
    folder, file = tmp_path / "files", tmp_path / "token.json"
    folder.mkdir()
    file.touch()
    for path, rights in ((folder, "ann:(OI)(CI)F"), (file, "ann:F")):
        assert private._by_icacls(path) is None
        called = (icacls / "called").read_text("utf-8").splitlines()
        assert called == [str(path), "/inheritance:r", "/grant:r", rights]


def test_windows_rights_that_cannot_be_set(tmp_path: Path, icacls: Path) -> None:
    """A failing or missing `icacls` is a reason, which the user sees as a warning."""
    assert "No such file" in str(private._by_icacls(tmp_path))
    install(icacls, works=False)
    assert private._by_icacls(tmp_path) == "icacls: Access is denied."


def test_a_warning_names_the_path(tmp_path: Path) -> None:
    """A path whose rights cannot be changed is in the warning, with the reason."""
    path = tmp_path / "missing"
    assert private.restrict(path) == (
        f"Other users of this computer may be able to read {path} (No such file or directory)."
    )
