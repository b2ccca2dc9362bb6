"""`make sync` as its user meets it: what it shows, how it ends, and what it leaves behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import fivetran
import pytest

from support.account import TOKEN, Account
from support.terminal import terminal

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[2]
NOISE = ("table truncated", "checkpoint recorded", "previous state", "calling update()")
"""What the SDK says of itself."""

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PLANTED = "raise RuntimeError('cannot roll back') from OSError(28, 'No space left on device')"
"""What the SDK made of a disk that was full in November 2026: the reason stands in the middle."""


class Place:
    """A copy of the connector and the scripts, in which somebody syncs an account."""

    def __init__(self, folder: Path, account: Account) -> None:
        """Copy them, and write a configuration that others can read."""
        left_out = shutil.ignore_patterns("files", "crash-reports", "__pycache__")
        for name in ("connector", "scripts"):
            shutil.copytree(ROOT / name, folder / name, ignore=left_out)
        self.folder = folder
        self.files = folder / "connector" / "files"
        self.requirements = folder / "connector" / "requirements.txt"
        self.configuration = folder / "my-configuration.json"
        self.configure(base_url=account.url)

    def configure(self, **settings: Any) -> None:
        """Write a configuration."""
        given = {"access_token": TOKEN, "tables": "core, TAGS", **settings}
        self.configuration.write_text(json.dumps(given), encoding="utf-8")
        self.configuration.chmod(0o644)

    @property
    def command(self) -> list[str]:
        """What the make target runs."""
        return [sys.executable, "scripts/sync.py", self.configuration.name]

    def sync(self, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run it with its output in a pipe."""
        return subprocess.run(
            [*self.command, *options],
            cwd=self.folder,
            env={**os.environ, **variables},
            check=False,
            capture_output=True,
            text=True,
            timeout=100,
        )

    def open_to_others(self) -> list[str]:
        """Return which files that hold a token or rows others may read, or list."""
        found = [self.configuration, self.files, *self.files.rglob("*")]
        found += (self.folder / "connector" / "crash-reports").rglob("*")
        return [str(one) for one in found if stat.S_IMODE(one.stat().st_mode) & 0o077]

    def assert_no_token(self, *texts: str) -> None:
        """Check that nothing that was shown or written holds the token."""
        left = [path for path in self.folder.rglob("*") if path.is_file()]
        left.remove(self.configuration)
        assert [path for path in left if TOKEN.encode() in path.read_bytes()] == []
        assert [text for text in texts if TOKEN in text] == []


@pytest.fixture
def place(tmp_path: Path, account: Account) -> Place:
    """Give a place that has synced nothing yet; the account has two spaces."""
    for space in ("one", "two"):
        account.put_space(space)
    return Place(tmp_path, account)


def sentences(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return how a failed sync ended: what failed, what was kept, what to do next."""
    return done.stderr.strip().rpartition("\n\n")[2].splitlines()


def cells(text: str) -> list[list[str]]:
    """Return the words of each line."""
    return [line.split() for line in text.splitlines()]


def test_a_sync_in_a_terminal_and_again_in_a_pipe(place: Place, account: Account) -> None:
    """One live line tells how far it is; warnings and a table end it; no one else reads a file.

    A second sync in a pipe counts what it wrote and deleted, and `--verbose` shows everything.
    """
    account.fault("/spaces/one/environments/master/tags", status=403)
    place.requirements.unlink()
    variables = {"TERM": "xterm", "COLUMNS": "120", "CONTENTFUL_PROGRESS_SECONDS": "0"}
    with terminal(place.folder, *place.command, **variables) as shell:
        status = shell.status()
    shown = ESCAPE.sub("", shell.shown)
    assert status == 0, shown
    # The live line is drawn over again, each time from its beginning, and is gone in the end.
    assert re.search(r"\r\x1b\[2K.*Step \d of 7, ", shell.shown)
    assert re.search(r"\r[^\n]*Step 5 of 7, environments: [^\n]* rows, \d+ requests", shown)
    assert [word for word in NOISE if word in shown] == []
    table, _, end = shown.rpartition("1 warning:\n- ")
    assert "TAGS" in end
    assert end.splitlines()[0] in table
    assert ["ORGANIZATIONS", "1", "1", "0"] in cells(table)
    assert ["SPACES", "2", "2", "0"] in cells(table)
    assert end.splitlines()[-1] == "The rows are in connector/files/warehouse.db."
    kept = {path.name for path in place.files.iterdir()}
    assert kept == {"state.json", "warehouse.db", "last-sync.log"}
    assert place.open_to_others() == []
    assert place.requirements.read_bytes() == (ROOT / "connector/requirements.txt").read_bytes()

    account.rename_space("one", "Renamed")
    account.call("DELETE", "/spaces/two")
    again = place.sync("--verbose")
    assert again.returncode == 0, again.stderr
    assert ["SPACES", "1", "1", "1"] in cells(again.stdout)
    assert [word for word in NOISE[1:] if word not in again.stdout] == []
    place.assert_no_token(shown, again.stdout + again.stderr)


def test_a_machine_that_reaches_nothing_else_is_not_warned(place: Place) -> None:
    """That the SDK cannot ask PyPI for newer versions of itself stands in the log alone."""
    # A home in which the SDK has not asked yet today.
    home, proxy = place.folder / "home", "http://127.0.0.1:9"
    home.mkdir()
    done = place.sync(HOME=str(home), HTTPS_PROXY=proxy, https_proxy=proxy)
    assert (done.returncode, "warning" in done.stderr) == (0, False)
    assert [word for word in ("newer version", "retrying") if word in done.stdout] == []
    log = place.files / "last-sync.log"
    assert "unable to check for a newer version" in log.read_text(encoding="utf-8")


def test_a_token_that_is_revoked_in_the_middle(place: Place, account: Account) -> None:
    """Three sentences say what failed, what was kept and what to do; a file has the traceback."""
    account.fault("/spaces/two/environments/master/tags", status=401)
    account.fault("/spaces", status=401, after=1)
    done = place.sync(CONTENTFUL_PROGRESS_SECONDS="0")
    assert done.returncode == 1
    assert re.search(r"^\d\d:\d\d:\d\d Step \d of 7, ", done.stdout, re.MULTILINE)
    assert [word for word in (*NOISE, "Traceback") if word in done.stdout + done.stderr] == []
    assert ["ORGANIZATIONS", "1", "1", "0"] in cells(done.stderr)
    failed, kept, then = sentences(done)
    assert failed.startswith(
        "The sync failed: GET /spaces/two/environments/master/tags answered 401 ("
    )
    assert failed.endswith("so it has expired or was revoked meanwhile.")
    until = r"What was done until the checkpoint of \d\d:\d\d:\d\d is kept: "
    assert re.fullmatch(until + r"\d+ rows written, 0 deleted\.", kept)
    assert "warning" not in done.stderr
    assert then == (
        "Put a valid token into my-configuration.json and run the command again: the next run"
        " goes on from there; the traceback is in connector/files/last-sync.log."
    )
    log = (place.files / "last-sync.log").read_text(encoding="utf-8")
    assert "Traceback (most recent call last)" in log
    assert place.open_to_others() == []
    place.assert_no_token(done.stdout + done.stderr)


def test_a_host_that_cannot_be_found(place: Place) -> None:
    """The host and the reason are told, and that nothing was kept."""
    place.configure(base_url="https://nowhere.invalid", retry_attempts="0")
    done = place.sync()
    failed, kept, then = sentences(done)
    assert "the host of https://nowhere.invalid cannot be found (" in failed
    assert kept == "Nothing of this sync was kept: the warehouse is as it was before."
    assert then.startswith("Once the host answers, run the command again: ")
    assert done.returncode == 1


def test_a_full_disk_is_named_first(place: Place) -> None:
    """Where there is no room for rows the first sentence says so."""
    connector = place.folder / "connector" / "connector.py"
    code = connector.read_text(encoding="utf-8")
    before, found, after = code.partition("    sync(configuration, state, Warehouse")
    assert found
    connector.write_text(f"{before}    {PLANTED}\n{found}{after}", encoding="utf-8")
    done = place.sync()
    failed, kept, then = sentences(done)
    assert failed == (
        "The sync failed: the disk is full, and connector/files needs room"
        " (OSError: [Errno 28] No space left on device)."
    )
    assert kept == "Nothing of this sync was kept: the warehouse is as it was before."
    assert then.startswith("Make room and run the command again: ")
    assert place.requirements.exists()


CORRECT = "Correct my-configuration.json and run the command again."
STATE = "connector/files/state.json"
ANEW = f"Delete {STATE} to start anew: the next sync reads everything again."
BAD_INPUT = {
    "no JSON": (
        "my-configuration.json",
        '{"access_token": "x",\n "retry_attempts" "5"}',
        "my-configuration.json is no JSON: line 2, column 19: Expecting ':' delimiter.",
        CORRECT,
    ),
    "a number": (
        "my-configuration.json",
        '{"access_token": "x", "retry_attempts": 5}',
        (
            "my-configuration.json: The configuration cannot be used. retry_attempts: given a"
            " number, accepted is a whole number from 0 to 20, as a text in quotes."
        ),
        CORRECT,
    ),
    "null": (
        "my-configuration.json",
        '{"access_token": "x", "space_ids": null}',
        (
            "my-configuration.json: space_ids must be a text in quotes (got null);"
            ' an empty text, "", resets a setting.'
        ),
        CORRECT,
    ),
    "a number for a key that is no setting": (
        "my-configuration.json",
        '{"access_token": "x", "space_id": 5}',
        (
            "my-configuration.json: space_id must be a text in quotes;"
            ' an empty text, "", resets a setting.'
        ),
        CORRECT,
    ),
    "no JSON in the state": (
        STATE,
        '{"version": 2',
        f"The saved state {STATE} is no JSON: line 1, column 14: Expecting ',' delimiter.",
        ANEW,
    ),
    "a damaged state": (
        STATE,
        '{"version": 2, "checksum": "0"}',
        (
            f"The saved state {STATE} is damaged: its checksum does not fit; this connector reads"
            " version 2."
        ),
        ANEW,
    ),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_what_cannot_begin(place: Place, case: str) -> None:
    """A bad configuration or state is told before anything is asked: where, and what to do."""
    file, content, what, then = BAD_INPUT[case]
    place.files.mkdir()
    (place.folder / file).write_text(content, encoding="utf-8")
    done = place.sync()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [what, "Nothing was read or written.", then]


def test_a_sync_without_a_configuration(place: Place) -> None:
    """Without a configuration that exists, `make sync` says how to make one."""
    place.configuration.unlink()
    done = place.sync()
    assert (done.returncode, done.stdout) == (2, "")
    missing, *usage = done.stderr.splitlines()
    assert missing == "There is no file my-configuration.json."
    assert "make sync CONFIGURATION=my-configuration.json" in usage[0]


def test_ctrl_c(place: Place, account: Account) -> None:
    """Ctrl-C ends a sync with one sentence and 130, and leaves the project as it was."""
    account.fault("/spaces/two/environments", kind="delay", seconds=30)
    variables = {"TERM": "xterm", "COLUMNS": "120", "CONTENTFUL_PROGRESS_SECONDS": "0"}
    with terminal(place.folder, *place.command, **variables) as shell:
        shell.read("Step 2 of 7")
        assert place.requirements.exists()
        before = len(shell.shown)
        shell.press(b"\x03")
        status = shell.status()
    assert status == 130
    left = [line.strip() for line in ESCAPE.sub("\n", shell.shown[before:]).split("\n")]
    said = [line for line in left if line.endswith(".") and not line.startswith("Step")]
    assert said == ["Stopped before the first checkpoint: the next run begins where this one did."]
    assert place.requirements.exists()


def test_packaging_leaves_the_requirements(place: Place) -> None:
    """`fivetran package` by way of the script deletes no file of the project."""
    before = {path for path in (place.folder / "connector").rglob("*") if path.is_file()}
    done = subprocess.run(
        [sys.executable, "scripts/fivetran.py", "package", "connector"],
        cwd=place.folder,
        stdin=subprocess.DEVNULL,
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [path for path in before if not path.exists()] == []


def test_make_hands_on_what_is_asked() -> None:
    """`make sync CONFIGURATION=... VERBOSE=1` runs the script with the file and `--verbose`."""
    make = shutil.which("make") or "make"
    asked = [make, "-n", "sync", "CONFIGURATION=my configuration.json", "VERBOSE=1"]
    done = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True)
    # A make that was called by another one says which folder it enters and leaves.
    lines = [line for line in done.stdout.splitlines() if "sync.py" in line]
    assert [line.partition(" ")[2] for line in lines] == [
        'scripts/sync.py "my configuration.json" --verbose'
    ]


def test_the_requirements_can_be_written_anew() -> None:
    """What is written where `requirements.txt` is missing is the file of the repository."""
    file = ROOT / "connector" / "requirements.txt"
    assert file.read_text(encoding="utf-8") == fivetran.REQUIREMENTS
