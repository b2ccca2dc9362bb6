"""Each table is in four files, and a missing one is reported."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from cma_emulator.account.catalog import Origin
from cma_emulator.endpoints.endpoint import Endpoint
from contentful_cma.tables import GROUPED
from contentful_cma.tables.places import SPACE
from contentful_cma.tables.table import Table
from support.examples import BY_GROUP, Example

ROOT = Path(__file__).resolve().parents[2]
TABLES = "connector/contentful_cma/tables"
ENDPOINTS = "emulator/cma_emulator/endpoints"
SAMPLES = "emulator/cma_emulator/samples"
EXAMPLES = "tests/support/examples"
"""The four folders of a table, each with one file per group."""


@dataclass(frozen=True)
class Group:
    """The contents of the modules of one group."""

    name: str
    tables: tuple[Table, ...]
    endpoints: tuple[Endpoint, ...]
    examples: tuple[Example, ...]


def groups() -> list[Group]:
    """Return all groups of tables."""
    found = []
    for name, tables in GROUPED.items():
        served = importlib.import_module(f"cma_emulator.endpoints.{name}")
        endpoints = (*served.ENDPOINTS, *(one.endpoint for one in served.SPECIALS))
        found.append(Group(name, tables, endpoints, BY_GROUP[name]))
    return found


def unfinished(group: Group) -> list[str]:
    """Return a sentence per missing part of the tables of a group, with the file to edit."""
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
                f" {ENDPOINTS}/{name}.py and put it into ENDPOINTS."
            )
        elif (
            endpoint.origin == Origin() and endpoint.derived is None and table.name not in COMPUTED
        ):
            missing.append(
                f"{table.name}: a generated account has no record of it; yield some in"
                f" {SAMPLES}/{name}.py and name that function in the origin of its"
                f" Endpoint in {ENDPOINTS}/{name}.py."
            )
    declared, shown = {one.name for one in group.tables}, {one.table for one in group.examples}
    missing += [
        f"{one}: there is no example; write one, a record and its whole row, into"
        f" {EXAMPLES}/{name}.json."
        for one in sorted(declared - shown)
    ]
    missing += [
        f"{one}: there is no table; declare a Table in {TABLES}/{name}.py and put it into TABLES."
        for one in sorted(shown - declared)
    ]
    return missing


COMPUTED = frozenset(("WEBHOOK_HEALTH", "ORGANIZATION_USAGE", "SPACE_USAGE", "ASSET_BANDWIDTH"))
"""Tables that the emulator computes for each request, so they have no samples."""


def _shape(path: str) -> str:
    """Return a path without the names of its placeholders, which may differ."""
    return re.sub(r"\{\w+\}", "{}", path).strip("/")


@pytest.mark.parametrize("group", groups(), ids=lambda group: group.name)
def test_every_table_is_in_its_four_files(group: Group) -> None:
    """Each table has its endpoint, samples and example in the files of its group."""
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
            "TAGS: there is no example; write one, a record and its whole row, into"
            " tests/support/examples/structure.json."
        ),
    ),
}


@pytest.mark.parametrize(("group", "sentence"), MISSING.values(), ids=MISSING.keys())
def test_a_missing_part_is_reported(group: Group, sentence: str) -> None:
    """Each missing part is one sentence with the code to write and its file."""
    assert unfinished(group) == [sentence]


def test_an_endpoint_of_another_group_is_reported() -> None:
    """An endpoint in the module of another group counts as missing."""
    stray = Table("STRAY", SPACE, "roles", "A role.", ())
    found = unfinished(replace(WHOLE, tables=(*WHOLE.tables, stray)))
    assert [one.partition(":")[0] for one in found] == ["STRAY", "STRAY"]


def test_contributing_lists_the_four_files() -> None:
    """The list for contributors has the four files of a table, in the order of the work."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    _, _, section = text.partition("## Add a table\n")
    listed = re.findall(r"^\d\. `(.+?)/<group>\.\w+`: ", section, re.MULTILINE)
    assert listed == [TABLES, ENDPOINTS, SAMPLES, EXAMPLES]
