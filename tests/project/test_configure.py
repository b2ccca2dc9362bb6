"""`make configuration` in a terminal."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from contentful_cma.settings.options import SETTINGS
from support.account import TOKEN, Account
from support.terminal import terminal
from tools.user import configure

pytestmark = pytest.mark.process

COMMAND = (sys.executable, "-m", "tools.user.configure")


WRONG = {
    "access_token": ("x", "access_token must be a personal access token of the CMA"),
    "environment_id": ("a b", "environment_id must be environment ids"),
    "sync_frequency_hours": ("6h", "sync_frequency_hours must be a number above 0 (got '6h').\n"),
    "enable_incremental_sync": ("yes", "enable_incremental_sync must be one of true, false"),
    "tables": ("ENTRYS", "tables must be table names or groups"),
    "requests_per_second": (
        "https://example.com",
        "requests_per_second must be a number above 0 (got 'https://exam",
    ),
}
"""A wrong answer by setting, and the beginning of its error."""


def test_a_terminal_prompts_for_every_setting(tmp_path: Path, account: Account) -> None:
    """Each answer is checked at once; the file has all answers, and passes the setup tests.

    Its token is encrypted, and no output of Fivetran is shown.
    """
    account.reset(spaces=1)
    file = tmp_path / "new-configuration.json"
    answers = {"access_token": TOKEN, "base_url": account.url, "environment_id": "master"}
    with terminal(tmp_path, *COMMAND, file.name) as shell:
        for setting in SETTINGS:
            prompt = f"\n{setting.label}: "
            shell.read(prompt)
            if setting.key in WRONG:
                wrong, sentence = WRONG[setting.key]
                shell.press(f"{wrong}\r".encode())
                assert f"\n{sentence}" in shell.read(prompt, times=2)
            shell.press(f"{answers.get(setting.key, '')}\r".encode())
        assert shell.status() == 0, shell.shown
    assert f"Wrote {file.name}." in shell.shown
    assert TOKEN not in shell.shown + file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    given = json.loads(file.read_text())
    assert given.pop("access_token")
    assert given == {one.key: answers.get(one.key, "") for one in SETTINGS if not one.secret}
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    with terminal(tmp_path, *COMMAND, "--test", file.name) as tests:
        assert tests.status() == 0, tests.shown
    assert tests.shown.splitlines() == [
        "The token is accepted: passed",
        "Organizations and spaces can be read: passed",
        "The environment exists: passed",
        "All tests passed.",
    ]
    assert [sign for sign in ("⚡", "contentful-") if sign in shell.shown] == []


@pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_an_interrupted_prompt_writes_no_file(tmp_path: Path, key: bytes) -> None:
    """Ctrl-C and the end of the input stop the prompts with one sentence, and no file is left."""
    with terminal(tmp_path, *COMMAND, "new.json") as shell:
        shell.read(f"\n{SETTINGS[0].label}: ")
        shell.press(f"{TOKEN}\r".encode())
        before = len(shell.read(f"\n{SETTINGS[1].label}: "))
        assert shell.end_by(key) == 130
    after = [line for line in shell.shown[before:].replace("^C", "").split("\n") if line]
    assert (after, list(tmp_path.iterdir())) == (["Stopped; nothing was written."], [])


def test_a_failed_test_shows_its_reason(tmp_path: Path, account: Account) -> None:
    """A test that fails is shown with its reason, and bad JSON with line and column."""
    file = tmp_path / "configuration.json"
    file.write_text(json.dumps({"access_token": "CFPAT-wrong", "base_url": account.url}))
    command = [*COMMAND, "--test", str(file)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "")
    (line,) = done.stdout.splitlines()
    assert line.startswith("The token is accepted: GET /spaces answered 401 (")
    file.write_text("{", encoding="utf-8")
    again = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (again.returncode, again.stdout) == (2, "")
    assert "line 1, column 2" in again.stderr.splitlines()[0]


@pytest.mark.parametrize("arguments", [[], ["--test"]])
def test_a_call_without_a_file(arguments: list[str]) -> None:
    """Without a file, nothing is prompted, and the command is shown."""
    done = subprocess.run([*COMMAND, *arguments], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (2, f"{configure.USAGE}\n")


def test_no_temporary_path_is_shown(tmp_path: Path) -> None:
    """Lines of Fivetran's command line that name its temporary copy are not shown."""
    project = tmp_path / "connector"
    output = f"It failed.\nConfiguration saved to: {project}/configuration.json\nCheck it."
    assert configure.without_paths(output, project) == "It failed.\nCheck it."


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    """An existing file is not overwritten."""
    file = tmp_path / "configuration.json"
    file.write_text("{}", encoding="utf-8")
    done = subprocess.run([*COMMAND, str(file)], check=False, capture_output=True, text=True)
    assert (done.returncode, file.read_text()) == (2, "{}")
    assert done.stderr.startswith(f"There is already a file {file}.\n")
