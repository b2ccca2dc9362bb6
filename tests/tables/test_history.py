"""What tells whether the parents of tables of `history` have anything to ask for."""

from __future__ import annotations

import pytest

from contentful_cma.tables.history import was_published

PUBLISHED = "2026-01-02T03:04:05.006Z"


@pytest.mark.parametrize(
    ("sys", "is_asked"),
    [
        ({"firstPublishedAt": PUBLISHED, "publishedAt": PUBLISHED}, True),
        ({"firstPublishedAt": PUBLISHED}, True),
        ({"publishedAt": PUBLISHED}, True),
        ({"firstPublishedAt": None}, False),
        ({"createdAt": PUBLISHED}, False),
        ([], False),
    ],
)
def test_only_what_was_published_is_asked_for_snapshots(sys: object, *, is_asked: bool) -> None:
    """Either time says that it was, so that no snapshot is missed where one of them is absent."""
    assert was_published({"sys": sys}) is is_asked
