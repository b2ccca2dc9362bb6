"""`make demo` and `make emulator`, as a newcomer types them."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import stat
import subprocess
from pathlib import Path

import duckdb
import pytest
import requests

from support.terminal import LIMIT_SECONDS, terminal
from tools.user import demo
from tools.user.local_warehouse import Row, Rows
from tools.user.twelve_edits import EditEffect

ROOT = Path(__file__).resolve().parents[2]
MAKE = (shutil.which("make") or "make", "--assume-old=.venv/.installed")
"""An older environment stays: an update would install the emulator of the checkout into it."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a copy of the files of the two targets, with the virtual environment of this one."""
    place = tmp_path / "checkout"
    left_out = shutil.ignore_patterns("files", "__pycache__")
    for name in ("connector", "tools", "requirements", "emulator"):
        shutil.copytree(ROOT / name, place / name, ignore=left_out)
    shutil.copy2(ROOT / "Makefile", place)
    (place / ".venv").symlink_to(ROOT / ".venv")
    return place


def make(checkout: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run make in a checkout."""
    return subprocess.run(
        [*MAKE, *arguments],
        cwd=checkout,
        env={**os.environ, **variables},
        check=False,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
    )


def mode(path: Path) -> int:
    """Return the mode of a file."""
    return stat.S_IMODE(path.stat().st_mode)


EDITS, SURE = "Twelve edits of the account:", "Rows of the second sync, and those expected"


@pytest.mark.process
def test_the_demonstration(checkout: Path, tmp_path: Path) -> None:
    """The second sync changes the rows of the twelve edits only; the warehouse is kept."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    done = make(checkout, "demo", "RATE_LIMIT=0", TMPDIR=str(scratch))
    assert done.returncode == 0, done.stdout + done.stderr
    _, _, after = done.stdout.partition(EDITS)
    edits, _, summary = after.partition(SURE)
    assert re.findall(r"^ +(\d+)\. ", edits, re.MULTILINE) == [str(n) for n in range(1, 13)]
    table, _, then = summary.partition("Passed: ")
    counts = [line.split() for line in table.splitlines()]
    assert ["SPACES", "3", "2", "2", "1", "1"] in counts
    assert ["USERS", "52", "0", "0", "1", "1"] in counts
    # Tables that the edits do not touch are one line.
    assert "ORGANIZATIONS" not in [line[0] for line in counts if line]
    assert re.search(r"^\d+ other tables without changes, as expected\.$", table, re.MULTILINE)
    shown = [line for line in done.stdout.splitlines() if not re.match(r"\d\d:\d\d:", line)]
    assert [line for line in shown if len(line) > 80] == []
    assert list(scratch.iterdir()) == []
    url = re.search(r"http://127\.0\.0\.1:\d+", done.stdout)
    assert url
    with pytest.raises(requests.ConnectionError):
        requests.get(url[0], timeout=5)
    kept = checkout / "emulated" / "warehouse.db"
    assert (mode(kept.parent), mode(kept)) == (0o700, 0o600)
    assert_next_query(checkout, kept, then)


def assert_next_query(checkout: Path, kept: Path, text: str) -> None:
    """Run the query that the demonstration names, and check its answer."""
    command = re.search(r"^ +(make query .*)$", text, re.MULTILINE)
    assert command
    done = make(checkout, *shlex.split(command[1])[1:])
    with duckdb.connect(str(kept), read_only=True) as connection:
        (products,) = connection.execute(
            "SELECT count(*) FROM tester.entries WHERE content_type_id = 'product'"
        ).fetchone() or (0,)
    assert ["product", str(products)] in [line.split() for line in done.stdout.splitlines()]


@pytest.mark.process
def test_the_demonstration_in_a_terminal(checkout: Path) -> None:
    """A live line shows the progress of each sync; KEEP=1 of 1.0.0 has no effect.

    If `make sync` has a warehouse, the next commands name that of the demo.
    """
    files = checkout / "connector" / "files"
    files.mkdir()
    (files / "warehouse.db").touch()
    variables = {"TERM": "xterm", "COLUMNS": "80"}
    with terminal(checkout, *MAKE, "demo", "RATE_LIMIT=0", "KEEP=1", **variables) as shell:
        assert shell.status() == 0, shell.shown
    assert re.search(r"\x1b\[2K\S \d:\d\d Step \d of 7, ", shell.shown)
    for target in ("query SQL='.*'", "models", "report"):
        command = rf"^ +make {target} WAREHOUSE=emulated/warehouse\.db$"
        assert re.search(command, shell.shown, re.MULTILINE), target


def test_rows_that_the_edits_do_not_explain() -> None:
    """A row without an edit fails the demonstration, as does an edit without its row.

    A table without both is only counted.
    """
    row: Row = {"id": "a", "_fivetran_deleted": "false", "_fivetran_synced": "1"}
    before: dict[str, Rows] = {"roles": {("a",): row}, "tags": {}, "teams": {}}
    after: dict[str, Rows] = {**before, "teams": {("a",): row}}
    shown, differing = demo.compared(before, after, [EditEffect("a tag is created", {"TAGS": 1})])
    assert [line.split() for line in shown.splitlines()[2:-1]] == [
        ["TAGS", "0", "0", "1", "0", "0", "differs"],
        ["TEAMS", "1", "1", "0", "0", "0", "differs"],
    ]
    assert shown.splitlines()[-1] == "1 other table without changes, as expected."
    assert differing == ["TAGS", "TEAMS"]
    assert demo.verdict(before, after, differing).startswith("FAILED: ")


@pytest.mark.process
def test_an_emulated_account(checkout: Path) -> None:
    """`make emulator` shows the command of a sync, and Ctrl-C ends it with one sentence."""
    with terminal(checkout, *MAKE, "emulator", "RATE_LIMIT=0") as shell:
        shown = shell.read("lists its other features.")
        synced_by = re.search(r"^ +make (sync CONFIGURATION=(\S+))$", shown, re.MULTILINE)
        assert synced_by
        configuration = checkout / synced_by[2]
        assert (mode(configuration.parent), mode(configuration)) == (0o700, 0o600)
        assert json.loads(configuration.read_text())["base_url"] in shown
        called = re.search(r"^ +(curl .*)$", shown, re.MULTILINE)
        assert called
        url, token = (
            re.findall(r"http\S+", called[1])[0],
            re.findall(r"Bearer ([^']+)", called[1])[0],
        )
        spaces = requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=10).json()
        names = [one["name"].split()[0] for one in spaces["items"]]
        assert names == ["Website", "Help", "Campaigns"]
        synced = make(checkout, *synced_by[1].split())
        assert synced.returncode == 0, synced.stdout + synced.stderr
        with duckdb.connect(str(checkout / "connector" / "files" / "warehouse.db")) as connection:
            found = connection.execute("SELECT count(*) FROM tester.spaces").fetchall()
        assert found == [(3,)]
        shell.press(b"\x03")
        ended = shell.read(None).removeprefix(shown).replace("^C", "").split("\n")
    assert [line for line in ended if line] == [
        "The emulated account has ended; its changes are lost."
    ]
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)
    with terminal(checkout, *MAKE, "emulator", "RATE_LIMIT=0") as shell:
        shell.read("lists its other features.")
        again = make(checkout, *synced_by[1].split())
    # Its state belongs to the same address.
    assert again.returncode == 0, again.stdout + again.stderr


@pytest.mark.process
def test_a_port_that_is_taken(checkout: Path) -> None:
    """`make emulator PORT=...` serves at that port, or refuses it with the reason."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = make(checkout, "emulator", f"PORT={port}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[:2] == [
        f"Port {port} cannot be used (Address already in use).",
        "End the program that uses it, or choose another port: make emulator PORT=8263",
    ]
    assert not (checkout / "emulated").exists()
    with terminal(checkout, *MAKE, "emulator", f"PORT={port}") as shell:
        assert f"http://127.0.0.1:{port} until" in shell.read("lists its other features.")


@pytest.mark.process
def test_a_file_instead_of_the_folder(checkout: Path) -> None:
    """`make emulator` and `make demo` refuse a file with the name of their folder."""
    (checkout / "emulated").touch()
    for command in (["emulator", "PORT=0"], ["demo"]):
        done = make(checkout, *command)
        assert (done.returncode, done.stdout) == (2, "")
        sentence = done.stderr.splitlines()[0]
        assert sentence.startswith("emulated cannot be used (File exists): it belongs to ")
