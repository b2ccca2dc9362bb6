"""The programs behind the make targets."""

from __future__ import annotations

import json
import re
import shutil
import sys
from datetime import datetime, timezone
from pathlib import Path

import duckdb
import pytest

from tools.dev import audit, test_all, test_deep, test_versions
from tools.dev.test_versions import interpreters, result_of, summary
from tools.project import command_of
from tools.user.fivetran import command, environment
from tools.user.local_warehouse import Change, changes

ROOT = Path(__file__).resolve().parents[2]


def test_the_configuration_is_found_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A configuration is read from the folder of the user, not from that of the project."""
    monkeypatch.chdir(tmp_path)
    given = ["debug", "a.json", "--configuration", "a.json", "--state", "b.json"]
    expected = ["debug", "a.json", "--configuration", f"{tmp_path}/a.json"]
    assert command(*given)[1:] == [*expected, "--state", f"{tmp_path}/b.json"]


@pytest.mark.parametrize(
    ("target", "variables", "make", "program"),
    [
        ("models", {}, "make models", "models"),
        (
            "query",
            {"SQL": "SHOW TABLES"},
            "make query SQL='SHOW TABLES'",
            'query --sql "SHOW TABLES"',
        ),
        ("sync", {"CONFIGURATION": "a.json"}, "make sync CONFIGURATION=a.json", "sync a.json"),
        (
            "configuration",
            {"TEST": "1", "CONFIGURATION": "a.json"},
            "make configuration TEST=1 CONFIGURATION=a.json",
            "configure --test a.json",
        ),
    ],
)
def test_commands_without_make(
    target: str, variables: dict[str, str], make: str, program: str
) -> None:
    """Messages name make targets, and on Windows the programs behind them."""
    assert command_of(target, variables, is_windows=False) == make
    shown = command_of(target, variables, is_windows=True)
    assert shown == rf".venv\Scripts\python -m tools.user.{program}"


def test_pipreqs_does_nothing() -> None:
    """The `pipreqs` that Fivetran's command line finds is ours."""
    found = shutil.which("pipreqs", path=environment()["PATH"])
    assert found == str(ROOT / "tools" / "user" / "bin" / "pipreqs")


def test_the_connector_of_a_project_is_the_one_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fivetran's command line finds no other copy of the connector, and the rest of the path."""
    monkeypatch.setenv("PYTHONPATH", f"connector:{ROOT / 'connector'}:{ROOT / 'report'}")
    assert environment()["PYTHONPATH"] == str(ROOT / "report")


def test_a_shim_that_does_not_run_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version counts as found only if its interpreter runs, also in a pyenv."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    shims, real = tmp_path / "shims", tmp_path / "versions" / f"{version}.99" / "bin"
    for folder in (shims, real):
        folder.mkdir(parents=True)
    shim = shims / f"python{version}"
    shim.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    shim.chmod(0o755)
    (real / f"python{version}").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(shims))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "none"))
    assert list(interpreters(version)) == [str(real / f"python{version}")]
    assert list(interpreters("3.1")) == []


def test_a_version_that_is_not_there_is_skipped() -> None:
    """A missing Python is reported as skipped."""
    result = result_of("3.1")
    assert result.outcome == "skipped: Python 3.1 was not found"
    assert list(summary([result]))[1:] == [f"3.1     -             0  {result.outcome}"]


@pytest.mark.parametrize(
    ("program", "outcome"), [("print('done')", "passed"), ("print('done'); exit(3)", "FAILED")]
)
def test_a_version_that_is_there(
    program: str, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The output of a version is kept, and a failed command is a failed version."""
    here = Path(sys.executable)
    monkeypatch.setattr(test_versions, "interpreters", lambda _version: iter([sys.executable]))
    monkeypatch.setattr(test_versions, "installed", lambda _version, _interpreter: here)
    monkeypatch.setattr(test_versions, "TESTS", [("-c", program)])
    result = result_of("3.1")
    assert (result.outcome, result.output.splitlines()[0]) == (outcome, "done")


def test_a_python_that_runs_this_needs_no_other_environment() -> None:
    """The version of the development environment is tested in it, without an installation."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert test_versions.installed(here, "not used") == Path(sys.executable)


@pytest.mark.parametrize(
    ("found", "expected"), [("", ""), ("3.9", "3.9"), ("3.9 3.10 3.11 3.13", "3.9 3.13")]
)
def test_the_ends_are_the_oldest_and_the_newest_python(found: str, expected: str) -> None:
    """The first and the last Python that are found are the ends."""
    assert test_versions.ends(found.split()) == expected.split()


@pytest.mark.parametrize(
    ("targets", "status", "expected"),
    [
        (("help", "help"), 0, ["passed  make help", "passed  make help"]),
        (("help", "no-such", "clean"), 1, ["passed  make help", "FAILED  make no-such"]),
    ],
)
def test_the_seconds_of_each_target_are_shown(
    targets: tuple[str, ...], status: int, expected: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    """A run of all targets ends at the first failure, with the seconds of each target."""
    assert test_all.main(targets) == status
    _, _, table = capfd.readouterr().out.partition("seconds  result  target\n")
    assert re.findall(r"^ +\d+  (.*)$", table, re.MULTILINE) == [*expected, "in all"]
    assert ("Not run: clean." in table) is (status == 1)


KNOWN = {"name": "a", "version": "1.0", "vulns": []}
UNKNOWN = {"name": "b", "skip_reason": "Dependency not found on PyPI"}
BAD = {"name": "c", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}
UNREACHABLE = "Traceback:\nrequests.exceptions.ConnectionError: Failed to resolve 'pypi.org'\n"


@pytest.mark.parametrize(
    ("packages", "complaint", "status", "sentence"),
    [
        ([KNOWN, UNKNOWN], "", 0, "checked 1 packages; its service does not know 1 more."),
        ([KNOWN, BAD], "", 1, "c 2.0: PYSEC-1, fixed in 2.1\n"),
        ([UNKNOWN], "", 0, "was skipped: its service knows none of the packages"),
        (None, UNREACHABLE, 0, "was skipped: its service cannot be reached"),
        (None, "ERROR: line 1 is invalid\n", 1, "line 1 is invalid"),
    ],
)
def test_the_result_of_an_audit(
    packages: list[dict] | None,
    complaint: str,
    status: int,
    sentence: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Only a vulnerability or a failure is an error; an audit without packages is skipped."""
    report = json.dumps({"dependencies": packages, "fixes": []}) if packages else ""
    assert audit.evaluate(report, complaint) == status
    assert sentence in capsys.readouterr().out


PASSED = """
<testcase name="test_a[1]" time="1.5">
  <properties><property name="kills" value="2"/></properties>
</testcase>
<testcase name="test_a[2]" time="2">
  <properties><property name="kills" value="3"/></properties>
</testcase>
"""
FAILED = """<testcase name="test_b" time="3"><failure message="it did"/></testcase>"""


def test_the_figures_of_deep_parts_add_up(tmp_path: Path) -> None:
    """Parts of this commit are summed by test; failed and missing parts are listed."""
    for part, found in ((1, PASSED + FAILED), (2, PASSED + FAILED), (4, PASSED)):
        text = f"<testsuites><testsuite>{found}</testsuite></testsuites>"
        test_deep.report(tmp_path, part).write_text(text, encoding="utf-8")
    assert list(test_deep.summary(tmp_path, range(1, 6)))[1:] == [
        "     6       0       10  test_a, 15 kills",
        "     0       2        6  test_b",
        "Missing parts: 3, 5; failed parts: 1, 2.",
    ]
    assert [part for part in range(1, 6) if test_deep.has(tmp_path, part)] == [4]


def test_a_table_that_never_had_a_row_is_empty(tmp_path: Path) -> None:
    """A table without the columns that Fivetran adds counts as empty."""
    path = tmp_path / "warehouse.db"
    with duckdb.connect(str(path)) as warehouse:
        warehouse.execute("CREATE SCHEMA tester")
        warehouse.execute("CREATE TABLE tester.tags (id VARCHAR PRIMARY KEY)")
    assert changes(path, datetime.now(timezone.utc)) == {"tags": Change(0, 0, 0, 0)}
