"""The checks of the setup form."""

from __future__ import annotations

import pytest

from contentful_cma.sync.setup_checks import check_account, check_environment, check_token
from support.account import TOKEN, Account

CHECKS = {"token": check_token, "account": check_account, "environment": check_environment}


@pytest.mark.parametrize(
    ("failing", "settings", "reason"),
    [
        ("token", {"access_token": "CFPAT-wrong"}, "refused the access token"),
        (
            "account",
            {"space_ids": "nothing-like-it"},
            "space_ids must name ids that the account has (got",
        ),
        ("environment", {"environment_id": "staging"}, "environment_id must name environments of"),
        ("environment", {"environment_id": "master,staging"}, "(got 'staging')"),
        ("token", {"region": "mars"}, "region must be us or eu (got 'mars')."),
        ("account", {"region": "mars"}, "region must be us or eu (got 'mars')."),
        ("environment", {"region": "mars"}, "region must be us or eu (got 'mars')."),
    ],
)
def test_a_failed_check_shows_the_reason(
    account: Account, failing: str, settings: dict[str, str], reason: str
) -> None:
    """Each check of the setup form reports a problem in one sentence, without the token."""
    account.reset(spaces=2)
    given = {"access_token": TOKEN, "base_url": account.url, **settings}
    problem = CHECKS[failing](given)
    assert reason in str(problem)
    assert given["access_token"] not in str(problem)


def test_all_checks_pass(account: Account) -> None:
    """An account with the environment passes every check."""
    account.reset(spaces=2)
    given = {"access_token": TOKEN, "base_url": account.url, "environment_id": "master"}
    assert [check(given) for check in CHECKS.values()] == [None, None, None]
