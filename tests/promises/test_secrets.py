"""A sync under `fivetran debug` leaves no secret and no personal data behind.

The emulated account has a marked secret or a marked person in each field that could hold one.
Every file, warehouse value and printed line is then searched for the marks.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest

from support.account import TOKEN, Account
from support.copied import set_constant
from support.examples import COMPUTED, EXAMPLES, Example
from support.examples.acting import begin, put_all
from support.warehouse import Warehouse
from tools.user.fivetran import command, environment

COVERAGE = "tester.sync_coverage"
SECRET, PERSON = "planted-secret", "planted-person"
MARKS = (SECRET, PERSON, TOKEN)

SOMEBODY = {
    "firstName": PERSON,
    "lastName": PERSON,
    "email": f"{PERSON}@people.example.com",
    "avatarUrl": f"https://avatars.example.com/{PERSON}.png",
}
SECRETS = {
    "token": SECRET,
    "accessToken": SECRET,
    "clientSecret": SECRET,
    "value": SECRET,
    "redactedValue": SECRET,
    "invitationUrl": f"https://be.example.com/invitations/{SECRET}",
    "targetUrl": f"https://hook.example.com/{SECRET}",
    "httpBasicPassword": SECRET,
    "privateKey": SECRET,
    "secret": {"value": SECRET},
    "request": {"headers": {"Authorization": SECRET}, "body": SECRET},
    "response": {"headers": {"Set-Cookie": SECRET}, "body": SECRET},
}
ECHO = {
    "sys": {"type": "Error", "id": "AccessDenied"},
    "message": f"Bearer {TOKEN} of {PERSON} may not call https://a:{SECRET}@b.example.com/{SECRET}",
    "details": {"user": SOMEBODY, "token": TOKEN, "secrets": SECRETS},
    "requestId": TOKEN,
}
ECHOED = {"X-Contentful-Request-Id": TOKEN, "Set-Cookie": f"session={SECRET}"}


@pytest.fixture
def account(emulator: Account) -> Account:
    """Create two records of each table, full of marked secrets and marked people."""
    begin(emulator)
    for example in (one for one in EXAMPLES if one.table not in COMPUTED):
        for collection, record in example.around:
            emulator.put(collection, json.loads(json.dumps(record).replace("SECRET", SECRET)))
        second = example.named("second-" + example.collection.rpartition("/")[2])
        put_all(emulator, ((one.collection, planted(one)) for one in (example, second)))
    for path in ("/organizations/acme/teams", "*/workflows"):
        emulator.fault(path, status=403, body=ECHO, headers=ECHOED)
    emulator.fault("*/tags", status=503, body=ECHO, headers=ECHOED, times=1)
    with_includes(emulator, "/organizations/acme/organization_memberships")
    with_a_cursor(emulator)
    return emulator


def planted(example: Example) -> dict[str, Any]:
    """Return a record with additional secrets and people."""
    record = json.loads(json.dumps(example.record).replace("SECRET", SECRET))
    if "record" in example.rows[0]:
        # Experimental tables keep whole records, as SECURITY.md says.
        return record
    people = {
        key: {**record["sys"][key], **SOMEBODY}
        for key in ("createdBy", "updatedBy", "user", "publishedBy")
        if key in record["sys"]
    }
    named = {"name": PERSON} if "name" in example.personal else {}
    is_person = bool(example.personal)
    own = {**record, **{key: SOMEBODY[key] for key in SOMEBODY if is_person and key in record}}
    return {**SECRETS, **own, **named, "sys": {**SECRETS, **record["sys"], **people}}


def with_includes(account: Account, path: str) -> None:
    """Let the API include linked people in the page of a collection."""
    items = account.stored(path[1:])
    page = {"sys": {"type": "Array"}, "total": len(items), "limit": 100, "skip": 0}
    body = {**page, "items": items, "includes": {"User": [SOMEBODY]}}
    account.fault(path, status=200, body=body)


def with_a_cursor(account: Account) -> None:
    """Let the API return spaces in two pages, with a cursor that must stay secret."""
    page = {"sys": {"type": "Array"}, "limit": 2}
    first = {**page, "items": account.stored("spaces")}
    following = {"pages": {"next": f"/spaces?pageNext={SECRET}"}}
    account.fault("/spaces", status=200, body={**first, **following}, times=1)
    account.fault("/spaces", status=200, body={**page, "items": [], "pages": {}}, times=1)


@pytest.fixture
def project(project: Path) -> Path:
    """Return a copy of the connector's folder, next to folders for all other files."""
    for folder in ("home", "tmp"):
        (project.parent / folder).mkdir()
    set_constant(project / "contentful_cma/tables/table.py", "look_back", 40)
    return project


def configured(
    account: Account, personal_data: str, tables: str = "all, history"
) -> dict[str, str]:
    """Return the settings that read tables, by default all, with debug logging."""
    return {
        "access_token": TOKEN,
        "base_url": account.url,
        "tables": tables,
        "enable_debug_logging": "true",
        "personal_data": personal_data,
        "retry_attempts": "1",
    }


def debug(project: Path, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `fivetran debug` with a separate home and a separate folder for temporary files."""
    configuration = project / "configuration.json"
    configuration.write_text(json.dumps(settings), encoding="utf-8")
    done = subprocess.run(
        command("debug", str(project), "--configuration", str(configuration)),
        env={
            **environment(),
            "HOME": str(project.parent / "home"),
            "TMPDIR": str(project.parent / "tmp"),
        },
        cwd=project,
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=100,
    )
    configuration.unlink()
    return done


def values_of(project: Path) -> dict[str, list[Any]]:
    """Return every value of the warehouse by table, because its file may be compressed."""
    with duckdb.connect(str(project / "files" / "warehouse.db"), read_only=True) as connection:
        tables = connection.execute("SELECT schema_name, table_name FROM duckdb_tables()")
        return {
            f"{schema}.{table}": connection.execute(
                f'SELECT COLUMNS(*)::VARCHAR FROM "{schema}"."{table}"'  # noqa: S608
            ).fetchall()
            for schema, table in tables.fetchall()
        }


def marked(project: Path, done: subprocess.CompletedProcess[str]) -> list[tuple[str, str]]:
    """Return each mark that a run left, in upper or lower case, with its place."""
    left = {"output": done.stdout, "errors": done.stderr}
    left.update((table, str(rows)) for table, rows in values_of(project).items())
    for path in project.parent.rglob("*"):
        if path.is_file():
            left[str(path)] = path.read_bytes().decode("latin-1")
    return marks_in(left)


def marks_in(left: dict[str, str]) -> list[tuple[str, str]]:
    """Return each mark found in these texts, with the name of the text."""
    return [
        (mark, name)
        for name, content in left.items()
        for mark in MARKS
        if mark.lower() in content.lower()
    ]


def assert_planted(account: Account) -> None:
    """Check that the account is full of marks."""
    shown = json.dumps([account.stored(one.collection) for one in EXAMPLES])
    assert min(shown.count(mark) for mark in (SECRET, PERSON)) > 20


def assert_whole(account: Account, fewest: int, filled: list[str], coverage: object) -> None:
    """Check that a sync filled tables, met the refusals, and followed the cursor."""
    assert len(filled) >= fewest
    assert "AccessDenied" in str(coverage)
    assert [one for one in account.requests() if "pageNext" in one["query"]]


@pytest.mark.process
@pytest.mark.parametrize(
    "tables", ["core, people, content", pytest.param("all, history", marks=pytest.mark.deep)]
)
def test_a_sync_leaves_no_secret_and_no_person(
    project: Path, account: Account, tables: str
) -> None:
    """A sync with debug logging leaves no secret and no personal data in any file."""
    assert_planted(account)
    done = debug(project, configured(account, "exclude", tables))
    assert done.returncode == 0, done.stdout + done.stderr
    assert marked(project, done) == []
    found = values_of(project)
    fewest = len(EXAMPLES) - len(COMPUTED) if tables == "all, history" else 0
    assert_whole(account, fewest, [name for name, rows in found.items() if rows], found[COVERAGE])
    assert "pageNext" not in done.stdout


@pytest.mark.parametrize(
    ("personal_data", "marks"),
    [("include", (SECRET, TOKEN)), ("hash", MARKS), ("exclude", MARKS)],
)
def test_no_row_state_or_line_has_a_secret(
    account: Account, warehouse: Warehouse, personal_data: str, marks: tuple[str, ...]
) -> None:
    """No row, state or log line has a secret; only `include` lets personal data through."""
    assert_planted(account)
    run = warehouse.sync(configured(account, personal_data))
    assert run.error is None
    left = {"rows": run.written, "states": run.states, "log": [run.messages, run.warnings]}
    found = marks_in({name: json.dumps(one) for name, one in left.items()})
    assert [(mark, name) for mark, name in found if mark in marks] == []
    tables = list(warehouse.tables)
    fewest = len(EXAMPLES) - len(COMPUTED)
    assert_whole(account, fewest, tables, warehouse.rows("SYNC_COVERAGE"))
    assert "pageNext" not in json.dumps(run.messages)


@pytest.mark.process
@pytest.mark.deep
def test_a_second_sync_of_all_tables_writes_nothing(project: Path, account: Account) -> None:
    """A second sync of all tables with the state that the SDK keeps writes 0 rows."""
    account.control("DELETE", "faults")
    first, second = (debug(project, configured(account, "include")) for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0), second.stdout + second.stderr
    assert "0 rows written, 0 deleted" not in first.stdout
    assert "0 rows written, 0 deleted" in second.stdout


@pytest.mark.process
@pytest.mark.parametrize(
    ("personal_data", "status"),
    [("hash", 500), pytest.param("exclude", 401, marks=pytest.mark.deep)],
)
def test_a_sync_that_fails_leaves_no_secret_and_no_person(
    project: Path, account: Account, personal_data: str, status: int
) -> None:
    """A failed sync leaves no secret and no personal data, its crash report included."""
    account.fault("*/assets", status=status, body=ECHO, headers=ECHOED)
    account.fault("/spaces", status=status, body=ECHO, headers=ECHOED, after=1)
    done = debug(project, configured(account, personal_data, "core, people, content"))
    assert done.returncode == 1
    assert f"answered {status} (no request id)" in done.stdout + done.stderr
    assert [path for path in project.rglob("*") if "crash" in path.name]
    assert marked(project, done) == []
