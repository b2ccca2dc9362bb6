"""The rows of each mart that each of the demo's twelve edits changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial

import expected_content
import expected_more
import expected_work
import pytest
from emulated import LATER, Account, Place, Record
from engines import Engine, duckdb_project, duckdb_rows
from marts import KEYS, Marts, all_marts, computed, keyed

from support.duckdb_file import synced
from tools.user import twelve_edits
from tools.user.emulated_account import configuration, emulated_account

WORLD = {"organizations": 2, "spaces": 4, "environments": 1, "entries": 20, "assets": 5}
SELECTED = {"tables": "all, ENTRY_SNAPSHOTS, WORKFLOW_STEPS, TASKS, COMMENTS"}
"""All tables that the marts read."""

Effect = tuple[int, int, int]
"""The numbers of rows that are added, removed and changed."""

EFFECTS: dict[str, dict[str, Effect]] = {
    # Each entry and asset of the space shows its name.
    "rename_a_space": {"entries": (0, 0, 20), "assets": (0, 0, 5)},
    # Three resources of its environment and four of the space; its organization has one more
    # environment.
    "add_a_space": {"limits": (7, 0, 1)},
    # 16 articles with five links each; two authors and two categories with one link each; two
    # locales.
    "delete_a_space": {
        "entries": (0, 20, 0),
        "entry_links": (0, 84, 0),
        "orphans": (0, 4, 0),
        "assets": (0, 5, 0),
        "content_types": (0, 3, 0),
        "content_type_fields": (0, 15, 0),
        "translations": (0, 40, 0),
        "publishing_daily": (0, 33, 0),
        "limits": (0, 7, 0),
        "access": (0, 2, 0),
        "credentials": (0, 2, 0),
        "webhooks": (0, 2, 0),
        "scheduled_actions": (0, 2, 0),
        "workflows": (0, 2, 0),
        "workflow_steps": (0, 2, 0),
        "tags": (0, 2, 0),
        "releases": (0, 2, 0),
        "tasks": (0, 9, 0),
        # The space had an installation of the app; both its people have one space less.
        "apps": (0, 0, 1),
        "seats": (0, 0, 2),
        "editors_monthly": (0, 34, 0),
    },
    # Title, status and times of one entry; its type has one more changed entry, one fewer stale.
    # Its release has one more changed entry, its task shows the title, and its last edit moves to
    # another month.
    "edit_an_entry": {
        "entries": (0, 0, 1),
        "content_types": (0, 0, 1),
        "releases": (0, 0, 1),
        "tasks": (0, 0, 1),
        "editors_monthly": (1, 0, 1),
    },
    # A category with a label in one locale: both fields of its type have one more entry, and its
    # environment and organization have one more record.
    "create_an_entry": {
        "entries": (1, 0, 0),
        "orphans": (1, 0, 0),
        "content_types": (0, 0, 1),
        "content_type_fields": (0, 0, 2),
        "translations": (2, 0, 0),
        "publishing_daily": (1, 0, 0),
        "limits": (0, 0, 2),
        "editors_monthly": (0, 0, 1),
    },
    # A category: its parent has one link less, and three links to it now have no target.
    "delete_an_entry": {
        "entries": (0, 1, 1),
        "entry_links": (0, 1, 3),
        "content_types": (0, 0, 2),
        "content_type_fields": (0, 0, 2),
        "translations": (0, 2, 0),
        "publishing_daily": (0, 1, 0),
        "limits": (0, 0, 1),
        "tasks": (0, 1, 0),
        "editors_monthly": (0, 1, 0),
    },
    # An article: its five links are live, four to it are ok, its asset has one more live use.
    "publish_an_entry": {
        "entries": (0, 0, 1),
        "entry_links": (0, 0, 9),
        "assets": (0, 0, 1),
        "content_types": (0, 0, 1),
        "translations": (0, 0, 2),
        "publishing_daily": (1, 0, 0),
        "editors_monthly": (0, 1, 1),
    },
    "change_an_asset": {"assets": (0, 0, 1), "releases": (0, 0, 1)},
    "add_a_field": {"content_types": (0, 0, 1), "content_type_fields": (1, 0, 0)},
    # Five assets and twenty entries are not in Italian.
    "add_a_locale": {"assets": (0, 0, 5), "translations": (20, 0, 0), "limits": (0, 0, 1)},
    "create_a_tag": {"tags": (1, 0, 0)},
    # The person was a member of two spaces and had created no content.
    "remove_a_member": {"access": (0, 2, 0), "seats": (0, 1, 0)},
}


@dataclass(frozen=True)
class Story:
    """The effects of each edit on the records, and the final marts, by records and by dbt."""

    effects: dict[str, dict[str, Effect]]
    last: Marts
    engine: Engine


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Give the demo's account after two syncs with the twelve edits between them."""
    folder = tmp_path_factory.mktemp("edits")
    now = datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None) + LATER
    warehouse = folder / "warehouse.db"
    with (
        emulated_account(**WORLD, rate_limit=0) as url,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(twelve_edits, "PAUSE_SECONDS", 0)
        given = {**configuration(url), **SELECTED}
        rows = synced(warehouse, given)
        first = Account(url, now)
        old = before = all_marts(first)
        unknown = {"workflow_name": None, "step_position": None, "entered_by_name": None}
        steps = keyed(
            "workflow_steps", [{**row, **unknown} for row in computed("workflow_steps", first)]
        )
        seen = {}
        editor = twelve_edits.Account(url)
        for edit in twelve_edits.EDITS:
            edit(editor)
            new = all_marts(Account(url, now), excluded=("usage_daily",))
            seen[edit.__name__] = effects(old, new)
            old = new
        synced(warehouse, given, rows)
        last = all_marts(Account(url, now, deleted=deleted(first, Account(url, now))))
        # Past usage and steps are kept when a space is deleted; its names are not.
        last["workflow_steps"] = {**steps, **last["workflow_steps"]}
        last["usage_daily"] = {**before["usage_daily"], **last["usage_daily"]}
    variables = {
        "contentful__now": now.isoformat(sep=" "),
        "contentful__limits": expected_content.LIMITS,
        "contentful__quotas": expected_work.QUOTAS,
        "contentful__seo_fields": expected_more.SEO_FIELDS,
    }
    built = duckdb_project(folder, warehouse, "UTC", variables)
    built.dbt("run")
    return Story(seen, last, Engine(built, partial(duckdb_rows, warehouse)))


def effects(before: Marts, after: Marts) -> dict[str, Effect]:
    """Return the added, removed and changed rows of each mart in *after*, without zeros."""
    found = {}
    for mart, new in after.items():
        old = before[mart]
        changed = sum(old[key] != new[key] for key in old.keys() & new.keys())
        found[mart] = len(new.keys() - old.keys()), len(old.keys() - new.keys()), changed
    return {mart: effect for mart, effect in found.items() if any(effect)}


def deleted(before: Account, after: Account) -> dict[Place, list[Record]]:
    """Return the entries that are missing in *after*, by place."""
    found: dict[Place, list[Record]] = {}
    for (space, environment, name), entry in before.entries.items():
        if (space, environment, name) not in after.entries:
            found.setdefault((space, environment), []).append(entry)
    return found


@pytest.mark.models
@pytest.mark.parametrize("edit", [edit.__name__ for edit in twelve_edits.EDITS])
def test_an_edit_has_the_expected_effect(edit: str, story: Story) -> None:
    """Each edit adds, removes and changes exactly the rows that are listed in `EFFECTS`."""
    assert story.effects[edit] == EFFECTS[edit]


@pytest.mark.models
@pytest.mark.parametrize("mart", KEYS)
def test_the_marts_follow_the_edits(mart: str, story: Story) -> None:
    """After the second sync, each mart equals the rows computed from the edited records."""
    found = story.engine.read("analytics_contentful", f"contentful__{mart}")
    assert keyed(mart, found) == story.last[mart]
