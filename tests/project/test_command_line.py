"""The start, the files and the end of every program of the project."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from support.account import TOKEN, Account
from support.rights import with_rights
from tools.project import ROOT
from tools.user import plan

pytestmark = pytest.mark.process

PROGRAMS = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text("utf-8")
    for path in sorted((ROOT / "tools").rglob("*.py"))
    if '__name__ == "__main__"' in path.read_text("utf-8")
}
"""The text of each program, by its module."""
JAPANESE = "\u65e5\u672c"


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Give a warehouse with many rows."""
    path = tmp_path / "warehouse.db"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE SCHEMA tester")
        connection.execute("CREATE TABLE tester.entries AS SELECT * FROM range(100_000) AS t(id)")
    return path


def command(name: str | Path, *arguments: str | Path) -> list[str]:
    """Return the command of a program, a module below `tools.user` or another one of `tools`."""
    module = name if name in PROGRAMS else f"tools.user.{name}"
    return [sys.executable, "-m", str(module), *map(str, arguments)]


def ran(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run a program of `tools/user` to its end."""
    return subprocess.run(
        [*with_rights(), *command(*arguments)],
        env={**os.environ, **variables},
        check=False,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=100,
    )


def without_reader(*arguments: str | Path) -> tuple[int, str]:
    """Run a program without a reader of its output; return its exit status and its errors."""
    with subprocess.Popen(
        command(*arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        complaints = process.stderr.read()
    return process.returncode, complaints


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program_explains_itself(name: str) -> None:
    """`--help` shows the description of a program, and has no other effect."""
    done = ran(name, "--help")
    assert (done.returncode, done.stderr) == (0, b"")
    about = PROGRAMS[name].split('"""')[1].split()
    words = done.stdout.decode().split()
    assert "usage:" in words or words == about


def test_every_program_is_started_in_one_place() -> None:
    """Every program of `tools/` ends as `command_line.start` ends it."""
    started = re.compile(r'__name__ == "__main__":\n    start\(')
    assert [name for name, text in PROGRAMS.items() if not started.search(text)] == []


def test_an_output_that_is_not_read(tmp_path: Path, warehouse: Path, account: Account) -> None:
    """A program whose output is no longer read, as with `| head`, ends without an error."""
    given = tmp_path / "my-configuration.json"
    given.write_text(json.dumps({"access_token": TOKEN, "base_url": account.url}), "utf-8")
    assert without_reader("query", warehouse, "FROM entries") == (141, "")
    assert without_reader("plan", given) == (141, f"{plan.BEGUN}\n")
    assert without_reader("tools.dev.lock", "--help") == (141, "")


def test_letters_outside_of_the_encoding(warehouse: Path) -> None:
    """A letter that the encoding of the output lacks is escaped; all others stay."""
    query = f"SELECT '{JAPANESE} \u00fc' AS name"
    done = ran("query", warehouse, query, PYTHONIOENCODING="cp1252")
    assert done.stdout.decode("cp1252").split()[-2:] == ["\\u65e5\\u672c", "\u00fc"]
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_output_without_room(warehouse: Path) -> None:
    """An output that cannot be written ends a program with one sentence."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command("query", warehouse, "FROM entries"),
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert (done.returncode, done.stderr) == (
        1,
        (
            "The output or a temporary file cannot be written (No space left on device): make room"
            " there, then run the command again.\n"
        ),
    )


@pytest.mark.parametrize("name", ["plan", "sync", "query", "configure --test"])
def test_a_folder_where_a_file_is_needed(tmp_path: Path, name: str) -> None:
    """A folder instead of a file is refused, with the command to type."""
    program, *options = name.split()
    done = ran(program, *options, tmp_path)
    what, usage, *_ = done.stderr.decode().splitlines()
    assert (done.returncode, done.stdout, what) == (2, b"", f"{tmp_path} is a folder, not a file.")
    assert re.search(r"CONFIGURATION=|make query ", usage)


@pytest.mark.parametrize("name", ["plan", "sync", "query", "configure --test"])
def test_a_file_without_read_access(tmp_path: Path, name: str) -> None:
    """A file without read access is refused in one sentence, with its owner and the remedy."""
    file = tmp_path / "a-file"
    file.write_text("{}", "utf-8")
    file.chmod(0)
    program, *options = name.split()
    done = ran(program, *options, file)
    assert (done.returncode, done.stdout, done.stderr.decode()) == (
        1,
        b"",
        (
            f"{file} cannot be used (Permission denied): it belongs to {file.owner()}; change its"
            " owner or its rights, then run the command again.\n"
        ),
    )


QUERIES = {
    "": "The query must be SQL (got '').",
    "-- a comment": "The query must be SQL (got '-- a comment').",
    ";": "The query must be SQL (got ';').",
    "SELEC 1": 'Parser Error: syntax error at or near "SELEC"',
}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_that_is_not_sql(warehouse: Path, query: str) -> None:
    """A query that is empty, a comment or not SQL is refused in one sentence."""
    done = ran("query", warehouse, query)
    assert done.stderr.decode().splitlines()[0] == QUERIES[query]
    assert (done.returncode in (1, 2), done.stdout, b"Traceback" in done.stderr) == (
        True,
        b"",
        False,
    )


def test_a_query_without_rows(warehouse: Path) -> None:
    """A statement without rows has an answer in words."""
    done = ran("query", warehouse, "SET threads = 1")
    shown = b"The query returned no rows.\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, shown, b"")


WRITER = """
import resource, sys
from pathlib import Path
from tools.command_line import start, write
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
start(lambda: write(Path(sys.argv[1]), "x" * int(sys.argv[2])))
"""
"""A program that writes a file where only 1,000 bytes fit."""


def written(path: Path, size: int) -> subprocess.CompletedProcess[str]:
    """Write a file where only 1,000 bytes fit."""
    return subprocess.run(
        [*with_rights(), sys.executable, "-c", WRITER, str(path), str(size)],
        check=False,
        capture_output=True,
        text=True,
    )


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """A full disk keeps the old file and leaves no other one; otherwise the file is replaced.

    Only its owner can read it, and a link to it stays a link.
    """
    file, link = tmp_path / "report.html", tmp_path / "latest.html"
    file.write_text("the old one", "utf-8")
    link.symlink_to(file)
    done = written(link, 5000)
    assert (done.returncode, done.stderr) == (
        1,
        (
            f"{file} cannot be used (File too large): it belongs to {file.owner()}; make room"
            " there, then run the command again.\n"
        ),
    )
    assert file.read_text("utf-8") == "the old one"
    assert written(link, 500).returncode == 0
    assert (file.read_text("utf-8"), oct(file.stat().st_mode)) == ("x" * 500, "0o100600")
    assert sorted(tmp_path.iterdir()) == [link, file]
    assert link.is_symlink()


@pytest.mark.parametrize("kind", ["a folder", "in a closed folder", "in a file", "in no folder"])
def test_a_file_that_cannot_be_written(tmp_path: Path, kind: str) -> None:
    """A path that cannot be written is one sentence: the reason, the owner and the remedy."""
    closed, no_folder = tmp_path / "closed", tmp_path / "no-folder"
    closed.mkdir(mode=0o500)
    no_folder.touch()
    path, reason, way = {
        "a folder": (closed, "Is a directory", "name a file instead of a folder"),
        "in a closed folder": (
            closed / "a",
            "Permission denied",
            "change its owner or its rights",
        ),
        "in a file": (no_folder / "a", "Not a directory", "a folder is needed there, so move"),
        "in no folder": (
            tmp_path / "b" / "a",
            "No such file or directory",
            "create its folder or",
        ),
    }[kind]
    done = written(path, 1)
    (line,) = done.stderr.splitlines()
    belongs = f"belongs to {tmp_path.owner()}; {way}"
    assert line.startswith(f"{path} cannot be used ({reason}): ")
    assert belongs in line
    assert line.endswith(", then run the command again.")
