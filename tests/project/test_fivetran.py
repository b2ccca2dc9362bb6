"""The connector under Fivetran's own command line, against the emulated account."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from support.account import TOKEN, Account
from support.core import NO_LICENSE
from tools.user import local_warehouse
from tools.user.fivetran import command, environment

pytestmark = pytest.mark.process


def fivetran(project: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command line with these settings in ``configuration.json``."""
    (project / "configuration.json").write_text(json.dumps(settings), encoding="utf-8")
    return subprocess.run(
        command(*arguments),
        env=environment(),
        cwd=project,
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=100,
    )


def debug(project: Path, account: Account, **more: str) -> subprocess.CompletedProcess[str]:
    """Run ``fivetran debug`` against the account."""
    settings = {"access_token": TOKEN, "base_url": account.url, **more}
    arguments = ("debug", str(project), "--configuration", str(project / "configuration.json"))
    return fivetran(project, *arguments, **settings)


def test_rows_arrive_as_they_are_and_only_once(project: Path, account: Account) -> None:
    """Ids like numbers stay text, instants are in UTC, and a second sync writes nothing."""
    account.reset()
    for space_id in ("00123", "1e5"):
        account.put_space(space_id, "2025-01-02T03:04:05Z")
    done = debug(project, account)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 rows written, 0 deleted" not in done.stdout
    rows = local_warehouse.live(local_warehouse.read(project)["spaces"])
    organization = account.stored("organizations")[0]["sys"]["id"]
    assert list(rows) == [("00123",), ("1e5",)]
    del rows["00123",]["_fivetran_synced"]
    assert rows["00123",] == {
        "id": "00123",
        "name": "Space 00123",
        "organization_id": organization,
        "default_locale": "en-US",
        "type": "Space",
        "version": "3",
        "created_at": "2024-05-06 07:08:09+00",
        "updated_at": "2025-01-02 03:04:05+00",
        "created_by_id": "user-1",
        "created_by_type": "User",
        "updated_by_id": "user-1",
        "updated_by_type": "User",
        "archived_at": None,
        **NO_LICENSE,
        "_fivetran_deleted": "false",
    }
    again = debug(project, account)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "0 rows written, 0 deleted" in again.stdout


def test_a_wrong_setting_ends_the_run_with_the_rule(project: Path, account: Account) -> None:
    """A wrong setting ends the run with the key, the rule and the value."""
    done = debug(project, account, retry_attempts="many")
    assert done.returncode == 1
    expected = "retry_attempts must be a whole number from 0 to 20 (got 'many')."
    assert expected in done.stdout + done.stderr


def test_the_setup_tests_pass(project: Path, account: Account) -> None:
    """All three setup tests pass for an account with the environment."""
    account.reset(spaces=2)
    settings = {"access_token": TOKEN, "base_url": account.url, "environment_id": "master"}
    done = fivetran(project, "configuration", str(project), "--test", **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All tests passed" in done.stdout


def test_a_failed_setup_test_shows_its_reason(project: Path, account: Account) -> None:
    """The command line shows the reason of a failed check, without the token."""
    account.reset(spaces=2)
    given = {"access_token": "CFPAT-wrong", "base_url": account.url}
    done = fivetran(project, "configuration", str(project), "--test", **given)
    assert done.returncode == 1
    assert "refused the access token" in done.stdout + done.stderr
    assert given["access_token"] not in done.stdout + done.stderr
