"""The documents: settings, sections, tables, diagrams and links."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import connector
from contentful_cma.settings.configuration import Configuration
from contentful_cma.settings.options import SETTINGS
from contentful_cma.tables import TABLES, configure

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "connector" / "README.md").read_text(encoding="utf-8")
FLAGS = re.MULTILINE | re.DOTALL
KEYS = [setting.key for setting in SETTINGS]
HEADINGS = """
Connector overview
Requirements
Getting started
Features
Configuration file
Requirements file
Authentication
Pagination
Data handling
Error handling
Tables created
Additional files
Additional considerations
""".strip().splitlines()


def test_every_setting_is_everywhere() -> None:
    """Each setting is in the connector's README, configuration.json, the form and the code."""
    placeholders = json.loads((ROOT / "connector" / "configuration.json").read_text())
    assert list(placeholders) == KEYS
    row = re.compile(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \| [^|]+ \|$", re.MULTILINE)
    assert row.findall(README)[: len(KEYS)] == KEYS
    assert sorted(Configuration.__dataclass_fields__) == sorted(KEYS)
    form = connector.configuration_form()
    assert [field.name for field in form._fields] == KEYS


PLACEHOLDERS = """
<YOUR_CONTENTFUL_CMA_ACCESS_TOKEN>
<YOUR_CONTENTFUL_ENVIRONMENT_ID>
<SYNC_FREQUENCY_HOURS>
<INITIAL_SYNC_DAYS>
<MAX_RECORDS_PER_PAGE>
<REQUEST_TIMEOUT_SECONDS>
<RETRY_ATTEMPTS>
<ENABLE_INCREMENTAL_SYNC>
<ENABLE_DEBUG_LOGGING>
<TABLES_TO_SYNC>
<YOUR_CONTENTFUL_ORGANIZATION_IDS>
<YOUR_CONTENTFUL_SPACE_IDS>
<REGION>
<BASE_URL>
<PERSONAL_DATA>
<REQUESTS_PER_SECOND>
""".strip().splitlines()


def test_placeholders_name_the_value_and_count_as_unset() -> None:
    """A copy of configuration.json with only the token filled in has all defaults."""
    placeholders = json.loads((ROOT / "connector" / "configuration.json").read_text())
    assert list(placeholders.values()) == PLACEHOLDERS
    with pytest.raises(ValueError, match=r"access_token must be .* \(got the placeholder\)"):
        configure(placeholders)
    assert configure({**placeholders, "access_token": "cma-token"}) == configure(
        {"access_token": "cma-token"}
    )


def test_the_readme_has_fivetrans_order() -> None:
    """The headings of the connector's README are those of Fivetran's template, in its order."""
    assert re.findall(r"^## (.+)$", README, re.MULTILINE) == HEADINGS


def test_functions_that_the_readme_names_exist() -> None:
    """Each function that the README refers to is defined once, on the level of a module."""
    names = re.findall(r"[Rr]efer to `(\w+)`(?: and `(\w+)`)?", README)
    sources = [path.read_text() for path in (ROOT / "connector").rglob("*.py")]
    found = {name for group in names for name in group if name}
    assert len(found) > 5
    for name in found:
        definition = re.compile(rf"^(?:async )?def {name}\(", re.MULTILINE)
        assert sum(len(definition.findall(source)) for source in sources) == 1, name


def test_every_folder_is_listed() -> None:
    """The README's list of additional files has each folder of the connector once."""
    listed = re.findall(r"^- `contentful_cma/(\w+)/`", README, re.MULTILINE)
    package = ROOT / "connector" / "contentful_cma"
    assert sorted(listed) == sorted(path.parent.name for path in package.glob("*/__init__.py"))


def test_every_table_is_listed_with_its_key() -> None:
    """The README has a row for each table, with its primary key; both READMEs count the tables."""
    rows = re.findall(r"^\| ([A-Z_]+) \| [^|]+ \| ([^|]+) \|", README, re.MULTILINE)
    listed = {name: tuple(re.findall(r"\w+", key)) for name, key in rows}
    assert listed == {one.name: tuple(one.primary_key) for one in TABLES}
    assert f", in {len(listed)} tables." in (ROOT / "README.md").read_text("utf-8")
    assert f"organizations and spaces, and {len(listed) - 2} further tables" in README


def test_the_readme_of_the_connector_is_short() -> None:
    """The connector's README has at most 1,300 words, without the rows of its two tables."""
    text = re.sub(r"```json.*?```", "", README, flags=re.DOTALL)
    prose = [line for line in text.splitlines() if not line.startswith("|")]
    assert len(" ".join(prose).split()) <= 1300


def test_the_readme_is_short() -> None:
    """The README has at most 450 words and three tables."""
    text = re.sub(r"```.*?```", "", (ROOT / "README.md").read_text("utf-8"), flags=re.DOTALL)
    assert len(re.sub(r"\]\([^)]*\)", "]", text).split()) <= 450
    assert len(re.findall(r"^\|---", text, re.MULTILINE)) <= 3


ENTITY = r"    [A-Z_]+ \{\n(?:        [A-Z_]+ \w+ (?:PK|FK|PK, FK)\n)+    \}\n"
RELATION = r"    [A-Z_]+ (?:\|o|\}o)--(?:\|\||o\||o\{) [A-Z_]+ : \w+\n"
MERMAID = re.compile(
    rf"erDiagram\n(?:{ENTITY})*(?:{RELATION})*|"
    r'flowchart TD\n(?:    \w+\["[^"\n]+"\]\n)+(?:    \w+ --> \w+\n)+'
)
"""The part of Mermaid's grammar that the documents use."""

RESERVED = {"end", "graph", "subgraph", "style", "class", "click", "one", "many", "to", "u"}
"""Words of Mermaid's, which can name no box and no table."""


@pytest.mark.parametrize("document", sorted(ROOT.glob("docs/**/*.md")))
def test_diagrams_are_mermaid(document: Path) -> None:
    """Each diagram in a document is in the part of Mermaid's grammar that Mermaid draws."""
    blocks = re.findall(r"^```mermaid\n(.*?)^```$", document.read_text("utf-8"), FLAGS)
    for block in blocks:
        assert MERMAID.fullmatch(block), block
        assert RESERVED.isdisjoint(re.findall(r"\w+", re.sub(r'".*?"', "", block).lower()))
    assert bool(blocks) == (document.name in {"architecture.md", "erd.md"})


DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "[!.]*/*.md", "docs/**/*.md", "tests/**/*.md")
    for path in {*ROOT.glob(pattern)}
)


def anchors(document: Path) -> set[str]:
    """Return the anchors of the headings of a document, as on GitHub."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: Path) -> None:
    """Each relative link in a document leads to a file or folder, and its anchor to a heading."""
    text = document.read_text(encoding="utf-8")
    for target, heading in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", text):
        found = document.parent / target if target else document
        assert found.exists(), target
        assert not heading or heading in anchors(found), f"{target}#{heading}"


def test_every_test_that_a_document_names_exists() -> None:
    """Each test in the tables is defined exactly once."""
    document = "tests/promises/README.md"
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", (ROOT / document).read_text("utf-8")))
    assert len(named) > 15
    assert {name: len(re.findall(rf"def {name}\(", sources)) for name in named} == dict.fromkeys(
        named, 1
    )
