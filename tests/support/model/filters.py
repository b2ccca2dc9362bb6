"""Expected result of a sync by its filters: a mistyped id fails it before a row is deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import Enum

from support.account import Account
from support.model.expected import IN_ENVIRONMENTS, IN_SPACES, PER_PARENT

BELOW_ENVIRONMENTS = frozenset((*IN_ENVIRONMENTS, *PER_PARENT))
NEEDS_ENVIRONMENTS = BELOW_ENVIRONMENTS | {"ENVIRONMENTS"}
NEEDS_SPACES = frozenset(("SPACES", *IN_SPACES)) | NEEDS_ENVIRONMENTS


class Verdict(Enum):
    """Whether a sync must fail without changes, must succeed, or may do either."""

    REFUSED = "refused"
    EITHER = "either"
    WORKS = "works"


class Filters:
    """Spaces and environments that the account had, in addition to its present ones."""

    def __init__(self, account: Account) -> None:
        """Start before the first sync."""
        self._account = account
        self._spaces: set[str] = set()
        self._names: set[str] = set()
        self._had_spaces = False

    def forget(self) -> None:
        """Start again: the next sync knows no earlier one."""
        self._had_spaces = False

    def verdict(self, tables: Collection[str], configuration: Mapping[str, str]) -> Verdict:
        """Return the expected result of an undisturbed sync.

        With an id that the account once had, either result is allowed, because the connector may
        know it.  An id of another kind is a typo.
        """
        organizations = {one["sys"]["id"] for one in self._account.stored("organizations")}
        if not _ids(configuration, "organization_ids") <= organizations:
            return Verdict.REFUSED
        spaces = {one["sys"]["id"] for one in self._account.stored("spaces")}
        if NEEDS_SPACES.isdisjoint(tables):
            return Verdict.WORKS
        if not spaces:
            return Verdict.REFUSED if self._had_spaces else Verdict.EITHER
        wanted = _ids(configuration, "space_ids") or spaces
        verdict = _judged(wanted, spaces, self._spaces)
        if verdict is not Verdict.WORKS:
            return verdict
        names = {name for space in wanted for name in self._environments(space)}
        verdict = _judged(_ids(configuration, "environment_id") - {"*"}, names, self._names)
        if NEEDS_ENVIRONMENTS.isdisjoint(tables):
            # Default locales are read in an environment that other tables may not need.
            is_open = "SPACES" in tables and verdict is not Verdict.WORKS
            return Verdict.EITHER if is_open else Verdict.WORKS
        return verdict

    def synced(
        self, tables: Collection[str], configuration: Mapping[str, str], *, is_certain: bool
    ) -> None:
        """Note the spaces and environments at the end of a sync."""
        spaces = {one["sys"]["id"] for one in self._account.stored("spaces")}
        self._spaces |= spaces
        self._names |= {name for space in spaces for name in self._environments(space)}
        if not NEEDS_SPACES.isdisjoint(tables):
            is_whole = not _ids(configuration, "space_ids")
            self._had_spaces = bool(spaces) and ((is_certain and is_whole) or self._had_spaces)

    def _environments(self, space: str) -> set[str]:
        found = set()
        for record in self._account.stored(f"spaces/{space}/environments"):
            aliases = record["sys"].get("aliases", ())
            found |= {record["sys"]["id"], *(one["sys"]["id"] for one in aliases)}
        return found


def _judged(wanted: set[str], there: set[str], ever: set[str]) -> Verdict:
    if wanted <= there:
        return Verdict.WORKS
    return Verdict.EITHER if wanted <= there | ever else Verdict.REFUSED


def _ids(configuration: Mapping[str, str], setting: str) -> set[str]:
    return {one for one in configuration.get(setting, "").split(",") if one}
