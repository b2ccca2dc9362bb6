"""`make models` on warehouses and with names that are not as it needs them."""

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
from engines import TYPED_FROM, Project, duckdb_project

from benchmarks.models_scale import fill
from report.answers import NoReport, Schemas, opened
from tools.project import ROOT

MAKE = shutil.which("make") or "make"
LIMIT_SECONDS = 240
TYPED = Path("dbt_contentful", "integration_tests", "models", "typed")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a warehouse of s/master, and of s/staging and t/staging, of which t has an entry."""
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
    """Give a copy of what the target needs, with the virtual environments of this project."""
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
        [MAKE, "models", *arguments],
        cwd=checkout,
        check=False,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
    )


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """Return the message of a run that failed, without the line in which make says so."""
    assert done.returncode == 2, done.stdout
    *message, end = done.stderr.splitlines()
    # A make that another one called has its level in brackets.
    assert re.match(r"make(\[\d+\])?: \*\*\* ", end)
    return "\n".join(message)


def of_the_report(warehouse: Path) -> str:
    """Return the message of the report about a warehouse."""
    with pytest.raises(NoReport) as refused, opened(warehouse, Schemas()):
        pass
    return str(refused.value)


def models(checkout: Path) -> dict[str, str]:
    """Return the typed models by the names of their files."""
    return {one.name: one.read_text(encoding="utf-8") for one in (checkout / TYPED).iterdir()}


def left_by_others(folder: Path) -> None:
    """Leave models that dbt cannot read, as 1.0.0 wrote them."""
    folder.mkdir(parents=True)
    broken = "-- written by contentful_models.\n{{ broken"
    for name in ("contentful_article", "contentful_old"):
        (folder / f"{name}.sql").write_text(broken, encoding="utf-8")
        (folder / f"{name}.yml").write_text('version: "\\ud83d"', encoding="utf-8")


@pytest.mark.models
def test_the_environment_that_was_named_is_built(checkout: Path, warehouse: Path) -> None:
    """The named environment is built over models that dbt cannot read; a typo deletes nothing."""
    left_by_others(checkout / TYPED)
    done = make(checkout, f"WAREHOUSE={warehouse}", "ENVIRONMENT=staging")
    assert done.returncode == 0, done.stderr
    written = models(checkout)
    assert sorted(written) == ["contentful_article.sql", "contentful_article.yml"]
    assert "-- Entries of `article` in t/staging; written" in written["contentful_article.sql"]
    refused = make(checkout, f"WAREHOUSE={warehouse}", "SPACE=typo")
    assert sentence(refused) == (
        "No model was changed in models/typed:"
        " There are no content types of typo/master, but of s/master, t/staging, s/staging."
    )
    assert models(checkout) == written


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
            "There are no content types of t/master, but of s/master, t/staging, s/staging.",
        ),
        (
            {"environment": "it's {{ 1 }}"},
            "There are no content types of */it's {{ 1 }}, but of s/master, t/staging, s/staging.",
        ),
        (
            {"space": "s", "locale": "xx"},
            "There is no locale xx in s/master, but en-US, de-DE.",
        ),
    ],
)
def test_names_that_are_not_there_are_refused(
    staged: Project, named: dict[str, str], message: str
) -> None:
    """A space, environment or locale that is not there is refused with those that are there."""
    with pytest.raises(RuntimeError, match=re.escape(message)):
        staged.dbt("run-operation", "contentful_models", "--args", json.dumps(named))


@contextmanager
def locked(warehouse: Path) -> Iterator[None]:
    """Let another program hold the lock of a warehouse."""
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
def test_a_warehouse_that_cannot_be_read_is_named(checkout: Path, warehouse: Path) -> None:
    """A locked, damaged or empty warehouse gets the sentence of the report, and no traceback."""
    with locked(warehouse):
        locked_out = sentence(make(checkout, f"WAREHOUSE={warehouse}"))
        assert locked_out == of_the_report(warehouse)
    assert "Could not set lock" in locked_out
    assert locked_out.endswith("\nClose the program that has it open, and run the command again.")
    cut_off, nothing = warehouse.with_name("cut_off.db"), warehouse.with_name("nothing.db")
    cut_off.write_bytes(warehouse.read_bytes()[:60_000])
    nothing.touch()
    for damaged in (cut_off, nothing):
        assert sentence(make(checkout, f"WAREHOUSE={damaged}")) == of_the_report(damaged)
    empty = warehouse.with_name("empty.db")
    duckdb.connect(str(empty)).close()
    assert sentence(make(checkout, f"WAREHOUSE={empty}")) == (
        f"{empty} has no tables of the connector.\n"
        "Run `make sync` or `make demo KEEP=1`, or name another one with WAREHOUSE=path.db."
    )


@pytest.mark.models
def test_damage_that_dbt_finds_is_named(checkout: Path, warehouse: Path) -> None:
    """Damage in the middle of a warehouse is named in a sentence, without a traceback."""
    content = bytearray(warehouse.read_bytes())
    # Every block but the first ones, which DuckDB reads when it opens the file.
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
    """A termination of make, or Ctrl-C in its terminal, ends dbt, too, and frees the warehouse."""
    with subprocess.Popen(
        [MAKE, "models", f"WAREHOUSE={warehouse}"],
        cwd=checkout,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # A worker of pytest-xdist ignores Ctrl-C, and what it starts would, too.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - see above
    ) as program:
        assert program.stdout
        for line in program.stdout:
            if line.startswith("dbt build"):
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
