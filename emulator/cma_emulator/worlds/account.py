"""Generated organizations, spaces and environments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ..records import Record, Scope, link
from ..resource import Sample
from .maker import Maker

ENVIRONMENT_NAMES = ("master", "staging")
ALIAS = "live"
"""The alias of the generated master environment."""
READY = {"status": link("Status", "ready")}


def organization_id(maker: Maker, number: int) -> str:
    """Return the id of a generated organization."""
    return maker.identifier("organization", number)


def user_id(maker: Maker, number: int) -> str:
    """Return the id of a generated user; user 0 is the one whose token it is."""
    return maker.identifier("user", number)


def organizations(maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield the organizations."""
    for number in range(maker.settings.organizations):
        name = f"{maker.company('organization', number)} {number + 1}"
        body = {"name": name, "defaultUserLanguage": "en"}
        yield Sample(organization_id(maker, number), body)


def spaces(maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield the spaces, dealt out to the organizations in turn."""
    for number in range(maker.settings.spaces):
        owner = organization_id(maker, number % max(1, maker.settings.organizations))
        body = {"name": f"{maker.title('space', number)} {number + 1}"}
        yield Sample(maker.space_id(number), body, {"organization": link("Organization", owner)})


def environment_id(number: int) -> str:
    """Return the id of a generated environment."""
    known = number < len(ENVIRONMENT_NAMES)
    return ENVIRONMENT_NAMES[number] if known else f"environment-{number + 1}"


def environments(maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield the environments of a space; the first is master."""
    for number in range(max(1, maker.settings.environments)):
        name = environment_id(number)
        aliases = [] if number else [link("EnvironmentAlias", ALIAS)]
        yield Sample(name, {"name": name}, {**READY, "aliases": aliases})


def locales(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the default locale and one that falls back on it."""
    english = locale("en-US", "English (United States)")
    german = locale("de-DE", "German (Germany)", fallback="en-US")
    for body in (english, german):
        yield Sample(maker.identifier("locale", scope["space"], body["code"]), body)


def locale(code: str, name: str, fallback: str | None = None) -> Record:
    """Return a locale, the default one unless it has a fallback."""
    return {
        "name": name,
        "internal_code": code,
        "code": code,
        "fallbackCode": fallback,
        "default": fallback is None,
        "contentManagementApi": True,
        "contentDeliveryApi": True,
        "optional": fallback is not None,
    }


def user(maker: Maker, number: int) -> Record:
    """Return the body of a user."""
    first, last = maker.texts.people[number % len(maker.texts.people)]
    return {
        "firstName": first,
        "lastName": last,
        "avatarUrl": f"https://avatars.example.com/{user_id(maker, number)}.png",
        "email": f"{first}.{last}.{number}@people.example.com".lower(),
        "cookieConsentData": None,
        "activated": True,
        "signInCount": 3 + number,
        "confirmed": True,
        "2faEnabled": number % 2 == 0,
    }


def places(maker: Maker) -> Iterator[str]:
    """Yield the addresses of all generated organizations, spaces and environments."""
    yield "users/me"
    for number in range(maker.settings.organizations):
        yield f"organizations/{organization_id(maker, number)}"
    for number in range(maker.settings.spaces):
        space = f"spaces/{maker.space_id(number)}"
        yield space
        for inner in range(max(1, maker.settings.environments)):
            yield f"{space}/environments/{environment_id(inner)}"


@lru_cache(maxsize=8)
def organization_numbers(maker: Maker) -> dict[str, int]:
    """Return the numbers of the generated organizations by id."""
    return {
        organization_id(maker, number): number for number in range(maker.settings.organizations)
    }


@lru_cache(maxsize=8)
def space_numbers(maker: Maker) -> dict[str, int]:
    """Return the numbers of the generated spaces by id."""
    return {maker.space_id(number): number for number in range(maker.settings.spaces)}


def owner_of(maker: Maker, space: str) -> str:
    """Return the organization that a generated space belongs to."""
    number = space_numbers(maker)[space]
    return organization_id(maker, number % max(1, maker.settings.organizations))
