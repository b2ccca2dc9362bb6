"""Whether what the settings name is there: a slip of the pen must delete nothing."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from contentful_cma.errors import AccountEmpty
from contentful_cma.settings.configuration import Configuration
from contentful_cma.state.state import State

from .discovery import Discovery

NOT_NAMED = (("*",), ("master",))
"""All environments, and the one that is read where the setting names none."""

MOST_NAMED = 3
"""Ids that are named in a sentence as the nearest ones."""


class Selection:
    """What the settings name, beside what was listed and what the state knows."""

    def __init__(self, configuration: Configuration, discovery: Discovery, state: State) -> None:
        """Compare the settings with what *discovery* has seen and *state* knows."""
        self._configuration = configuration
        self._discovery = discovery
        self._state = state

    def check(self) -> list[str]:
        """Return what to warn about: ids that the state knows and that are gone.

        ValueError for ids that neither the account nor the state has, and for a selection that is
        empty as a whole because of a filter; nothing is told by a listing that is not complete.
        """
        asked, found, known = self._configuration, self._discovery, self._state
        warnings = []
        if found.has_all_organizations():
            listed, ever = found.listed["organizations"], known.organizations()
            warnings += gone("organization_ids", asked.organization_ids, listed, ever)
        if not found.has_all_spaces():
            return warnings
        if not found.has_all_organizations():
            seen = found.owners() | known.organizations()
            gone("organization_ids", asked.organization_ids, seen, set())
        listed, ever = found.listed["spaces"], known.spaces()
        warnings += gone("space_ids", asked.space_ids, listed, ever)
        if found.listed["spaces"] and not found.spaces and not self._is_about_organizations:
            raise ValueError(self._nothing("no space", "space_ids and organization_ids"))
        names = found.environment_names
        if names and found.lists_all_environments() and asked.environment_id not in NOT_NAMED:
            ever = known.environments()
            warnings += gone("environment_id", asked.environment_id, names, ever)
            if not names.intersection(asked.environment_id):
                raise ValueError(self._nothing("no environment", "environment_id"))
        return warnings

    @property
    def _is_about_organizations(self) -> bool:
        """Whether the settings select an organization that has no space."""
        return bool(self._discovery.organizations) and not self._configuration.space_ids

    def look_at_emptiness(self) -> None:
        """Believe that all spaces are gone only when two syncs in a row see none.

        AccountEmpty at the first of them; the state then knows of it.
        """
        found = self._discovery
        if not found.has_all_spaces():
            return
        is_empty = not found.listed["spaces"] and self._state.has_spaces()
        was_empty, self._state.is_emptied = self._state.is_emptied, is_empty
        if is_empty and not was_empty:
            raise AccountEmpty(
                "GET /spaces lists no space any more, and the last sync knew some; nothing was"
                " deleted. If the next sync sees none either, their rows are deleted."
            )

    @staticmethod
    def _nothing(what: str, settings: str) -> str:
        """Return in words that the settings select nothing."""
        return (
            f"{settings} select {what} of those that the account has; nothing was written or"
            " deleted. Name one that exists, or leave the setting out."
        )


def gone(setting: str, wanted: Iterable[str], listed: set[str], known: set[str]) -> list[str]:
    """Return a sentence for each id that is gone; ValueError for one that never was.

    *listed* and *known* hold ids of the setting's own kind: those that the account has now,
    and those that the state remembers.
    """
    missing = sorted(set(wanted) - listed)
    unknown = [one for one in missing if one not in known]
    if unknown:
        near = difflib.get_close_matches(unknown[0], sorted(listed), n=MOST_NAMED, cutoff=0.0)
        raise ValueError(
            f"{setting} must name ids that the account has (got {unknown[0]!r}; nearest:"
            f" {', '.join(near) or 'none'}). Nothing was written or deleted."
        )
    return [
        f"{setting} names {one}, which is gone from the account; its rows are deleted."
        for one in missing
    ]
