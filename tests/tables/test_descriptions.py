"""What the columns of the tables mean, in words."""

from __future__ import annotations

import re

import pytest

from contentful_cma.tables import TABLES

FILLING = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been by for from has have here how id ids if in is it its last no"
        " not null of on or so than that the their them there they this to utc was were what when"
        " where whether which who whose with",
    )
)
"""Words that tell nothing of a column."""


def told(name: str, description: str) -> set[str]:
    """Return the words of a description that neither fill it nor stand in the column's name."""
    words = set(re.findall(r"[a-z]+", description.lower())) - FILLING
    named = [part for part in name.split("_") if part not in FILLING]
    return {word for word in words if not any(_stem(word) == _stem(one) for one in named)}


def _stem(word: str) -> str:
    """Return a word without the ending that makes it a plural or a past."""
    return re.sub(r"(s|es|ed|d)$", "", word)


def test_every_column_is_described() -> None:
    """Each column, those of the scope too, has a sentence that says more than its name."""
    for table in TABLES:
        described = table.descriptions()
        assert list(described) == [name for name, _ in table.declared()]
        for name, words in described.items():
            assert re.fullmatch(r"\S.*\.", words), (table.name, name)
            assert told(name, words), (table.name, name)


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("name", "Its name."),
        ("created_at", "When it was created, in UTC."),
        ("content_type_id", "Id of the content type."),
        ("error", "The errors."),
    ],
)
def test_what_repeats_a_name_is_noticed(name: str, description: str) -> None:
    """A sentence of filling words around those of the name tells nothing."""
    assert told(name, description) == set()


def test_descriptions_name_tables_that_there_are() -> None:
    """A word in capitals with an underscore, or alone in brackets, is the name of a table."""
    text = " ".join(words for table in TABLES for words in table.descriptions().values())
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b|\(([A-Z]{4,})\)", text))
    assert named - {one.name for one in TABLES} - {""} == set()
