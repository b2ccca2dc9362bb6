"""What the documents say of the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import connector
from contentful_cma.settings.configuration import Configuration
from contentful_cma.settings.options import SETTINGS
from contentful_cma.tables import configure

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
    """Each setting stands in both READMEs, in configuration.json, in the form and in the code."""
    placeholders = json.loads((ROOT / "connector" / "configuration.json").read_text())
    assert list(placeholders) == KEYS
    for document in (README, (ROOT / "README.md").read_text(encoding="utf-8")):
        assert (
            re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \| [^|]+ \|$", document, re.MULTILINE)[
                : len(KEYS)
            ]
            == KEYS
        )
    assert sorted(Configuration.__dataclass_fields__) == sorted(KEYS)
    form = connector.configuration_form()
    assert [field.name for field in form._fields] == KEYS


def test_placeholders_say_what_is_accepted_and_count_as_unset() -> None:
    """A copy of configuration.json in which only the token is filled in is the default."""
    placeholders = json.loads((ROOT / "connector" / "configuration.json").read_text())
    assert [
        setting.key for setting in SETTINGS if setting.accepted not in placeholders[setting.key]
    ] == []
    with pytest.raises(ValueError, match=r"access_token: given the placeholder"):
        configure(placeholders)
    assert configure({**placeholders, "access_token": "cma-token"}) == configure(
        {"access_token": "cma-token"}
    )


def test_the_readme_has_fivetrans_order() -> None:
    """The headings of the connector's README are those of Fivetran's template, in its order."""
    assert re.findall(r"^## (.+)$", README, re.MULTILINE) == HEADINGS


@pytest.mark.parametrize("name", re.findall(r"``def (\w+)\(", README))
def test_functions_that_the_readme_names_exist(name: str) -> None:
    """Each function in the README is defined on the level of a module, with those parameters."""
    parameters = re.search(rf"``def {name}\(([^)]*)\)", README)
    assert parameters
    sources = [path.read_text() for path in (ROOT / "connector").rglob("*.py")]
    found = [
        re.search(rf"^(?:async )?def {name}\(([^)]*)\)", source, re.MULTILINE)
        for source in sources
    ]
    defined = [one[1] for one in found if one]
    assert len(defined) == 1
    names = re.findall(r"(\w+):", defined[0])
    assert names == parameters[1].split(", ")


def test_every_module_is_listed() -> None:
    """The README's list of additional files has each module once."""
    listed = re.findall(r"^- `(contentful_cma/[\w/]+(?:\.py|/))`", README, re.MULTILINE)
    modules = {
        str(path.relative_to(ROOT / "connector"))
        for path in (ROOT / "connector" / "contentful_cma").rglob("*.py")
        if path.name != "__init__.py" and path.parent.name != "tables"
    }
    assert sorted(listed) == sorted([*modules, "contentful_cma/tables/"])


ENTITY = r"    [A-Z_]+ \{\n(?:        [A-Z_]+ \w+ (?:PK|FK|PK, FK)\n)+    \}\n"
RELATION = r"    [A-Z_]+ (?:\|o|\}o)--(?:\|\||o\||o\{) [A-Z_]+ : \w+\n"
MERMAID = re.compile(
    rf"erDiagram\n(?:{ENTITY})*(?:{RELATION})*|"
    r'flowchart TD\n(?:    \w+\["[^"\n]+"\]\n)+(?:    \w+ --> \w+\n)+'
)
"""The part of Mermaid's grammar that the documents use."""

RESERVED = {"end", "graph", "subgraph", "style", "class", "click", "one", "many", "to", "u"}
"""Words of Mermaid's, which can name no box and no table."""


@pytest.mark.parametrize("document", sorted(ROOT.glob("docs/*.md")))
def test_diagrams_are_mermaid(document: Path) -> None:
    """Each diagram in a document is in the part of Mermaid's grammar that Mermaid draws."""
    blocks = re.findall(r"^```mermaid\n(.*?)^```$", document.read_text("utf-8"), FLAGS)
    for block in blocks:
        assert MERMAID.fullmatch(block), block
        assert RESERVED.isdisjoint(re.findall(r"\w+", re.sub(r'".*?"', "", block).lower()))
    assert bool(blocks) == (document.name in {"architecture.md", "erd.md"})


def anchors(document: Path) -> set[str]:
    """Return how the headings of a document can be linked to, as GitHub has it."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings}


@pytest.mark.parametrize("document", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("[!.]*/*.md")))
def test_links_lead_somewhere(document: Path) -> None:
    """Each relative link in a document leads to a file or folder, and to a heading in it."""
    text = document.read_text(encoding="utf-8")
    for target, heading in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", text):
        found = document.parent / target if target else document
        assert found.exists(), target
        assert not heading or heading in anchors(found), f"{target}#{heading}"


@pytest.mark.parametrize("document", ["reliability.md", "motivation.md"])
def test_every_test_that_a_document_names_exists(document: str) -> None:
    """Each test in the tables is defined once, so that a reader can find and run it."""
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / document).read_text("utf-8")))
    assert len(named) > 15
    assert {name: len(re.findall(rf"def {name}\(", sources)) for name in named} == dict.fromkeys(
        named, 1
    )
