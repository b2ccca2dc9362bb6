"""The first ten minutes: `make demo` and `make emulator`, as a newcomer types them."""

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
MAKE = shutil.which("make") or "make"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a copy of what the two targets need, with the virtual environment of this one."""
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
        [MAKE, *arguments],
        cwd=checkout,
        env={**os.environ, **variables},
        check=False,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
    )


def mode(path: Path) -> int:
    """Return who may do what with a file."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.process
def test_the_demonstration(checkout: Path, tmp_path: Path) -> None:
    """The second sync does what twelve edits ask for and nothing else; the warehouse is kept."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    done = make(checkout, "demo", "KEEP=1", "RATE_LIMIT=0", TMPDIR=str(scratch))
    assert done.returncode == 0, done.stdout + done.stderr
    edits, _, summary = done.stdout.partition("What the second sync did")
    assert re.findall(r"^ +(\d+)\. ", edits, re.MULTILINE) == [str(n) for n in range(1, 13)]
    counts = [line.split() for line in summary.splitlines()]
    for row in (
        ["ORGANIZATIONS", "2", "0", "0", "0", "0"],
        ["SPACES", "3", "2", "2", "1", "1"],
        ["USERS", "52", "0", "0", "1", "1"],
    ):
        assert row in counts
    assert "No surprise" in summary
    assert list(scratch.iterdir()) == []
    url = re.search(r"http://127\.0\.0\.1:\d+", done.stdout)
    assert url
    with pytest.raises(requests.ConnectionError):
        requests.get(url[0], timeout=5)
    kept = checkout / "emulated" / "warehouse.db"
    assert (mode(kept.parent), mode(kept)) == (0o700, 0o600)
    told = re.search(r"^ +(\S+ -m tools\.user\.query .*)$", summary, re.MULTILINE)
    assert told
    asked = subprocess.run(
        shlex.split(told[1]), cwd=checkout, check=True, capture_output=True, text=True
    )
    with duckdb.connect(str(kept), read_only=True) as connection:
        (products,) = connection.execute(
            "SELECT count(*) FROM tester.entries WHERE content_type_id = 'product'"
        ).fetchone() or (0,)
    assert ["product", str(products)] in [line.split() for line in asked.stdout.splitlines()]


def test_a_surprise_in_the_demonstration() -> None:
    """A row that no edit asks for is a surprise, as is an expected one that is missing."""
    row: Row = {"id": "a", "_fivetran_deleted": "false", "_fivetran_synced": "1"}
    before: dict[str, Rows] = {"roles": {("a",): row}, "tags": {}, "teams": {}}
    after: dict[str, Rows] = {**before, "teams": {("a",): row}}
    shown, surprises = demo.compared(before, after, [EditEffect("a tag is created", {"TAGS": 1})])
    assert [line.split() for line in shown.splitlines()[2:]] == [
        ["ROLES", "1", "0", "0", "0", "0"],
        ["TAGS", "0", "0", "1", "0", "0", "surprise"],
        ["TEAMS", "1", "1", "0", "0", "0", "surprise"],
    ]
    assert surprises == ["TAGS", "TEAMS"]
    assert demo.verdict(surprises).startswith("SURPRISE")


@pytest.mark.process
def test_an_account_to_play_with(checkout: Path) -> None:
    """`make emulator` names a configuration that syncs, and Ctrl-C ends it with one sentence."""
    with terminal(checkout, MAKE, "emulator", "RATE_LIMIT=0") as shell:
        shown = shell.read("what else it can do.")
        told = re.search(r"^ +make (sync CONFIGURATION=(\S+))$", shown, re.MULTILINE)
        assert told
        configuration = checkout / told[2]
        assert (mode(configuration.parent), mode(configuration)) == (0o700, 0o600)
        assert json.loads(configuration.read_text())["base_url"] in shown
        asked = re.search(r"^ +(curl .*)$", shown, re.MULTILINE)
        assert asked
        url, token = (
            re.findall(r"http\S+", asked[1])[0],
            re.findall(r"Bearer ([^']+)", asked[1])[0],
        )
        spaces = requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=10).json()
        assert [one["name"] for one in spaces["items"]] == ["Website", "Help centre", "Campaigns"]
        synced = make(checkout, *told[1].split())
        assert synced.returncode == 0, synced.stdout + synced.stderr
        with duckdb.connect(str(checkout / "connector" / "files" / "warehouse.db")) as connection:
            found = connection.execute("SELECT count(*) FROM tester.spaces").fetchall()
        assert found == [(3,)]
        shell.press(b"\x03")
        ended = shell.read(None).removeprefix(shown).replace("^C", "").split("\n")
    assert [line for line in ended if line] == [
        "The emulated account is gone, with all that was changed in it."
    ]
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)
    with terminal(checkout, MAKE, "emulator", "RATE_LIMIT=0") as shell:
        shell.read("what else it can do.")
        again = make(checkout, *told[1].split())
    # Its state belongs to the same address.
    assert again.returncode == 0, again.stdout + again.stderr


@pytest.mark.process
def test_a_port_that_is_taken(checkout: Path) -> None:
    """`make emulator PORT=...` serves there, or says in a sentence that it cannot, and why."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = make(checkout, "emulator", f"PORT={port}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[:2] == [
        f"Port {port} cannot be used (Address already in use).",
        "End the program that uses it, or choose another port: make emulator PORT=8263",
    ]
    assert not (checkout / "emulated").exists()
    with terminal(checkout, MAKE, "emulator", f"PORT={port}") as shell:
        assert f"http://127.0.0.1:{port} until" in shell.read("what else it can do.")


@pytest.mark.process
def test_a_folder_that_belongs_to_others(checkout: Path) -> None:
    """`make emulator` and `make demo KEEP=1` name a file that is in the way of their folder."""
    (checkout / "emulated").touch()
    for command in (["emulator", "PORT=0"], ["demo", "KEEP=1"]):
        done = make(checkout, *command)
        assert (done.returncode, done.stdout) == (2, "")
        sentence = done.stderr.splitlines()[0]
        assert sentence.startswith("emulated cannot be used (File exists): it belongs to ")
