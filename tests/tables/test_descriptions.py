"""Descriptions of tables and columns."""

from __future__ import annotations

import re

import pytest

from contentful_cma.tables import TABLES
from contentful_cma.tables.table import Table

FILLING = {"what"} | set(
    re.findall(
        r"\w+",
        "a an and are as at be been by for from has have here how id ids if in is it its last no"
        " not null of on or so than that the their them there they this to true utc was were when"
        " where whether which who whose with",
    )
)
"""Words that add no information about a column."""


def informative(name: str, description: str) -> set[str]:
    """Return the words of a description that are neither filler nor part of the column's name."""
    words = set(re.findall(r"[a-z]+", description.lower())) - FILLING
    named = [part for part in name.split("_") if part not in FILLING]
    return {word for word in words if not any(_stem(word) == _stem(one) for one in named)}


def _stem(word: str) -> str:
    """Return a word without the ending of a plural or a past tense."""
    return re.sub(r"(s|es|ed|d)$", "", word)


def test_every_column_is_described() -> None:
    """Each column, also of the scope, has a description that says more than the name."""
    for table in TABLES:
        described = table.descriptions()
        assert list(described) == [name for name, _ in table.declared()]
        for name, words in described.items():
            assert re.fullmatch(r"\S.*\.", words), (table.name, name)
            assert informative(name, words), (table.name, name)


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("name", "Its name."),
        ("created_at", "When it was created, in UTC."),
        ("content_type_id", "Id of the content type."),
        ("error", "The errors."),
    ],
)
def test_a_description_that_repeats_the_name_is_detected(name: str, description: str) -> None:
    """A description made of filler words and words of the name is not informative."""
    assert informative(name, description) == set()


PRONOUNS = re.compile(r"\b(?:it|they|this|these|so)\b")
"""Words that need a sentence before them to refer to."""


def test_descriptions_are_short() -> None:
    """A description has at most 16 words, and no word that refers to an earlier sentence."""
    for table in TABLES:
        for name, words in table.descriptions().items():
            assert len(words.split()) <= 16, (table.name, name)
            first, *_ = re.split(r"[.;] ", words)
            assert not PRONOUNS.search(first), (table.name, name)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_descriptions_fit_markdown_and_jinja(table: Table) -> None:
    """No description has a character that ends a cell of Markdown or begins a tag of Jinja."""
    for words in (table.description, table.needs, *table.descriptions().values()):
        assert not re.search(r"[{}|\n]|%", words), words


def test_table_descriptions_name_the_rows() -> None:
    """Each table is described by its rows, because a join depends on them."""
    assert [one.name for one in TABLES if not one.description.startswith("One row per ")] == []


def test_descriptions_name_existing_tables() -> None:
    """A word in capitals with an underscore, or alone in parentheses, is the name of a table."""
    text = " ".join(words for table in TABLES for words in table.descriptions().values())
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b|\(([A-Z]{4,})\)", text))
    assert named - {one.name for one in TABLES} - {""} == set()
