"""Asking for the settings in a terminal."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from fivetran import environment

from contentful_cma.settings.options import SETTINGS
from support.account import TOKEN, Account
from support.terminal import terminal

pytestmark = pytest.mark.process

SCRIPT = str(Path(__file__).resolve().parents[2] / "scripts" / "configure.py")


def test_a_terminal_asks_for_every_setting(tmp_path: Path, account: Account) -> None:
    """What was typed is in a file of its own, the token encrypted, and passes the setup tests."""
    account.reset(spaces=1)
    file = tmp_path / "new-configuration.json"
    answers = {"access_token": TOKEN, "base_url": account.url, "environment_id": "master"}
    with terminal(tmp_path, sys.executable, SCRIPT, file.name, **environment()) as shell:
        for setting in SETTINGS:
            shell.read(f"\n{setting.label}: ")
            shell.press(f"{answers.get(setting.key, '')}\r".encode())
        assert shell.status() == 0, shell.shown
    assert f"Wrote {file.name}." in shell.shown
    assert TOKEN not in shell.shown + file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(json.loads(file.read_text())) == [setting.key for setting in SETTINGS]
    with terminal(tmp_path, sys.executable, SCRIPT, "--test", file.name, **environment()) as shell:
        assert shell.status() == 0, shell.shown
    assert "All tests passed" in shell.shown


@pytest.mark.parametrize(("arguments", "sentence"), [([], "Say where"), (["--test"], "Say where")])
def test_a_wrong_call_says_how_to_make_a_right_one(arguments: list[str], sentence: str) -> None:
    """Without a file nothing is asked."""
    done = subprocess.run(
        [sys.executable, SCRIPT, *arguments], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr.startswith(sentence)) == (2, True)


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    """A configuration that is there stays as it is."""
    file = tmp_path / "configuration.json"
    file.write_text("{}", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, SCRIPT, str(file)], check=False, capture_output=True, text=True
    )
    assert (done.returncode, file.read_text()) == (2, "{}")
    assert done.stderr == f"There is already a file {file}.\n"
