"""Edits of people, aliases, releases and other records, through the API's verbs."""

from __future__ import annotations

import pytest

from support.served import Served, ids, link_to

EVERY_ORGANIZATION = (
    *("users", "organization_memberships", "space_memberships", "teams", "team_memberships"),
    *("team_space_memberships", "roles", "access_tokens", "security_contacts", "app_definitions"),
    *("environment_templates", "taxonomy/concepts", "taxonomy/concept-schemes"),
    *("organization_periodic_usages", "space_periodic_usages", "spaces", "space_add_ons"),
)
EVERY_SPACE = (
    *("environments", "environment_aliases", "roles", "space_memberships", "space_members"),
    *("users", "team_space_memberships", "teams", "api_keys", "preview_api_keys"),
    *("webhook_definitions", "ai/actions", "space_add_ons"),
)
EVERY_ENVIRONMENT = (
    *("locales", "content_types", "entries", "assets", "tags", "extensions", "editor_interfaces"),
    *("app_installations", "release_actions", "workflow_definitions", "workflows"),
    "bulk_operations",
    *("automation_definitions", "automation_executions", "experiences", "experience_templates"),
    *("experience_fragments", "components", "data_assemblies", "design_tokens"),
)
ALWAYS_CURSOR = (
    *("releases", "automation_definitions", "automation_executions", "experiences"),
    *("experience_templates", "experience_fragments", "components", "data_assemblies"),
    "design_tokens",
)


def test_every_collection_has_records(served: Served, organization: str) -> None:
    """Every collection of a generated account has records, as many in listing as in store."""
    paths = [f"{organization}/{name}" for name in EVERY_ORGANIZATION]
    paths += [f"{served.space}/{name}" for name in EVERY_SPACE]
    paths += [f"{served.place}/{name}" for name in EVERY_ENVIRONMENT]
    for path in paths:
        items = served.get(path)["items"]
        stored = served.stored(path[1:])
        assert len(items) == len(stored) > 0, path
        assert {one["sys"]["type"] for one in items} == {stored[0]["sys"]["type"]}


def test_installations_of_a_template(served: Served, organization: str) -> None:
    """The installations of a template are listed by cursor, newest first."""
    (template,) = served.get(f"{organization}/environment_templates")["items"]
    path = f"{organization}/environment_templates/{template['sys']['id']}/template_installations"
    page = served.get(path, limit=1)
    assert list(page) == ["limit", "sys", "items", "pages"]
    (failed,), (done,) = page["items"], served.get(page["pages"]["next"])["items"]
    user = link_to("User", template["sys"]["createdBy"]["sys"]["id"])
    version = {"version": template["sys"]["version"]}
    expected = {
        "type": "EnvironmentTemplateInstallation",
        "version": 2,
        "space": link_to("Space", served.space.rpartition("/")[2]),
        "environment": link_to("Environment", "staging"),
        "status": "failed",
        "createdBy": user,
        "updatedBy": user,
        "template": {"sys": {**link_to("Template", template["sys"]["id"])["sys"], **version}},
        "errors": [{"message": "The content type could not be installed."}],
    }
    generated = ("id", "createdAt", "updatedAt")
    assert failed == {"sys": {**expected, **{name: failed["sys"][name] for name in generated}}}
    assert (done["sys"]["status"], done["sys"]["completedAt"]) == (
        "succeeded",
        done["sys"]["updatedAt"],
    )
    in_master = served.get(path, **{"environment.sys.id": "master"})
    assert ids(in_master) == [done["sys"]["id"]]
    assert served.get(path, **{"space.sys.id": "another"})["items"] == []


def test_add_ons_of_a_space(served: Served, organization: str) -> None:
    """A space lists its allocation of each add-on, with links to space and organization."""
    items = served.get(f"{served.space}/space_add_ons")["items"]
    shares = {one["name"]: one["allocated"] for one in items}
    bought = served.get(f"{organization}/space_add_ons")["items"]
    assert {name: 10 * share for name, share in shares.items()} == {
        one["name"]: one["allocated"] for one in bought
    }
    first = items[0]
    assert list(shares) == ["contentTypes", "environments", "records"]
    assert first == {
        "name": "contentTypes",
        "used": first["used"],
        "allocated": 10,
        "sys": {
            "type": "SpaceAddOn",
            "id": first["sys"]["id"],
            "space": link_to("Space", served.space.rpartition("/")[2]),
            "organization": link_to("Organization", organization.rpartition("/")[2]),
        },
    }
    assert 0 <= first["used"] <= 10


@pytest.mark.parametrize("name", ALWAYS_CURSOR)
def test_some_collections_always_page_by_cursor(served: Served, name: str) -> None:
    """Listings of newer services page by cursor, also without `cursor=true`."""
    page = served.get(f"{served.place}/{name}", limit=1)
    assert list(page) == ["sys", "limit", "items", "pages"]
    rest = served.get(page["pages"]["next"]) if "next" in page["pages"] else {"items": []}
    assert ids(page) + ids(rest) == ids(served.get(f"{served.place}/{name}"))


def test_roles_page_by_offset_or_by_cursor(served: Served) -> None:
    """Roles page by offset and ignore cursors, unless `roles_paging` is `cursor`."""
    path = f"{served.space}/roles"
    everything = ids(served.get(path))
    for more in ({}, {"cursor": "true"}, {"pageNext": "no cursor"}):
        page = served.get(path, skip=1, limit=1, **more)
        assert (page["total"], page["skip"], ids(page)) == (2, 1, everything[1:])
    served.control("POST", "settings", {"roles_paging": "cursor"})
    page = served.get(path, skip=1, limit=1)
    assert list(page) == ["limit", "sys", "items", "pages"]
    assert ids(page) + ids(served.get(page["pages"]["next"])) == everything


def test_unpaged_collections(served: Served) -> None:
    """Listings of editor interfaces have no limit and no ids, and extensions have a limit of 0."""
    interfaces = served.get(f"{served.place}/editor_interfaces", limit=1)
    assert list(interfaces) == ["sys", "total", "items"]
    assert len(interfaces["items"]) == 3
    assert all("id" not in one["sys"] for one in interfaces["items"])
    extensions = served.get(f"{served.place}/extensions", limit=1)
    assert (extensions["total"], extensions["limit"], len(extensions["items"])) == (2, 0, 2)


@pytest.mark.parametrize("kind", ["roles", "space_memberships"])
def test_an_organization_lists_records_of_its_spaces(
    served: Served, organization: str, kind: str
) -> None:
    """An organization lists the roles and memberships of all its spaces."""
    spaces = [one["sys"]["id"] for one in served.stored("spaces")]
    of_spaces = {one: ids(served.get(f"/spaces/{one}/{kind}")) for one in spaces}
    path = f"{organization}/{kind}"
    assert sorted(ids(served.get(path))) == sorted(one for of in of_spaces.values() for one in of)


@pytest.mark.parametrize("mixed", [False, True])
def test_timeline_releases(served: Served, *, mixed: bool) -> None:
    """Timeline releases are listed by their schema, and with others only by `mixed_releases`."""
    served.control("POST", "settings", {"mixed_releases": mixed})
    path = f"{served.place}/releases"
    (timeline,) = served.get(path, **{"sys.schemaVersion": "Release.v2"})["items"]
    assert timeline["sys"]["schemaVersion"] == "Release.v2"
    assert len(served.get(path)["items"]) == 2 + mixed
    inside = f"{path}/{timeline['sys']['id']}"
    (entry,), (asset,) = (served.get(f"{inside}/{one}")["items"] for one in ("entries", "assets"))
    assert entry["sys"]["release"] == asset["sys"]["release"]
    assert [one["entity"]["sys"]["id"] for one in timeline["entities"]["items"]] == [
        entry["sys"]["id"],
        asset["sys"]["id"],
    ]


def test_the_changelog_of_workflows(served: Served) -> None:
    """The changelog has the events of the workflows of an entry, newest first, without `order`."""
    path = f"{served.place}/workflows_changelog"
    workflow = next(
        one for one in served.get(f"{served.place}/workflows")["items"] if one["stepId"] == "draft"
    )
    served.change(
        "PUT",
        f"{served.place}/workflows/{workflow['sys']['id']}",
        {**workflow, "stepId": "review"},
    )
    entity = workflow["sys"]["entity"]["sys"]["id"]
    query = {"entity.sys.linkType": "entry", "entity.sys.id": entity}
    page = served.get(path, **query)
    assert list(page) == ["sys", "total", "skip", "limit", "items"]
    assert [one["event"] for one in page["items"]] == ["stepChanged", "created"]
    assert all("sys" not in one for one in page["items"])
    assert served.refusal(path)[0] == 400
    assert served.refusal(path, **{**query, "entity.sys.linkType": "Entry"})[0] == 422
    assert (
        served.refusal(path, **query, order="eventAt")[1]["message"] == "Unknown parameter: order"
    )


def test_experiences_have_older_and_current_names(served: Served) -> None:
    """The link to the template of an experience has its current name only with a header."""
    path = f"{served.place}/experiences"
    assert all("template" in one["sys"] for one in served.get(path)["items"])
    headers = {"X_Contentful_Enable_Alpha_Feature": "new-exo-entity-types"}
    today = served.send("GET", path, **headers).json()["items"]
    assert all("experienceTemplate" in one["sys"] for one in today)


def test_scheduled_actions_need_an_environment(served: Served) -> None:
    """Scheduled actions are listed for one environment, and refused without a filter for it."""
    path = f"{served.space}/scheduled_actions"
    assert served.refusal(path)[0] == 400
    assert len(served.get(path, **{"environment.sys.id": "master"})["items"]) == 2
    assert served.get(path, **{"environment.sys.id": "staging"})["items"] == []


def test_a_canceled_action_stays(served: Served) -> None:
    """DELETE on a scheduled action cancels it, and the record stays."""
    when = {"datetime": "2030-01-01T00:00:00.000Z", "timezone": "Europe/Berlin"}
    places = {"environment": link_to("Environment", "master"), "scheduledFor": when}
    body = {"action": "publish", "entity": link_to("Entry", "x"), **places}
    made = served.post(f"{served.space}/scheduled_actions", body)
    assert made["sys"]["status"] == "scheduled"
    path = f"{served.space}/scheduled_actions/{made['sys']['id']}"
    canceled = served.change("DELETE", path, made)
    assert (canceled["sys"]["status"], canceled["sys"]["version"]) == ("canceled", 2)
    assert served.get(path) == canceled


def test_an_alias_leads_to_its_environment(served: Served) -> None:
    """An alias serves the records of its environment, and a change of its target acts at once."""
    served.send("PUT", f"{served.place}/entries/only-here", {}, X_Contentful_Content_Type="author")
    alias = served.get(f"{served.space}/environment_aliases/live")
    through = f"{served.space}/environments/live"
    assert served.get(through)["sys"]["aliasedEnvironment"] == link_to("Environment", "master")
    assert served.get(f"{through}/entries/only-here")["sys"]["environment"]["sys"]["id"] == "live"
    moved = served.change(
        "PUT",
        f"{served.space}/environment_aliases/live",
        {**alias, "environment": link_to("Environment", "staging")},
    )
    assert moved["sys"]["version"] == alias["sys"]["version"] + 1
    assert served.refusal(f"{through}/entries/only-here")[0] == 404
    named = {
        one["sys"]["id"]: [alias["sys"]["id"] for alias in one["sys"]["aliases"]]
        for one in served.get(f"{served.space}/environments")["items"]
    }
    assert named == {"master": [], "staging": ["live"]}


def test_a_member_is_invited_and_removed(served: Served, organization: str) -> None:
    """An invitation creates a user and a membership; its deletion removes all memberships too."""
    body = {"email": "new@people.example.com", "firstName": "New", "role": "admin"}
    invitation = served.post(f"{organization}/invitations", body)
    membership = invitation["sys"]["organizationMembership"]["sys"]["id"]
    person = invitation["sys"]["user"]["sys"]["id"]
    assert "SECRET" in invitation["sys"]["invitationUrl"]
    path = f"{organization}/organization_memberships/{membership}"
    assert served.get(path)["role"] == "admin"
    team = served.get(f"{organization}/teams")["items"][0]
    teams = f"{organization}/teams/{team['sys']['id']}"
    members = team["sys"]["memberCount"]
    served.post(f"{teams}/team_memberships", {"organizationMembershipId": membership})
    assert served.get(teams)["sys"]["memberCount"] == members + 1
    served.post(f"{served.space}/space_memberships", {"email": body["email"], "admin": True})
    assert person in ids(served.get(f"{served.space}/users"))
    served.send("DELETE", path)
    assert served.refusal(f"{organization}/users/{person}")[0] == 404
    assert served.get(teams)["sys"]["memberCount"] == members
    assert person not in ids(served.get(f"{served.space}/users"))


def test_a_deleted_team_deletes_its_memberships(served: Served, organization: str) -> None:
    """A team can be created, renamed and deleted, together with its memberships."""
    before = served.get(f"{organization}/team_memberships")["total"]
    team = served.post(f"{organization}/teams", {"name": "New"})
    assert (team["sys"]["version"], team["sys"]["memberCount"]) == (0, 0)
    path = f"{organization}/teams/{team['sys']['id']}"
    assert served.change("PUT", path, {**team, "name": "Newer"})["sys"]["version"] == 1
    one = served.get(f"{organization}/organization_memberships")["items"][0]["sys"]["id"]
    served.post(f"{path}/team_memberships", {"organizationMembershipId": one})
    assert served.get(f"{organization}/team_memberships")["total"] == before + 1
    served.send("DELETE", path)
    assert served.get(f"{organization}/team_memberships")["total"] == before


def test_the_size_of_the_content_model(served: Served) -> None:
    """`content_types` and `fields` set the size of the content model."""
    served.reset(content_types=5, fields=4)
    master = f"{served.space}/environments/master"
    types = served.get(f"{master}/content_types")["items"]
    sizes = {one["sys"]["id"]: len(one["fields"]) for one in types}
    usual = {"article": 10, "author": 3, "category": 2}
    assert sizes == {**usual, "pageSection3": 4, "pageSection4": 4}
    assert len(served.get(f"{master}/editor_interfaces")["items"]) == len(sizes)


def test_a_tag_in_use_stays(served: Served) -> None:
    """A tag can be deleted only if no entry has it."""
    path = f"{served.place}/tags/news"
    served.send("PUT", path, {"name": "News"}, X_Contentful_Tag_Visibility="public")
    tagged = {"fields": {}, "metadata": {"tags": [link_to("Tag", "news")]}}
    entry = f"{served.place}/entries/tagged"
    served.send("PUT", entry, tagged, X_Contentful_Content_Type="author")
    found = served.get(f"{served.place}/entries", **{"metadata.tags.sys.id[in]": "news"})
    assert ids(found) == ["tagged"]
    refused = served.send("DELETE", path)
    assert refused.status_code == 422
    assert refused.json()["sys"]["id"] == "ActionPreconditionsFailed"
    served.send("DELETE", entry)
    assert served.send("DELETE", path).status_code == 204


def test_a_release_publishes_its_entries(served: Served) -> None:
    """The publication of a release publishes its entries and adds an action."""
    entry = f"{served.place}/entries/in-release"
    served.send("PUT", entry, {"fields": {}}, X_Contentful_Content_Type="author")
    items = {"sys": {"type": "Array"}, "items": [link_to("Entry", "in-release")]}
    release = served.post(f"{served.place}/releases", {"title": "New", "entities": items})
    path = f"{served.place}/releases/{release['sys']['id']}"
    action = served.change("PUT", f"{path}/published", release)
    assert (action["action"], action["sys"]["status"]) == ("publish", "succeeded")
    assert served.get(entry)["sys"]["publishedVersion"] == 1
    assert action["sys"]["id"] in ids(served.get(f"{served.place}/release_actions"))
    done = served.get(path)
    assert done["sys"]["lastAction"] == link_to("ReleaseAction", action["sys"]["id"])
    archived = served.change("PUT", f"{path}/archived", done)
    assert archived["sys"]["status"] == "archived"
    assert served.change("DELETE", f"{path}/archived", archived)["sys"]["status"] == "active"


def test_comments_and_tasks_belong_to_entries(served: Served) -> None:
    """Comments and tasks are created, changed and deleted without a change of their entry."""
    entry = served.get(f"{served.place}/entries")["items"][0]
    path = f"{served.place}/entries/{entry['sys']['id']}"
    for name, body in (("comments", {"body": "Hm"}), ("tasks", {"body": "Do it"})):
        before = ids(served.get(f"{path}/{name}"))
        made = served.post(f"{path}/{name}", body)
        assert made["sys"]["parentEntity"] == link_to("Entry", entry["sys"]["id"])
        changed = served.change(
            "PUT", f"{path}/{name}/{made['sys']['id']}", {**made, "status": "resolved"}
        )
        assert (changed["status"], changed["sys"]["version"]) == ("resolved", 2)
        assert ids(served.get(f"{path}/{name}")) == [*before, made["sys"]["id"]]
        served.change("DELETE", f"{path}/{name}/{made['sys']['id']}", changed)
        assert ids(served.get(f"{path}/{name}")) == before
    assert served.get(path) == entry
    assert served.refusal(f"{served.place}/tasks")[0] == 501


def test_snapshots_follow_publications(served: Served) -> None:
    """Each publication in master adds a snapshot without tags; other environments have none."""
    for environment, expected in (("master", 2), ("staging", 0)):
        path = f"{served.space}/environments/{environment}/entries/new"
        entry = served.send("PUT", path, {"fields": {}}, X_Contentful_Content_Type="author").json()
        for _ in range(2):
            entry = served.change("PUT", f"{path}/published", entry)
        page = served.get(f"{path}/snapshots")
        assert list(page) == ["sys", "skip", "limit", "items"]
        assert len(page["items"]) == expected
        assert all("metadata" not in one["snapshot"] for one in page["items"])


def test_webhook_secrets_are_not_shown(served: Served) -> None:
    """A webhook does not show its password and the values of secret headers."""
    body = {
        "name": "W",
        "url": "https://hooks.example.com",
        "topics": ["*.*"],
        "httpBasicUsername": "u",
        "httpBasicPassword": "p",
        "headers": [{"key": "A", "value": "1"}, {"key": "B", "value": "2", "secret": True}],
    }
    answer = served.send("POST", f"{served.space}/webhook_definitions", body)
    made = answer.json()
    assert answer.status_code == 200
    assert made["headers"] == [{"key": "A", "value": "1"}, {"key": "B", "secret": True}]
    assert "httpBasicPassword" not in made
    assert served.get(f"{served.space}/webhook_definitions/{made['sys']['id']}") == made


def test_apps_are_installed_and_removed(served: Served, organization: str) -> None:
    """An app is installed with PUT on its id, and removed with DELETE."""
    app = served.post(f"{organization}/app_definitions", {"name": "New", "locations": []})
    path = f"{served.place}/app_installations/{app['sys']['id']}"
    made = served.send("PUT", path, {"parameters": {"a": 1}})
    assert made.status_code == 201
    assert made.json()["sys"]["appDefinition"] == link_to("AppDefinition", app["sys"]["id"])
    assert served.send("PUT", path, {"parameters": {"a": 2}}).json()["parameters"] == {"a": 2}
    assert served.get(f"{served.place}/app_installations")["total"] == 2
    assert served.send("DELETE", path).status_code == 204
    assert served.get(f"{served.place}/app_installations")["total"] == 1


def test_an_editor_interface_is_changed_through_its_content_type(served: Served) -> None:
    """PUT on the editor interface of a content type updates the listed one."""
    path = f"{served.place}/content_types/article/editor_interface"
    one = served.get(path)
    assert one["sys"]["id"] == "default"
    changed = served.change("PUT", path, {**one, "controls": []})
    assert (changed["controls"], changed["sys"]["version"]) == ([], one["sys"]["version"] + 1)
    listed = served.get(f"{served.place}/editor_interfaces")["items"]
    assert [one["controls"] for one in listed].count([]) == 1
    assert served.refusal(f"{served.place}/content_types/none/editor_interface")[0] == 404


def test_workflows_keep_their_links(served: Served) -> None:
    """A workflow keeps its links to entry and definition when it moves and completes."""
    definition = served.get(f"{served.place}/workflow_definitions")["items"][0]["sys"]["id"]
    links = {
        "entity": link_to("Entry", "x"),
        "workflowDefinition": link_to("WorkflowDefinition", definition),
    }
    made = served.post(f"{served.place}/workflows", {"stepId": "draft", **links})
    assert {name: made["sys"][name] for name in links} == links
    path = f"{served.place}/workflows/{made['sys']['id']}"
    moved = served.change("PUT", path, {"stepId": "review"}, made["sys"]["version"])
    assert {name: moved["sys"][name] for name in links} == links
    served.change("PUT", f"{path}/complete", None, moved["sys"]["version"])
    assert "completedAt" in served.get(path)["sys"]


def test_usage_covers_the_requested_days(served: Served, organization: str) -> None:
    """Usage has one number for each day of a period, and a period has at most 45 days."""
    served.control("POST", "clock", {"now": "2026-03-31T12:00:00Z"})
    path = f"{organization}/organization_periodic_usages"
    period = {"dateRange.startAt": "2026-03-01", "dateRange.endAt": "2026-03-10"}
    march = served.get(path, **period, **{"metric[in]": "cma,cda"})
    assert [one["metric"] for one in march["items"]] == ["cda", "cma"]
    days = march["items"][0]["usagePerDay"]
    assert list(days) == [f"2026-03-{day:02}" for day in range(1, 11)]
    whole = {one["metric"]: one["usagePerDay"] for one in served.get(path)["items"]}
    assert len(whole["cda"]) == 45
    assert {day: whole["cda"][day] for day in days} == days
    assert served.refusal(path, **{"dateRange.startAt": "2025-01-01"})[0] == 422


def test_secrets_contain_a_known_word(served: Served, organization: str) -> None:
    """Each part with a secret contains the word SECRET, which tests can search for."""
    for path in (
        *(f"{served.space}/api_keys", f"{served.space}/preview_api_keys"),
        *(f"{served.space}/webhook_definitions", f"{served.place}/app_installations"),
        *(f"{served.place}/extensions", f"{organization}/app_definitions"),
        f"{served.place}/automation_definitions",
    ):
        assert "SECRET" in str(served.get(path)), path


def test_the_awkward_space(served: Served) -> None:
    """The awkward space has records that are hard to read, behind an alias named master."""
    served.reset(awkward=True)
    space = "/spaces/awkward-0.1"
    assert len(served.get(f"{space}/locales")["items"]) == 30
    # Python cannot parse 1,000 levels of rich text.
    flat = {"sys.id[ne]": "deep-rich-text"}
    entries = served.get(f"{space}/entries", limit=1000, **flat)["items"]
    assert served.get(f"{space}/entries", select="sys")["total"] == len(entries) + 1
    found = {one["sys"]["id"]: one for one in entries}
    assert "fields" not in found["no-fields"]
    assert found["empty.fields"]["fields"] == {}
    assert found["surrogate"]["fields"]["symbol"]["en-US"].startswith("half a pair: \ud83d")
    assert "\x00" in found["nul"]["fields"]["symbol"]["en-US"]
    assert len(found["megabyte"]["fields"]["text"]["en-US"]) == 1 << 20
    assert len(found["x" * 64]["sys"]["id"]) == 64
    assert len({one["sys"]["createdAt"] for one in entries}) == 1
    kinds = served.get(f"{space}/content_types")["items"]
    assert sorted(len(one["fields"]) for one in kinds) == [0, 17, 500]
    assert {one["sys"]["environment"]["sys"]["id"] for one in entries} == {"master"}
    organization = served.stored("organizations")[0]["sys"]["id"]
    users = served.get(f"/organizations/{organization}/users")["items"]
    assert [one["sys"]["id"] for one in users if one["firstName"] is None] == ["nobody"]
