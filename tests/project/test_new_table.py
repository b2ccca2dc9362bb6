"""A table lives in four files, and whoever adds one is told what to write into which."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import new_table
import pytest

from cma_emulator.account.catalogue import Origin
from cma_emulator.endpoints.endpoint import Endpoint
from contentful_cma.tables import GROUPED
from contentful_cma.tables.places import SPACE
from contentful_cma.tables.table import Table
from support.examples import Example

ROOT = Path(__file__).resolve().parents[2]
NAME, ENDPOINT = "MADE_UP_THINGS", "/spaces/{space_id}/made_up_things"
"""A table that will never be."""


@dataclass(frozen=True)
class Group:
    """What the modules of one group hold."""

    name: str
    tables: tuple[Table, ...]
    endpoints: tuple[Endpoint, ...]
    examples: tuple[Example, ...]


def groups() -> list[Group]:
    """Return all groups of tables."""
    found = []
    for name, tables in GROUPED.items():
        served = importlib.import_module(f"cma_emulator.endpoints.{name}")
        examples = importlib.import_module(f"support.examples.{name}")
        endpoints = (*served.ENDPOINTS, *(one.endpoint for one in served.SPECIALS))
        found.append(Group(name, tables, endpoints, getattr(examples, name.upper())))
    return found


def unfinished(group: Group) -> list[str]:
    """Return what is missing of the tables of a group: the table, what to write, and where."""
    name, missing = group.name, []
    served = {_shape(one.resource.path): one for one in group.endpoints}
    for table in group.tables:
        path = table.path if table.path.startswith("/") else f"{table.scope.prefix}/{table.path}"
        endpoint = served.get(_shape(path))
        if table.name in COMPUTED:
            continue
        if endpoint is None:
            missing.append(
                f"{table.name}: the emulator has no {path}; declare an Endpoint in"
                f" {new_table.ENDPOINTS}/{name}.py and put it into ENDPOINTS."
            )
        elif (
            endpoint.origin == Origin() and endpoint.derived is None and table.name not in COMPUTED
        ):
            missing.append(
                f"{table.name}: a generated account has no record of it; yield some in"
                f" {new_table.SAMPLES}/{name}.py and name that function in the origin of its"
                f" Endpoint in {new_table.ENDPOINTS}/{name}.py."
            )
    declared, shown = {one.name for one in group.tables}, {one.table for one in group.examples}
    missing += [
        f"{one}: there is no example; declare an Example, a record and its whole row, in"
        f" {new_table.EXAMPLES}/{name}.py and put it into {name.upper()}."
        for one in sorted(declared - shown)
    ]
    missing += [
        f"{one}: there is no table; declare a Table in {new_table.TABLES}/{name}.py and put it"
        " into TABLES."
        for one in sorted(shown - declared)
    ]
    return missing


COMPUTED = frozenset(("WEBHOOK_HEALTH", "ORGANIZATION_USAGE", "SPACE_USAGE", "ASSET_BANDWIDTH"))
"""Counted by the emulator when they are asked for, so without samples of their own."""


def _shape(path: str) -> str:
    """Return a path without the names of its placeholders, which connector and emulator choose."""
    return re.sub(r"\{\w+\}", "{}", path).strip("/")


@pytest.mark.parametrize("group", groups(), ids=lambda group: group.name)
def test_every_table_stands_in_its_four_files(group: Group) -> None:
    """Table, endpoint, samples and example are filed under one group, and none is missing."""
    assert unfinished(group) == []


WHOLE = next(group for group in groups() if group.name == "structure")
TAGS = next(table for table in WHOLE.tables if table.name == "TAGS")
SERVED = next(one for one in WHOLE.endpoints if one.resource.path.endswith("/tags"))
MISSING: Mapping[str, tuple[Group, str]] = {
    "the table": (
        replace(WHOLE, tables=tuple(one for one in WHOLE.tables if one is not TAGS)),
        (
            "TAGS: there is no table; declare a Table in"
            " connector/contentful_cma/tables/structure.py and put it into TABLES."
        ),
    ),
    "the endpoint": (
        replace(WHOLE, endpoints=tuple(one for one in WHOLE.endpoints if one is not SERVED)),
        (
            "TAGS: the emulator has no /spaces/{space_id}/environments/{environment_id}/tags;"
            " declare an Endpoint in emulator/cma_emulator/endpoints/structure.py and put it into"
            " ENDPOINTS."
        ),
    ),
    "the samples": (
        replace(
            WHOLE,
            endpoints=tuple(
                replace(one, origin=Origin()) if one is SERVED else one for one in WHOLE.endpoints
            ),
        ),
        (
            "TAGS: a generated account has no record of it; yield some in"
            " emulator/cma_emulator/samples/structure.py and name that function in the origin of"
            " its Endpoint in emulator/cma_emulator/endpoints/structure.py."
        ),
    ),
    "the example": (
        replace(WHOLE, examples=tuple(one for one in WHOLE.examples if one.table != "TAGS")),
        (
            "TAGS: there is no example; declare an Example, a record and its whole row, in"
            " tests/support/examples/structure.py and put it into STRUCTURE."
        ),
    ),
}


@pytest.mark.parametrize(("group", "sentence"), MISSING.values(), ids=MISSING.keys())
def test_what_a_table_lacks_is_told(group: Group, sentence: str) -> None:
    """Each of the four that is missing is one sentence that says what to write into which file."""
    assert unfinished(group) == [sentence]


def test_a_table_of_another_group_is_told() -> None:
    """An endpoint in the module of another group is missing where the table stands."""
    stray = Table("STRAY", SPACE, "roles", "A role.", ())
    found = unfinished(replace(WHOLE, tables=(*WHOLE.tables, stray)))
    assert [one.partition(":")[0] for one in found] == ["STRAY", "STRAY"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a copy of the four places and of the settings of ruff."""
    for place in (new_table.TABLES, new_table.ENDPOINTS, new_table.SAMPLES, new_table.EXAMPLES):
        shutil.copytree(ROOT / place, tmp_path / place)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def words_of(lines: list[str]) -> Counter[str]:
    """Return how often each word stands in a text."""
    return Counter(re.findall(r"\w+", " ".join(lines)))


def begin(project: Path, asked: new_table.Asked) -> dict[str, list[str]]:
    """Begin a table in a copy; return the lines that each file has more."""
    assert list(new_table.problems(asked, project)) == []
    added = {}
    for path in new_table.write(asked, project):
        before = (ROOT / path.relative_to(project)).read_text().splitlines()
        after = path.read_text().splitlines()
        added[str(path.relative_to(project))] = [line for line in after if line not in before]
        assert words_of(before) - words_of(after) == Counter()
    return added


def refused(project: Path, path: str) -> list[str]:
    """Return the rules of ruff that a file breaks."""
    ruff = Path(sys.executable).parent / "ruff"
    command = [str(ruff), "check", "--output-format", "concise", path]
    shown = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    return sorted(set(re.findall(r": ([A-Z]+\d+) ", shown.stdout)))


@pytest.mark.process
@pytest.mark.parametrize("group", GROUPED)
def test_a_new_table_begins_in_four_files(project: Path, group: str) -> None:
    """Each group takes a new table; all that `make check` refuses of it is what is left to do."""
    added = begin(project, new_table.Asked(NAME, group, ENDPOINT))
    assert list(added) == [
        f"connector/contentful_cma/tables/{group}.py",
        f"emulator/cma_emulator/endpoints/{group}.py",
        f"emulator/cma_emulator/samples/{group}.py",
        f"tests/support/examples/{group}.py",
    ]
    for path, lines in added.items():
        assert any("# TODO: " in line for line in lines), path
        assert refused(project, path) == ["FIX002"], path


@pytest.mark.process
@pytest.mark.parametrize(
    ("endpoint", "scope", "collection"),
    [
        ("/made_up_things", "ACCOUNT", "made_up_things"),
        (
            "/organizations/{organization_id}/made_up_things",
            "ORGANIZATION",
            "organizations/acme/made_up_things",
        ),
        (ENDPOINT, "SPACE", "spaces/shop/made_up_things"),
        (
            "/spaces/{space_id}/environments/{environment_id}/made_up/things",
            "ENVIRONMENT",
            "spaces/shop/environments/master/made_up/things",
        ),
    ],
)
def test_the_endpoint_tells_the_scope(
    project: Path, endpoint: str, scope: str, collection: str
) -> None:
    """The path of the collection decides the scope, and where the example stands."""
    added = begin(project, new_table.Asked(NAME, "work", endpoint))
    tables, _, _, examples = added.values()
    assert f"    {scope}," in [*tables, "    ENVIRONMENT,", "    SPACE,"]
    assert f'    "{collection}",' in examples
    assert refused(project, "tests/support/examples/work.py") == ["FIX002"]
    assert refused(project, "emulator/cma_emulator/endpoints/work.py") == ["FIX002"]


@pytest.mark.parametrize(
    ("asked", "begins"),
    [
        (new_table.Asked(NAME, "brands", ENDPOINT), "GROUP is one of content, core, "),
        (new_table.Asked("TAGS", "structure", ENDPOINT), "TAGS stands in connector/"),
        (new_table.Asked("BrandKits", "structure", ENDPOINT), "NAME is in capitals"),
        (new_table.Asked(NAME, "structure", ""), "ENDPOINT is the path of"),
        (new_table.Asked(NAME, "structure", "made_up_things"), "ENDPOINT is the path of"),
        (
            new_table.Asked("LIKES", "history", "/spaces/{space_id}/entries/{entry_id}/likes"),
            "ENDPOINT is the path of",
        ),
    ],
)
def test_what_cannot_be_begun_is_told(asked: new_table.Asked, begins: str) -> None:
    """A name, a group or a path that cannot be used is one sentence on what can."""
    (found,) = new_table.problems(asked, ROOT)
    assert found.startswith(begins)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("BRAND_KITS", "BrandKit"),
        ("TEAM_MEMBERSHIPS", "TeamMembership"),
        ("POLICIES", "Policy"),
        ("MEDIA", "Media"),
    ],
)
def test_the_kind_follows_the_name(name: str, kind: str) -> None:
    """The kind of a record is proposed in the singular, without underscores."""
    assert new_table.kind_of(name) == kind
