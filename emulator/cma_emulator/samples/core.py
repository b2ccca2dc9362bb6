"""Generated organizations and spaces."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ..account.catalog import Sample
from ..account.clock import stamp
from ..account.maker import DAY_MS, Maker
from ..account.virtual import LAST_MS
from ..records import Scope, link

TRIAL_ENDS = stamp(LAST_MS + 500 * DAY_MS, precise=False)


def organizations(maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield the organizations."""
    for number in range(maker.settings.organizations):
        name = f"{maker.company('organization', number)} {number + 1}"
        body = {"name": name, "defaultUserLanguage": "en"}
        yield Sample(maker.organization_id(number), body)


def spaces(maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield the spaces, assigned to the organizations in turn."""
    for number in range(maker.settings.spaces):
        owner = maker.organization_id(number % max(1, maker.settings.organizations))
        body = {"name": f"{maker.title('space', number)} {number + 1}"}
        granted = link("SpaceLicense", license_id(maker, owner, number % 2))
        sys = {"organization": link("Organization", owner), "license": granted}
        yield Sample(maker.space_id(number), body, sys)


def license_id(maker: Maker, organization: str, number: int) -> str:
    """Return the id of a license of an organization."""
    return maker.identifier("license", organization, number)


def licenses(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield a license without an end, and a trial."""
    for number, product in enumerate(("Large", "Medium trial")):
        body = {
            "productId": f"space_{product.lower().replace(' ', '_')}",
            "productName": product,
            "isTrial": number == 1,
            "expiresAt": TRIAL_ENDS if number else None,
        }
        yield Sample(license_id(maker, scope["organization"], number), body)


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


def spaces_of(maker: Maker, organization: str) -> list[str]:
    """Return the ids of the generated spaces of an organization."""
    return [one for one in space_numbers(maker) if owner_of(maker, one) == organization]


def owner_of(maker: Maker, space: str) -> str:
    """Return the organization that a generated space belongs to."""
    number = space_numbers(maker)[space]
    return maker.organization_id(number % max(1, maker.settings.organizations))
