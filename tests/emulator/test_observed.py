"""What was seen of the real API in 2026, beyond the recordings; the emulator's README has it."""

from __future__ import annotations

from typing import Any

import pytest

from support.served import Served, ids

HOOK = {"name": "W", "url": "https://hooks.example.com", "topics": ["*.*"]}
ENTRY = {"fields": {"name": {"en-US": "New"}}}


@pytest.fixture
def organization(served: Served) -> str:
    """Give the path of the organization."""
    return f"/organizations/{served.stored('organizations')[0]['sys']['id']}"


@pytest.fixture
def entry(served: Served) -> str:
    """Give the path of a new entry, which has version 1."""
    path = f"{served.place}/entries/new"
    served.ask("PUT", path, ENTRY, X_Contentful_Content_Type="author")
    return path


def refused(answer: Any) -> tuple[int, str]:
    """Return status and kind of an error."""
    return answer.status_code, answer.json()["sys"]["id"]


def test_headers_say_what_was_answered(served: Served) -> None:
    """Answers name the space and the requests left in the hour; the same body has the same tag."""
    first, second = (served.ask("GET", f"{served.space}/roles") for _ in range(2))
    assert first.headers["CF-Space-Id"] == served.space.rpartition("/")[2]
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.headers["ETag"].startswith('W/"')
    other = served.ask("GET", f"{served.space}/locales")
    assert other.headers["ETag"] != first.headers["ETag"]
    assert "CF-Space-Id" not in served.ask("GET", "/organizations").headers
    limit, left = (f"X-Contentful-RateLimit-Hour-{name}" for name in ("Limit", "Remaining"))
    assert first.headers[limit] == "3600000"
    assert int(first.headers[left]) - 1 == int(second.headers[left])


def test_app_installations_come_with_their_apps(served: Served, organization: str) -> None:
    """An installation goes by the id of its app; the listing includes apps as they are served."""
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


def test_spaces_come_with_their_licences(served: Served, organization: str) -> None:
    """With `include=sys.license` the listing of spaces has what their links lead to."""
    assert "includes" not in served.get("/spaces")
    for style in ({}, {"cursor": "true", "order": "sys.createdAt"}):
        page = served.get("/spaces", include="sys.license", limit=1, **style)
        found = {one["sys"]["id"]: one for one in page["includes"]["SpaceLicense"]}
        assert page["items"][0]["sys"]["license"]["sys"]["id"] in found
    assert served.get(page["pages"]["next"])["includes"] == page["includes"]
    licences = served.get(f"{organization}/available_licenses")["items"]
    assert {one["productName"] for one in licences} == {"Large", "Medium trial"}


def test_tasks_have_no_total(served: Served) -> None:
    """The tasks of an entry are paged by position without a total."""
    paths = [f"{served.place}/entries/{one}/tasks" for one in ids(served.get(entries(served)))]
    page = next(page for page in map(served.get, paths) if page["items"])
    assert list(page) == ["sys", "skip", "limit", "items"]


def entries(served: Served) -> str:
    """Return the path of the entries of master."""
    return f"{served.place}/entries"


def test_cursor_lists_without_records(served: Served, organization: str) -> None:
    """Without automations there are no `pages`, without environment templates they are empty."""
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
    """A webhook without topics is a 422 and is not kept."""
    path = f"{served.space}/webhook_definitions"
    body = {key: value for key, value in {**HOOK, "topics": topics}.items() if value is not None}
    answer = served.ask("POST", path, body)
    assert refused(answer) == (422, "ValidationFailed")
    assert answer.json()["details"]["errors"][0]["name"] == name
    assert served.get(path)["total"] == 2


def test_a_webhook_forgets_what_an_update_leaves_out(served: Served) -> None:
    """An update without headers empties them, and one without `active` activates."""
    path = f"{served.space}/webhook_definitions"
    body = {**HOOK, "active": False, "headers": [{"key": "A", "value": "1"}]}
    made = served.ask("POST", path, body).json()
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
def test_taxonomy_wants_a_version(
    served: Served, organization: str, version: str | None, status: int, kind: str
) -> None:
    """A concept is deleted with its version only; the refusal says what was wrong."""
    path = f"{organization}/taxonomy/concepts/chairs"
    served.ask("PUT", path, {"prefLabel": {"en-US": "Chairs"}})
    headers = {} if version is None else {"X_Contentful_Version": version}
    answer = served.ask("DELETE", path, **headers)
    assert answer.status_code == status
    if status == 409:
        assert answer.json()["details"] == kind
    elif status == 422:
        assert answer.json()["details"]["errors"][0]["name"] == kind


def test_api_keys_conflict_under_their_own_name(served: Served) -> None:
    """A stale version of a key is a `Conflict`; a key without environments opens master."""
    path = f"{served.space}/api_keys"
    made = served.ask("POST", path, {"name": "App", "environments": []}).json()
    master = {"type": "Link", "linkType": "Environment", "id": "master"}
    assert made["environments"] == [{"sys": master}]
    one = f"{path}/{made['sys']['id']}"
    stale = served.ask("PUT", one, {"name": "Old"}, X_Contentful_Version="9")
    assert refused(stale) == (409, "Conflict")
    nothing = served.ask("PUT", one, {"environments": None}, X_Contentful_Version="0")
    assert refused(nothing) == (400, "BadRequest")


def test_the_end_of_an_entry_looks_at_no_version(served: Served, entry: str) -> None:
    """Unpublishing and deleting an entry go through with a version that is long gone."""
    served.change("PUT", f"{entry}/published", None, 1)
    assert served.change("DELETE", f"{entry}/published", None, 0)["sys"]["version"] == 3
    assert served.ask("DELETE", entry, X_Contentful_Version="1").status_code == 204


def test_null_fields_are_absent(served: Served, entry: str) -> None:
    """A field that is sent as null is not kept, a null in one of its locales is."""
    sent = {"fields": {"name": None, "biography": {"en-US": None}}}
    changed = served.change("PUT", entry, sent, 1)
    assert changed["fields"] == {"biography": {"en-US": None}}


def test_a_new_entry_needs_its_content_type(served: Served) -> None:
    """Without the header PUT on a new id is a 400 that names it, with it any version will do."""
    path = f"{served.place}/entries/another"
    answer = served.ask("PUT", path, ENTRY)
    assert refused(answer) == (400, "BadRequest")
    assert "X-Contentful-Content-Type" in answer.json()["message"]
    headers = {"X_Contentful_Content_Type": "author", "X_Contentful_Version": "12"}
    assert served.ask("PUT", path, ENTRY, **headers).json()["sys"]["version"] == 1


def test_locales(served: Served) -> None:
    """A new locale falls back on the default one; what may not be is a 422 or even a 500."""
    path = f"{served.place}/locales"
    made = served.ask("POST", path, {"name": "French", "code": "fr"}).json()
    assert (made["fallbackCode"], made["sys"]["version"]) == ("en-US", 1)
    one = f"{path}/{made['sys']['id']}"
    assert served.change("PUT", one, {"name": "French", "code": "fr"}, 9) == made
    german = {"name": "French", "code": "de-DE"}
    assert refused(served.ask("PUT", one, german, X_Contentful_Version="1")) == (
        500,
        "ServerError",
    )
    for body in ({"code": "x_y"}, {"code": "it", "fallbackCode": "nowhere"}):
        assert refused(served.ask("POST", path, {"name": "N", **body}))[0] == 422
    default = next(one for one in served.get(path)["items"] if one["default"])
    answer = served.ask("DELETE", f"{path}/{default['sys']['id']}")
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
    """Exactly one of `src` and `srcdoc`; an empty page is one."""
    body = {"extension": {"name": "E", "fieldTypes": [], **source}}
    assert served.ask("POST", f"{served.place}/extensions", body).status_code == status


def test_design_properties(served: Served) -> None:
    """What offers design properties has a list of them, what sets them an object."""
    for name, kind in (
        ("components", list),
        ("experience_templates", list),
        ("experiences", dict),
    ):
        for one in served.get(f"{served.place}/{name}")["items"]:
            assert isinstance(one["designProperties"], kind)


def test_a_release_action_says_how_long_it_took(served: Served) -> None:
    """A release action that is over has the times at which it began and ended."""
    (action,) = served.get(f"{served.place}/release_actions")["items"]
    assert action["sys"]["startedAt"] < action["sys"]["completedAt"]
    assert "version" not in action["sys"]
