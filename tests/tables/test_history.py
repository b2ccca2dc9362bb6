"""Records whose children in the group `history` are requested."""

from __future__ import annotations

import pytest

from contentful_cma.tables.history import was_published

PUBLISHED = "2026-01-02T03:04:05.006Z"


@pytest.mark.parametrize(
    ("sys", "is_requested"),
    [
        ({"firstPublishedAt": PUBLISHED, "publishedAt": PUBLISHED}, True),
        ({"firstPublishedAt": PUBLISHED}, True),
        ({"publishedAt": PUBLISHED}, True),
        ({"firstPublishedAt": None}, False),
        ({"createdAt": PUBLISHED}, False),
        ([], False),
    ],
)
def test_snapshots_are_requested_for_published_records(sys: object, *, is_requested: bool) -> None:
    """A record with either time of publication has snapshots; the API may omit one of the two."""
    assert was_published({"sys": sys}) is is_requested
