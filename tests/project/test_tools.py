"""What the make targets run."""

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
from tools.user.fivetran import command, environment
from tools.user.local_warehouse import Change, changes

ROOT = Path(__file__).resolve().parents[2]


def test_the_configuration_is_found_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A configuration is looked for where the user is, not in the project's folder."""
    monkeypatch.chdir(tmp_path)
    given = ["debug", "a.json", "--configuration", "a.json", "--state", "b.json"]
    expected = ["debug", "a.json", "--configuration", f"{tmp_path}/a.json"]
    assert command(*given)[1:] == [*expected, "--state", f"{tmp_path}/b.json"]


def test_pipreqs_does_nothing() -> None:
    """The `pipreqs` that Fivetran's command line finds is ours."""
    found = shutil.which("pipreqs", path=environment()["PATH"])
    assert found == str(ROOT / "tools" / "user" / "bin" / "pipreqs")


def test_the_connector_of_a_project_is_the_one_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fivetran's command line finds no other copy of the connector, and all else on the path."""
    monkeypatch.setenv("PYTHONPATH", f"connector:{ROOT / 'connector'}:{ROOT / 'report'}")
    assert environment()["PYTHONPATH"] == str(ROOT / "report")


def test_a_shim_that_does_not_run_is_no_interpreter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version counts as found only where its interpreter runs, be it in a pyenv."""
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
    """A missing Python is said to be skipped, never to have passed."""
    result = result_of("3.1")
    assert result.outcome == "skipped: Python 3.1 was not found"
    assert list(summary([result]))[1:] == [f"3.1     -             0  {result.outcome}"]


@pytest.mark.parametrize(
    ("program", "outcome"), [("print('done')", "passed"), ("print('done'); exit(3)", "FAILED")]
)
def test_a_version_that_is_there(
    program: str, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a version printed is kept, and it has failed when a command of it has."""
    here = Path(sys.executable)
    monkeypatch.setattr(test_versions, "interpreters", lambda _version: iter([sys.executable]))
    monkeypatch.setattr(test_versions, "installed", lambda _version, _interpreter: here)
    monkeypatch.setattr(test_versions, "TESTS", [("-c", program)])
    result = result_of("3.1")
    assert (result.outcome, result.output.splitlines()[0]) == (outcome, "done")


def test_a_python_that_runs_this_needs_no_other_environment() -> None:
    """The version of the development environment is tested in it, and nothing is installed."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert test_versions.installed(here, "not used") == Path(sys.executable)


@pytest.mark.parametrize(
    ("found", "expected"), [("", ""), ("3.9", "3.9"), ("3.9 3.10 3.11 3.13", "3.9 3.13")]
)
def test_the_ends_are_the_oldest_and_the_newest_python(found: str, expected: str) -> None:
    """Of all Pythons that are found the first and the last are the ends."""
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
    """A run of all targets ends at the first that fails, with the seconds of each before it."""
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
        ([KNOWN, UNKNOWN], "", 0, "asked about 1 packages; its service does not know 1 more."),
        ([KNOWN, BAD], "", 1, "c 2.0: PYSEC-1, fixed in 2.1\n"),
        ([UNKNOWN], "", 0, "was skipped: its service knows none of the packages"),
        (None, UNREACHABLE, 0, "was skipped: its service cannot be reached"),
        (None, "ERROR: line 1 is invalid\n", 1, "line 1 is invalid"),
    ],
)
def test_what_an_audit_came_to(
    packages: list[dict] | None,
    complaint: str,
    status: int,
    sentence: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Only a vulnerability or a failure is an error, and an audit of nothing is no success."""
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
    """Parts of this commit are summed by test, and those that failed or are missing are named."""
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
    """What a sync did can be told although a table lacks the columns that Fivetran adds."""
    path = tmp_path / "warehouse.db"
    with duckdb.connect(str(path)) as warehouse:
        warehouse.execute("CREATE SCHEMA tester")
        warehouse.execute("CREATE TABLE tester.tags (id VARCHAR PRIMARY KEY)")
    assert changes(path, datetime.now(timezone.utc)) == {"tags": Change(0, 0, 0, 0)}
