"""Generated organizations and spaces."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ..account.catalogue import Sample
from ..account.maker import Maker
from ..records import Scope, link


def organizations(maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield the organizations."""
    for number in range(maker.settings.organizations):
        name = f"{maker.company('organization', number)} {number + 1}"
        body = {"name": name, "defaultUserLanguage": "en"}
        yield Sample(maker.organization_id(number), body)


def spaces(maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield the spaces, dealt out to the organizations in turn."""
    for number in range(maker.settings.spaces):
        owner = maker.organization_id(number % max(1, maker.settings.organizations))
        body = {"name": f"{maker.title('space', number)} {number + 1}"}
        yield Sample(maker.space_id(number), body, {"organization": link("Organization", owner)})


@lru_cache(maxsize=8)
def organization_numbers(maker: Maker) -> dict[str, int]:
    """Return the numbers of the generated organizations by id."""
    return {
        maker.organization_id(number): number for number in range(maker.settings.organizations)
    }


@lru_cache(maxsize=8)
def space_numbers(maker: Maker) -> dict[str, int]:
    """Return the numbers of the generated spaces by id."""
    return {maker.space_id(number): number for number in range(maker.settings.spaces)}


def owner_of(maker: Maker, space: str) -> str:
    """Return the organization that a generated space belongs to."""
    number = space_numbers(maker)[space]
    return maker.organization_id(number % max(1, maker.settings.organizations))
