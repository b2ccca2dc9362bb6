"""Asking for the settings in a terminal."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from fivetran import environment

from contentful_cma.settings.options import SETTINGS
from support.account import TOKEN, Account

pytestmark = pytest.mark.process

SCRIPT = str(Path(__file__).resolve().parents[2] / "scripts" / "configure.py")
IN_A_TERMINAL = """
import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
"""


def typed(arguments: list[str], answers: dict[str, str]) -> tuple[int, str]:
    """Run the script in a pseudo-terminal and answer its prompts; return status and screen."""
    in_terminal = [sys.executable, "-c", IN_A_TERMINAL, sys.executable, SCRIPT, *arguments]
    with subprocess.Popen(
        in_terminal, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        screen, left = b"", dict(answers)
        while read := os.read(process.stdout.fileno(), 65536):
            screen += read
            for prompt in [one for one in left if f"{one}: ".encode() in screen]:
                process.stdin.write(f"{left.pop(prompt)}\r".encode())
                process.stdin.flush()
    return process.returncode, screen.decode()


def test_a_terminal_asks_for_every_setting(tmp_path: Path, account: Account) -> None:
    """What was typed is in a file of its own, the token encrypted, and passes the setup tests."""
    account.reset(spaces=1)
    file = tmp_path / "new-configuration.json"
    answers = {setting.label: "" for setting in SETTINGS}
    answers |= {"Access token": TOKEN, "Another host": account.url, "Environments": "master"}
    status, screen = typed([str(file)], answers)
    assert (status, f"Wrote {file}." in screen) == (0, True), screen
    assert TOKEN not in screen + file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(json.loads(file.read_text())) == [setting.key for setting in SETTINGS]
    status, screen = typed(["--test", str(file)], {})
    assert (status, "All tests passed" in screen) == (0, True), screen


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
