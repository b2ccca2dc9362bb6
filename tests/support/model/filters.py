"""What a sync has to make of its filters: a slip of the pen ends it before anything is deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import Enum

from support.account import Account
from support.model.expected import IN_ENVIRONMENTS, IN_SPACES, PER_PARENT

NEEDS_ENVIRONMENTS = frozenset(("ENVIRONMENTS", *IN_ENVIRONMENTS, *PER_PARENT))
NEEDS_SPACES = frozenset(("SPACES", *IN_SPACES)) | NEEDS_ENVIRONMENTS


class Verdict(Enum):
    """Whether a sync has to fail and touch nothing, has to succeed, or may do either."""

    REFUSED = "refused"
    EITHER = "either"
    WORKS = "works"


class Filters:
    """What the account has had so far, beside what settings name and what syncs have found."""

    def __init__(self, account: Account) -> None:
        """Begin before the first sync."""
        self._account = account
        self._spaces: set[str] = set()
        self._names: set[str] = set()
        self._had_spaces = False

    def forget(self) -> None:
        """Begin again: the next sync knows of no earlier one."""
        self._had_spaces = False

    def verdict(self, tables: Collection[str], configuration: Mapping[str, str]) -> Verdict:
        """Say what has to become of a sync that nothing disturbs.

        A name that the account once had is left to the connector, which may or may not know it;
        one of another kind is a slip of the pen.
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
            # Default locales are read in an environment that nothing else may need.
            is_open = "SPACES" in tables and verdict is not Verdict.WORKS
            return Verdict.EITHER if is_open else Verdict.WORKS
        return verdict

    def synced(
        self, tables: Collection[str], configuration: Mapping[str, str], *, is_quiet: bool
    ) -> None:
        """Note what the account has at the end of a sync that was quiet and succeeded, or not."""
        spaces = {one["sys"]["id"] for one in self._account.stored("spaces")}
        self._spaces |= spaces
        self._names |= {name for space in spaces for name in self._environments(space)}
        if not NEEDS_SPACES.isdisjoint(tables):
            is_whole = not _ids(configuration, "space_ids")
            self._had_spaces = bool(spaces) and ((is_quiet and is_whole) or self._had_spaces)

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
