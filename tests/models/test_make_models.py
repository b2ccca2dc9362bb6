"""`make models` with unusable warehouses and unknown names."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import duckdb
import pytest
from engines import TYPED_FROM, Project, duckdb_project, write_typed

from benchmarks.models_scale import fill
from report.answers import NoReport, Schemas, opened
from support.terminal import terminal
from tools.project import ROOT
from tools.user.models import QUERY

OLD = ("--assume-old=.venv/.installed", "--assume-old=.venv-models/.installed")
MAKE = (shutil.which("make") or "make", *OLD)
"""Older environments stay: an update would install the emulator of the checkout into them."""
LIMIT_SECONDS = 240
TYPED = Path("dbt_contentful", "integration_tests", "models", "typed")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a warehouse of s/master, s/staging and t/staging; t/staging has an entry."""
    warehouse = tmp_path_factory.mktemp("filled") / "warehouse.db"
    fill(warehouse, 10)
    with duckdb.connect(str(warehouse)) as connection:
        for table in ("content_types", "content_type_fields", "locales"):
            for space in ("s", "t"):
                connection.execute(
                    f"INSERT INTO tester.{table} BY NAME SELECT * REPLACE ('{space}' AS space_id,"
                    f" 'staging' AS environment_id) FROM tester.{table}"
                    " WHERE environment_id = 'master'"
                )
        connection.execute(
            "INSERT INTO tester.entries BY NAME SELECT * REPLACE ('t' AS space_id,"
            " 'staging' AS environment_id) FROM tester.entries WHERE id = 'e1'"
        )
    return warehouse


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the files that `make models` needs, with this project's environments."""
    place = tmp_path_factory.mktemp("checkout")
    left_out = shutil.ignore_patterns("target", "logs", "dbt_packages", "__pycache__")
    for name in ("dbt_contentful", "emulator", "report", "requirements", "tools"):
        shutil.copytree(ROOT / name, place / name, ignore=left_out)
    shutil.rmtree(place / TYPED.parent, ignore_errors=True)
    shutil.copy2(ROOT / "Makefile", place)
    for name in (".venv", ".venv-models"):
        (place / name).symlink_to(ROOT / name)
    return place


@pytest.fixture
def warehouse(filled: Path, tmp_path: Path) -> Path:
    """Give a copy of the warehouse."""
    return Path(shutil.copy(filled, tmp_path))


def make(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `make models` in a checkout."""
    return subprocess.run(
        [*MAKE, "models", *arguments],
        cwd=checkout,
        check=False,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
    )


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """Return the message of a failed run, without make's own last line."""
    assert done.returncode == 2, done.stdout
    *message, end = done.stderr.splitlines()
    # A make that another make called shows its level in brackets.
    assert re.match(r"make(\[\d+\])?: \*\*\* ", end)
    return "\n".join(message)


def report_message(warehouse: Path) -> str:
    """Return the report's message about a warehouse."""
    with pytest.raises(NoReport) as refused, opened(warehouse, Schemas()):
        pass
    return str(refused.value)


def models(checkout: Path) -> dict[str, str]:
    """Return the typed models by the names of their files."""
    return {one.name: one.read_text(encoding="utf-8") for one in (checkout / TYPED).iterdir()}


def leave_broken_models(folder: Path) -> None:
    """Leave models that dbt cannot read, such as 1.0.0 wrote."""
    folder.mkdir(parents=True)
    broken = "-- written by contentful_models.\n{{ broken"
    for name in ("contentful_article", "contentful_old"):
        (folder / f"{name}.sql").write_text(broken, encoding="utf-8")
        (folder / f"{name}.yml").write_text('version: "\\ud83d"', encoding="utf-8")


@pytest.mark.models
def test_the_given_environment_is_built(checkout: Path, warehouse: Path) -> None:
    """The given environment replaces models that dbt cannot read; a typo deletes no model."""
    leave_broken_models(checkout / TYPED)
    done = make(checkout, f"WAREHOUSE={warehouse}", "ENVIRONMENT=staging")
    assert done.returncode == 0, done.stderr
    built, *_, then, other = done.stdout.partition("\nBuilt ")[2].splitlines()
    assert re.fullmatch(r"\d+ models and passed \d+ tests in \d+ s\.", built)
    assert then == f"Next: make query SQL='{QUERY}' WAREHOUSE={warehouse}"
    assert other == f"  or: make report WAREHOUSE={warehouse}"
    written = models(checkout)
    assert sorted(written) == ["contentful_article.sql", "contentful_article.yml"]
    assert "-- Entries of `article` in t/staging; written" in written["contentful_article.sql"]
    refused = make(checkout, f"WAREHOUSE={warehouse}", "SPACE=typo")
    assert sentence(refused) == (
        "No model was changed in models/typed:"
        " No content types found in typo/master. Available: s/master, t/staging, s/staging."
    )
    assert models(checkout) == written


@pytest.mark.models
def test_a_terminal_shows_the_progress(checkout: Path, warehouse: Path) -> None:
    """On a terminal, a live line shows the number of the model, and the summary ends it."""
    command = (*MAKE, "models", f"WAREHOUSE={warehouse}")
    with terminal(checkout, *command, TERM="xterm", COLUMNS="80") as shell:
        assert shell.status() == 0, shell.shown
    shown = " ".join(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shell.shown).split())
    assert re.search(r"Step 2 of 4, models of the package and their tests: \d+ of \d+\.", shown)
    assert "of 0." not in shown
    assert re.search(r"Built \d+ models and passed \d+ tests in \d+ s\. The marts are in", shown)


@pytest.fixture(scope="module")
def staged(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give a project with the staging models that the operation needs."""
    folder = tmp_path_factory.mktemp("staged")
    project = duckdb_project(folder, Path(shutil.copy(filled, folder)), "UTC", {})
    project.dbt("run", "--select", *(f"stg_contentful__{table}" for table in TYPED_FROM))
    return project


@pytest.mark.models
@pytest.mark.parametrize(
    ("named", "message"),
    [
        (
            {"space": "t"},
            "No content types found in t/master. Available: s/master, t/staging, s/staging.",
        ),
        (
            {"environment": "it's {{ 1 }}"},
            "No content types found in */it's {{ 1 }}. Available: s/master, t/staging, s/staging.",
        ),
        (
            {"space": "s", "locale": "xx"},
            "No locale xx in s/master. Available: en-US, de-DE.",
        ),
    ],
)
def test_unknown_names_are_refused(staged: Project, named: dict[str, str], message: str) -> None:
    """An unknown space, environment or locale is refused, with a list of the known ones."""
    with pytest.raises(RuntimeError, match=re.escape(message)):
        staged.dbt("run-operation", "contentful_models", "--args", json.dumps(named))


@pytest.mark.models
def test_models_of_several_spaces_are_built(staged: Project) -> None:
    """Content types of the same id in two spaces are built by one run, or from two folders."""
    write_typed(staged, "both", space=["s", "t"], environment="staging")
    write_typed(staged, "one", space="s", environment="master", prefix="same_")
    write_typed(staged, "two", space="t", environment="staging", prefix="same_")
    staged.dbt("run", "--select", "contentful_integration_tests")
    folder = staged.folder / "integration_tests" / "models"
    assert sorted(file.stem for file in folder.rglob("*.sql")) == [
        *("both_article", "both_t_article", "same_article", "same_t_article"),
    ]


@contextmanager
def locked(warehouse: Path) -> Iterator[None]:
    """Hold the lock of a warehouse in another program."""
    hold = "import duckdb, sys; a = duckdb.connect(sys.argv[1]); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout
        assert program.stdout.readline() == "\n"
        yield
        program.communicate("\n")


@pytest.mark.models
def test_an_unreadable_warehouse_is_reported(checkout: Path, warehouse: Path) -> None:
    """A locked, damaged or empty warehouse gives the report's message, and no traceback."""
    with locked(warehouse):
        locked_out = sentence(make(checkout, f"WAREHOUSE={warehouse}"))
        assert locked_out == report_message(warehouse)
    assert "Could not set lock" in locked_out
    assert locked_out.endswith("\nClose the program that has it open, and run the command again.")
    cut_off, nothing = warehouse.with_name("cut_off.db"), warehouse.with_name("nothing.db")
    cut_off.write_bytes(warehouse.read_bytes()[:60_000])
    nothing.touch()
    for damaged in (cut_off, nothing):
        assert sentence(make(checkout, f"WAREHOUSE={damaged}")) == report_message(damaged)
    empty = warehouse.with_name("empty.db")
    duckdb.connect(str(empty)).close()
    assert sentence(make(checkout, f"WAREHOUSE={empty}")) == (
        f"{empty} has no tables of the connector.\n"
        "Run `make sync` or `make demo`, or name another one with WAREHOUSE=path.db."
    )


@pytest.mark.models
def test_damage_that_dbt_finds_is_reported(checkout: Path, warehouse: Path) -> None:
    """Damage in the middle of a warehouse is reported without a traceback."""
    content = bytearray(warehouse.read_bytes())
    # All blocks except the first, which DuckDB reads when it opens the file.
    for block in range(300_000, len(content), 262_144):
        content[block : block + 64] = b"\xff" * 64
    warehouse.write_bytes(content)
    message = sentence(make(checkout, f"WAREHOUSE={warehouse}"))
    assert message.startswith(f"{warehouse} cannot be read: IO Error: Corrupt database file: ")
    assert len(message.splitlines()) == 2


def is_locked(warehouse: Path) -> bool:
    """Return whether a program holds the lock of a warehouse."""
    try:
        duckdb.connect(str(warehouse), read_only=True).close()
    except duckdb.IOException:
        return True
    return False


@pytest.mark.models
@pytest.mark.parametrize("is_terminal", [True, False])
def test_dbt_ends_with_make(checkout: Path, warehouse: Path, *, is_terminal: bool) -> None:
    """Terminating make, or Ctrl-C in its terminal, also ends dbt and unlocks the warehouse."""
    with subprocess.Popen(
        [*MAKE, "models", f"WAREHOUSE={warehouse}"],
        cwd=checkout,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # A worker of pytest-xdist ignores Ctrl-C, and its child processes would, too.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - see above
    ) as program:
        assert program.stdout
        for line in program.stdout:
            if line.startswith("Step 2 of 4"):
                break
        end = time.monotonic() + LIMIT_SECONDS
        while not is_locked(warehouse):
            assert program.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        if is_terminal:
            os.killpg(program.pid, signal.SIGINT)
        else:
            program.terminate()
        rest = program.stdout.read()
        assert program.wait() != 0
    assert not is_locked(warehouse)
    assert "Traceback" not in rest
    assert len(rest.splitlines()) == 1, rest
