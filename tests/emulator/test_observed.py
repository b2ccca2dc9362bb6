"""Behavior of the real API that was observed in 2026; the emulator's README has its sources."""

from __future__ import annotations

from typing import Any

import pytest

from support.served import Served, ids

HOOK = {"name": "W", "url": "https://hooks.example.com", "topics": ["*.*"]}
ENTRY = {"fields": {"name": {"en-US": "New"}}}


@pytest.fixture
def entry(served: Served) -> str:
    """Give the path of a new entry, which has version 1."""
    path = f"{served.place}/entries/new"
    served.send("PUT", path, ENTRY, X_Contentful_Content_Type="author")
    return path


def refused(answer: Any) -> tuple[int, str]:
    """Return status and ``sys.id`` of an error."""
    return answer.status_code, answer.json()["sys"]["id"]


def test_headers_of_answers(served: Served) -> None:
    """Headers have the space, the requests left in the hour, and an ETag that follows the body."""
    first, second = (served.send("GET", f"{served.space}/roles") for _ in range(2))
    assert first.headers["CF-Space-Id"] == served.space.rpartition("/")[2]
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.headers["ETag"].startswith('W/"')
    other = served.send("GET", f"{served.space}/locales")
    assert other.headers["ETag"] != first.headers["ETag"]
    assert "CF-Space-Id" not in served.send("GET", "/organizations").headers
    limit, left = (f"X-Contentful-RateLimit-Hour-{name}" for name in ("Limit", "Remaining"))
    assert first.headers[limit] == "3600000"
    assert int(first.headers[left]) - 1 == int(second.headers[left])


def test_app_installations_include_their_apps(served: Served, organization: str) -> None:
    """An installation has the id of its app, and the listing includes the app definitions."""
    page = served.get(f"{served.place}/app_installations", limit=1)
    (app,) = served.get(f"{organization}/app_definitions")["items"]
    (installed,) = page["items"]
    assert installed["sys"]["id"] == app["sys"]["id"]
    assert "version" not in installed["sys"]
    del app["sys"]["version"]
    assert page["includes"]["AppDefinition"] == [app]
    (resolved,) = page["includes"]["ResolvedAppDefinition"]
    assert (resolved["src"], resolved["sys"]["id"]) == (app["src"], app["sys"]["id"])
    assert list(page) == ["sys", "total", "skip", "limit", "items", "includes"]


def test_spaces_include_their_licenses(served: Served, organization: str) -> None:
    """With `include=sys.license` the listing of spaces includes their licenses."""
    assert "includes" not in served.get("/spaces")
    for style in ({}, {"cursor": "true", "order": "sys.createdAt"}):
        page = served.get("/spaces", include="sys.license", limit=1, **style)
        found = {one["sys"]["id"]: one for one in page["includes"]["SpaceLicense"]}
        assert page["items"][0]["sys"]["license"]["sys"]["id"] in found
    assert served.get(page["pages"]["next"])["includes"] == page["includes"]
    licenses = served.get(f"{organization}/available_licenses")["items"]
    assert {one["productName"] for one in licenses} == {"Large", "Medium trial"}


def test_tasks_have_no_total(served: Served) -> None:
    """Tasks of an entry are paged by offset, without a total."""
    paths = [f"{served.place}/entries/{one}/tasks" for one in ids(served.get(entries(served)))]
    page = next(page for page in map(served.get, paths) if page["items"])
    assert list(page) == ["sys", "skip", "limit", "items"]


def entries(served: Served) -> str:
    """Return the path of the entries of master."""
    return f"{served.place}/entries"


def test_empty_cursor_pages(served: Served, organization: str) -> None:
    """An empty listing has no `pages` for automations, and empty ones for templates."""
    for one in served.stored(f"{served.place[1:]}/automation_definitions"):
        path = f"store{served.place}/automation_definitions/{one['sys']['id']}"
        served.control("DELETE", path)
    automations = served.get(f"{served.place}/automation_definitions")
    assert automations == {"sys": {"type": "Array"}, "limit": 100, "items": []}
    path = f"{organization}/environment_templates"
    assert "pages" in served.get(f"{path}/")
    for one in served.stored(path[1:]):
        served.control("DELETE", f"store{path}/{one['sys']['id']}")
    assert served.get(path)["pages"] == {}


@pytest.mark.parametrize(("topics", "name"), [(None, "invalid_type"), ([], "topics")])
def test_a_webhook_needs_topics(served: Served, topics: Any, name: str) -> None:
    """A webhook without topics is a 422 and is not stored."""
    path = f"{served.space}/webhook_definitions"
    body = {key: value for key, value in {**HOOK, "topics": topics}.items() if value is not None}
    answer = served.send("POST", path, body)
    assert refused(answer) == (422, "ValidationFailed")
    assert answer.json()["details"]["errors"][0]["name"] == name
    assert served.get(path)["total"] == 2


def test_an_update_of_a_webhook_resets_omitted_parts(served: Served) -> None:
    """An update of a webhook without headers removes them, and one without `active` activates."""
    path = f"{served.space}/webhook_definitions"
    body = {**HOOK, "active": False, "headers": [{"key": "A", "value": "1"}]}
    made = served.send("POST", path, body).json()
    assert (made["active"], made["headers"]) == (False, [{"key": "A", "value": "1"}])
    changed = served.change("PUT", f"{path}/{made['sys']['id']}", HOOK, 0)
    assert (changed["active"], changed["headers"]) == (True, [])


@pytest.mark.parametrize(
    ("version", "status", "kind"),
    [
        (None, 422, "invalid_type"),
        ("0", 422, "too_small"),
        ("-1", 422, "too_small"),
        ("7", 409, "Version mismatch, expected 1, got 7."),
        ("1", 204, ""),
    ],
)
def test_the_taxonomy_requires_a_version(
    served: Served, organization: str, version: str | None, status: int, kind: str
) -> None:
    """A concept is deleted only with its version, and the refusal names the problem."""
    path = f"{organization}/taxonomy/concepts/chairs"
    served.send("PUT", path, {"prefLabel": {"en-US": "Chairs"}})
    headers = {} if version is None else {"X_Contentful_Version": version}
    answer = served.send("DELETE", path, **headers)
    assert answer.status_code == status
    if status == 409:
        assert answer.json()["details"] == kind
    elif status == 422:
        assert answer.json()["details"]["errors"][0]["name"] == kind


def test_a_wrong_version_of_an_api_key_is_a_conflict(served: Served) -> None:
    """An API key answers `Conflict` to a wrong version, and gets master without environments."""
    path = f"{served.space}/api_keys"
    made = served.send("POST", path, {"name": "App", "environments": []}).json()
    master = {"type": "Link", "linkType": "Environment", "id": "master"}
    assert made["environments"] == [{"sys": master}]
    one = f"{path}/{made['sys']['id']}"
    stale = served.send("PUT", one, {"name": "Old"}, X_Contentful_Version="9")
    assert refused(stale) == (409, "Conflict")
    nothing = served.send("PUT", one, {"environments": None}, X_Contentful_Version="0")
    assert refused(nothing) == (400, "BadRequest")


def test_unpublishing_and_deleting_an_entry_ignore_the_version(served: Served, entry: str) -> None:
    """An entry can be unpublished and deleted with an old version."""
    served.change("PUT", f"{entry}/published", None, 1)
    assert served.change("DELETE", f"{entry}/published", None, 0)["sys"]["version"] == 3
    assert served.send("DELETE", entry, X_Contentful_Version="1").status_code == 204


def test_null_fields_are_absent(served: Served, entry: str) -> None:
    """A field sent as null is dropped, and a null in a single locale is kept."""
    sent = {"fields": {"name": None, "biography": {"en-US": None}}}
    changed = served.change("PUT", entry, sent, 1)
    assert changed["fields"] == {"biography": {"en-US": None}}


def test_a_new_entry_needs_its_content_type(served: Served) -> None:
    """PUT on a new entry needs the header of the content type, and ignores the version."""
    path = f"{served.place}/entries/another"
    answer = served.send("PUT", path, ENTRY)
    assert refused(answer) == (400, "BadRequest")
    assert "X-Contentful-Content-Type" in answer.json()["message"]
    headers = {"X_Contentful_Content_Type": "author", "X_Contentful_Version": "12"}
    assert served.send("PUT", path, ENTRY, **headers).json()["sys"]["version"] == 1


def test_locales(served: Served) -> None:
    """A new locale falls back to the default one, and invalid changes are a 422 or a 500."""
    path = f"{served.place}/locales"
    made = served.send("POST", path, {"name": "French", "code": "fr"}).json()
    assert (made["fallbackCode"], made["sys"]["version"]) == ("en-US", 1)
    one = f"{path}/{made['sys']['id']}"
    assert served.change("PUT", one, {"name": "French", "code": "fr"}, 9) == made
    german = {"name": "French", "code": "de-DE"}
    assert refused(served.send("PUT", one, german, X_Contentful_Version="1")) == (
        500,
        "ServerError",
    )
    for body in ({"code": "x_y"}, {"code": "it", "fallbackCode": "nowhere"}):
        assert refused(served.send("POST", path, {"name": "N", **body}))[0] == 422
    default = next(one for one in served.get(path)["items"] if one["default"])
    answer = served.send("DELETE", f"{path}/{default['sys']['id']}")
    assert refused(answer) == (500, "ServerError")


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ({"src": ""}, 422),
        ({}, 422),
        ({"src": "https://x", "srcdoc": "y"}, 422),
        ({"srcdoc": ""}, 201),
    ],
)
def test_an_extension_has_one_source(served: Served, source: dict[str, str], status: int) -> None:
    """An extension has exactly one of `src` and `srcdoc`, and `srcdoc` may be empty."""
    body = {"extension": {"name": "E", "fieldTypes": [], **source}}
    assert served.send("POST", f"{served.place}/extensions", body).status_code == status


def test_design_properties(served: Served) -> None:
    """Design properties are a list in components and templates, and an object in experiences."""
    for name, kind in (
        ("components", list),
        ("experience_templates", list),
        ("experiences", dict),
    ):
        for one in served.get(f"{served.place}/{name}")["items"]:
            assert isinstance(one["designProperties"], kind)


def test_a_release_action_has_its_start_and_end(served: Served) -> None:
    """A completed release action has the times of its start and end, and no version."""
    (action,) = served.get(f"{served.place}/release_actions")["items"]
    assert action["sys"]["startedAt"] < action["sys"]["completedAt"]
    assert "version" not in action["sys"]
