"""`make sync`: its output, its end, and its files."""

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

import pytest

from support.account import TOKEN, Account
from support.rights import with_rights
from support.terminal import terminal
from tools.user import fivetran

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[2]
NOISE = ("table truncated", "checkpoint recorded", "previous state", "calling update()")
"""Messages of the SDK that users do not need."""

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PLANTED = "raise RuntimeError('cannot roll back') from OSError(28, 'No space left on device')"
"""The error of the SDK for a full disk, in November 2026: the reason is in the middle."""


class Place:
    """A copy of the connector and the tools, with a configuration."""

    def __init__(self, folder: Path, account: Account) -> None:
        """Copy them, and write a configuration that other users can read."""
        left_out = shutil.ignore_patterns("files", "crash-reports", "__pycache__")
        for name in ("connector", "tools"):
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
        """The command of the make target."""
        return [sys.executable, "-m", "tools.user.sync", self.configuration.name]

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
        """Return the files with a token or rows that other users may read, or list."""
        found = [self.configuration, self.files, *self.files.rglob("*")]
        found += (self.folder / "connector" / "crash-reports").rglob("*")
        return [str(one) for one in found if stat.S_IMODE(one.stat().st_mode) & 0o077]

    def assert_no_token(self, *texts: str) -> None:
        """Check that no output and no file has the token."""
        left = [path for path in self.folder.rglob("*") if path.is_file()]
        left.remove(self.configuration)
        assert [path for path in left if TOKEN.encode() in path.read_bytes()] == []
        assert [text for text in texts if TOKEN in text] == []


@pytest.fixture
def place(tmp_path: Path, account: Account) -> Place:
    """Give a place before its first sync; the account has two spaces."""
    for space in ("one", "two"):
        account.put_space(space)
    return Place(tmp_path, account)


def sentences(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the end of a failed sync: the failure, the kept part and the remedy."""
    return done.stderr.strip().rpartition("\n\n")[2].splitlines()


def cells(text: str) -> list[list[str]]:
    """Return the words of each line."""
    return [line.split() for line in text.splitlines()]


def test_a_sync_in_a_terminal_and_again_in_a_pipe(place: Place, account: Account) -> None:
    """A live line shows the progress; changes, warnings and totals end it; files are private.

    A second sync in a pipe shows its changes only; `--verbose` shows the whole output.
    """
    account.fault("/spaces/one/environments/master/tags", status=403)
    place.requirements.unlink()
    variables = {"TERM": "xterm", "COLUMNS": "120", "CONTENTFUL_PROGRESS_SECONDS": "0"}
    with terminal(place.folder, *place.command, **variables) as shell:
        status = shell.status()
    shown = ESCAPE.sub("", shell.shown)
    assert status == 0, shown
    # The live line is redrawn from its beginning, and removed at the end.
    assert re.search(r"\r\x1b\[2K.*Step \d of 7, ", shell.shown)
    assert re.search(r"\r[^\n]*Step 5 of 7, environments: [^\n]* rows, \d+ requests", shown)
    assert [word for word in NOISE if word in shown] == []
    table, _, end = shown.rpartition("1 warning:\n- ")
    assert "TAGS" in end
    assert end.splitlines()[0] in table
    assert ["ORGANIZATIONS", "1", "1", "0"] in cells(table)
    assert ["SPACES", "2", "2", "0"] in cells(table)
    totals, where, then = end.splitlines()[-3:]
    assert re.fullmatch(r"Synced in \d+ s: 7 rows written, 0 deleted, \d+ requests\.", totals)
    assert where == "connector/files/warehouse.db has 7 rows in 4 tables."
    assert then == "Next: make query SQL='SHOW TABLES', make models or make report"
    kept = {path.name for path in place.files.iterdir()}
    assert kept == {"state.json", "warehouse.db", "last-sync.log"}
    assert place.open_to_others() == []
    assert place.requirements.read_bytes() == (ROOT / "connector/requirements.txt").read_bytes()

    account.rename_space("one", "Renamed")
    account.call("DELETE", "/spaces/two")
    again = place.sync("--verbose")
    assert again.returncode == 0, again.stderr
    assert ["SPACES", "1", "1", "1"] in cells(again.stdout)
    assert "ORGANIZATIONS" not in [line[0] for line in cells(again.stdout) if line]
    assert [word for word in NOISE[1:] if word not in again.stdout] == []
    place.assert_no_token(shown, again.stdout + again.stderr)


@pytest.mark.parametrize("columns", [80, 40])
def test_a_narrow_terminal_shows_the_whole_line(place: Place, columns: int) -> None:
    """A live line that is too wide continues below; no word of it is cut or lost."""
    variables = {"TERM": "xterm", "COLUMNS": str(columns), "CONTENTFUL_PROGRESS_SECONDS": "0"}
    with terminal(place.folder, *place.command, **variables) as shell:
        assert shell.status() == 0, shell.shown
    drawn = re.split(r"(?:\x1b\[\d*[A-Z]|\r)+", shell.shown)
    lines = [ESCAPE.sub("", part) for part in drawn if "Step 5" in part]
    assert lines
    assert [line for part in lines for line in part.splitlines() if len(line) >= columns] == []
    step = r"\S 0:\d\d Step 5 of 7, environments: \d of \d places, \d+ rows, \d+ requests\."
    assert [part for part in lines if re.fullmatch(step, " ".join(part.split()))]


@pytest.mark.parametrize("name", ["FORCE_COLOR", "TTY_COMPATIBLE"])
def test_a_log_has_no_live_line(place: Place, name: str) -> None:
    """A file or a pipe gets plain lines only, even if a variable forces colors."""
    done = place.sync(**{name: "1", "CONTENTFUL_PROGRESS_SECONDS": "0"})
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"^\d\d:\d\d:\d\d Step \d of 7, ", done.stdout, re.MULTILINE)
    assert [sign for sign in ("\x1b", "\r") if sign in done.stdout] == []


def test_a_terminal_that_cannot_move_its_cursor(place: Place) -> None:
    """A dumb terminal shows the progress in plain lines."""
    variables = {"TERM": "dumb", "CONTENTFUL_PROGRESS_SECONDS": "0"}
    with terminal(place.folder, *place.command, **variables) as shell:
        assert shell.status() == 0, shell.shown
    assert re.search(r"^\d\d:\d\d:\d\d Step \d of 7, ", shell.shown, re.MULTILINE)
    assert "\x1b" not in shell.shown


def test_a_machine_that_reaches_nothing_else_is_not_warned(place: Place) -> None:
    """The SDK's message about a missing connection to PyPI is only in the log."""
    # A home without the SDK's check of today.
    home, proxy = place.folder / "home", "http://127.0.0.1:9"
    home.mkdir()
    done = place.sync(HOME=str(home), HTTPS_PROXY=proxy, https_proxy=proxy)
    assert (done.returncode, "warning" in done.stderr) == (0, False)
    assert [word for word in ("newer version", "retrying") if word in done.stdout] == []
    log = place.files / "last-sync.log"
    assert "unable to check for a newer version" in log.read_text(encoding="utf-8")


def test_a_token_that_is_revoked_in_the_middle(place: Place, account: Account) -> None:
    """Three sentences name the failure, the kept part and the remedy; a file has the traceback."""
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
    assert failed.endswith("so it has expired or was revoked.")
    until = r"Everything up to the checkpoint of \d\d:\d\d:\d\d is kept: "
    assert re.fullmatch(until + r"\d+ rows written, 0 deleted\.", kept)
    assert "warning" not in done.stderr
    assert then == (
        "Put a valid token into my-configuration.json and run the command again: the next run"
        " resumes from there; the traceback is in connector/files/last-sync.log."
    )
    log = (place.files / "last-sync.log").read_text(encoding="utf-8")
    assert "Traceback (most recent call last)" in log
    assert place.open_to_others() == []
    place.assert_no_token(done.stdout + done.stderr)


def test_a_host_that_cannot_be_found(place: Place) -> None:
    """The failure names the host and the reason; no part is kept, so no run resumes."""
    place.configure(base_url="https://nowhere.invalid", retry_attempts="0")
    done = place.sync()
    failed, kept, then = sentences(done)
    assert "the host of https://nowhere.invalid cannot be found (" in failed
    assert kept == "Nothing of this sync was kept: the warehouse is as it was before."
    assert then.startswith("Check that the host answers, and run the command again; ")
    assert done.returncode == 1


MACHINE = {
    "REQUESTS_CA_BUNDLE": ("/no/such.pem", "a readable file of certificates (got '/no/such.pem'"),
    "HTTPS_PROXY": (
        "socks5://ann:s3cret@localhost:9",
        "the http:// or https:// URL of a proxy (got 'socks5://localhost:9'",
    ),
}


@pytest.mark.parametrize("name", MACHINE)
def test_a_variable_of_this_machine_is_named(
    place: Place, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A sync with an unusable proxy or file of certificates ends with the name of its variable."""
    value, rule = MACHINE[name]
    monkeypatch.delenv("https_proxy", raising=False)
    place.configure(base_url="https://nowhere.invalid")
    done = place.sync(**{name: value})
    failed, kept, _ = sentences(done)
    assert f"{name} must be {rule}" in failed
    assert kept == "Nothing of this sync was kept: the warehouse is as it was before."
    assert "s3cret" not in done.stdout + done.stderr
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


def test_a_full_disk_is_named_first(place: Place) -> None:
    """A full disk is in the first sentence of the failure."""
    connector = place.folder / "connector" / "connector.py"
    code = connector.read_text(encoding="utf-8")
    before, found, after = code.partition("    sync(configuration, state, FivetranOperations")
    assert found
    connector.write_text(f"{before}    {PLANTED}\n{found}{after}", encoding="utf-8")
    done = place.sync()
    failed, kept, then = sentences(done)
    assert failed == (
        "The sync failed: the disk is full, and connector/files needs room"
        " (OSError: [Errno 28] No space left on device)."
    )
    assert kept == "Nothing of this sync was kept: the warehouse is as it was before."
    assert then.startswith("Make room and run the command again; ")
    assert place.requirements.exists()


CORRECT = "Correct my-configuration.json and run the command again."
STATE = "connector/files/state.json"
RE_SYNC = f"Delete {STATE} to re-sync: the next sync reads everything again."
BAD_INPUT = {
    "invalid JSON": (
        "my-configuration.json",
        '{"access_token": "x",\n "retry_attempts" "5"}',
        "my-configuration.json is not valid JSON: line 2, column 19: Expecting ':' delimiter.",
        CORRECT,
    ),
    "a number": (
        "my-configuration.json",
        '{"access_token": "cma-token", "retry_attempts": 5}',
        (
            "my-configuration.json: retry_attempts must be a whole number from 0 to 20, as text in"
            " quotes (got a number)."
        ),
        CORRECT,
    ),
    "a token of one letter": (
        "my-configuration.json",
        '{"access_token": "x"}',
        (
            "my-configuration.json: access_token must be a personal access token of the CMA, at"
            " least 8 printable ASCII characters without spaces (got a value that is not shown)."
        ),
        CORRECT,
    ),
    "null": (
        "my-configuration.json",
        '{"access_token": "cma-token", "space_ids": null}',
        (
            "my-configuration.json: space_ids must be a text in quotes (got null);"
            ' an empty text, "", resets a setting.'
        ),
        CORRECT,
    ),
    "a number for an unknown key": (
        "my-configuration.json",
        '{"access_token": "cma-token", "space_id": 5}',
        (
            "my-configuration.json: space_id must be a text in quotes (got a number);"
            ' an empty text, "", resets a setting.'
        ),
        CORRECT,
    ),
    "invalid JSON in the state": (
        STATE,
        '{"version": 2',
        f"The saved state {STATE} is not valid JSON: line 1, column 14: Expecting ',' delimiter.",
        RE_SYNC,
    ),
    "a damaged state": (
        STATE,
        '{"version": 2, "checksum": "0"}',
        f"The saved state {STATE} is damaged: its checksum does not match.",
        RE_SYNC,
    ),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_refused(place: Place, case: str) -> None:
    """A bad configuration or state is refused before any request, with its place and remedy."""
    file, content, what, then = BAD_INPUT[case]
    place.files.mkdir()
    (place.folder / file).write_text(content, encoding="utf-8")
    done = place.sync()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [what, "Nothing was read or written.", then]


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        ("connector/files", 0o000),
        ("connector/files/warehouse.db", 0o400),
        ("connector/files/state.json", 0o000),
        ("connector", 0o500),
        ("my-configuration.json", 0o200),
    ],
)
def test_a_path_without_rights(place: Place, account: Account, path: str, mode: int) -> None:
    """A sync does not start without access to its files.

    One sentence names the path, its owner and the remedy.
    """
    place.files.mkdir()
    for name in ("warehouse.db", "state.json"):
        (place.files / name).write_text("{}", encoding="utf-8")
    closed = place.folder / path
    closed.chmod(mode)
    account.forget_requests()
    done = subprocess.run(
        [*with_rights(), *place.command],
        cwd=place.folder,
        check=False,
        capture_output=True,
        text=True,
    )
    owner = closed.owner()
    closed.chmod(0o700)
    (line,) = done.stderr.splitlines()
    assert line.startswith(path)
    assert " cannot be used (Permission denied): " in line
    rights = "change its owner or its rights, then run the command again."
    assert line.endswith(
        (f"it belongs to {owner}; {rights}", f"{path} belongs to {owner}; {rights}")
    )
    assert (done.returncode, done.stdout, account.requests()) == (1, "", [])


def test_a_file_where_the_folder_is_needed(place: Place) -> None:
    """A file with the name of the folder `connector/files` ends a sync with one sentence."""
    place.files.touch()
    done = place.sync()
    (line,) = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert line.startswith("connector/files cannot be used (File exists): it belongs to ")
    assert "; a folder is needed there, so move the file away, then run" in line


def test_a_second_sync_leaves_the_first_alone(place: Place, account: Account) -> None:
    """A sync does not start while another one runs; the log of the other one stays complete."""
    account.fault("/spaces/two/environments", kind="delay", seconds=30)
    with subprocess.Popen(
        place.command,
        cwd=place.folder,
        env={**os.environ, "CONTENTFUL_PROGRESS_SECONDS": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        while "Step 2 of 7" not in first.stdout.readline():
            assert first.poll() is None
        log = place.files / "last-sync.log"
        before = (log.stat().st_ino, log.read_text(encoding="utf-8"))
        second = place.sync()
        after = (log.stat().st_ino, log.read_text(encoding="utf-8")[: len(before[1])])
        first.terminate()
        said = first.communicate()[1]
    assert (second.returncode, second.stdout, second.stderr.splitlines()) == (
        2,
        "",
        [
            "Another sync is running, and writes connector/files/last-sync.log.",
            "Nothing was read or written.",
            "Wait for its end, or stop it, and run the command again.",
        ],
    )
    assert (after, first.returncode) == (before, 130)
    assert said.strip().startswith("Stopped before the first checkpoint")
    account.control("DELETE", "faults")
    assert place.sync().returncode == 0
    # A log that was longer has nothing left in a new one.
    assert before[1].splitlines()[0] not in log.read_text(encoding="utf-8")


def test_a_sync_without_a_reader(place: Place, account: Account) -> None:
    """A sync whose output is not read, as with `| head`, ends without an error."""
    account.fault("/spaces/two/environments", kind="delay", seconds=30)
    with subprocess.Popen(
        place.command,
        cwd=place.folder,
        env={**os.environ, "CONTENTFUL_PROGRESS_SECONDS": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141
    account.control("DELETE", "faults")
    assert place.sync().returncode == 0


def test_a_sync_without_a_configuration(place: Place) -> None:
    """Without a configuration file, `make sync` shows how to create one."""
    place.configuration.unlink()
    done = place.sync()
    assert (done.returncode, done.stdout) == (2, "")
    missing, *usage = done.stderr.splitlines()
    assert missing == "There is no file my-configuration.json."
    assert "make sync CONFIGURATION=my-configuration.json" in usage[0]


def test_ctrl_c(place: Place, account: Account) -> None:
    """Ctrl-C ends a sync with one sentence and 130, and changes no file of the project."""
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
    said = [line for line in left if line.endswith(".") and "Step " not in line]
    assert said == ["Stopped before the first checkpoint: the next run starts where this one did."]
    assert place.requirements.exists()


def test_packaging_leaves_the_requirements(place: Place) -> None:
    """`fivetran package` by the tool deletes no file of the project."""
    before = {path for path in (place.folder / "connector").rglob("*") if path.is_file()}
    done = subprocess.run(
        [sys.executable, "-m", "tools.user.fivetran", "package", "connector"],
        cwd=place.folder,
        stdin=subprocess.DEVNULL,
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [path for path in before if not path.exists()] == []


def test_make_passes_its_variables_on() -> None:
    """`make sync CONFIGURATION=... VERBOSE=1` runs the program with the file and `--verbose`."""
    make = shutil.which("make") or "make"
    command = [make, "-n", "sync", "CONFIGURATION=my configuration.json", "VERBOSE=1"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    # A make that was called by another one says which folder it enters and leaves.
    lines = [line for line in done.stdout.splitlines() if "tools.user.sync" in line]
    assert [line.removeprefix("exec ").partition(" ")[2] for line in lines] == [
        '-m tools.user.sync "my configuration.json" --verbose'
    ]


def test_missing_requirements_are_written() -> None:
    """A missing `requirements.txt` is written with the text of the repository."""
    file = ROOT / "connector" / "requirements.txt"
    assert file.read_text(encoding="utf-8") == fivetran.REQUIREMENTS
