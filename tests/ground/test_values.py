"""How each column type converts the values of the API."""

from __future__ import annotations

import pytest

from contentful_cma import values


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2014-08-19T07:25:10.104Z", "2014-08-19T07:25:10.104Z"),
        ("2014-08-19T07:25:10Z", "2014-08-19T07:25:10Z"),
        ("2024-01-01T10:00+02:00", "2024-01-01T08:00:00Z"),
        ("2024-01-01T10:00Z", "2024-01-01T10:00:00Z"),
        ("2024-01-01T10:00:00.1234567890Z", "2024-01-01T10:00:00.123456Z"),
        ("2024-01-01T10:00:00.5+0530", "2024-01-01T04:30:00.500000Z"),
        ("2024-01-01T10:00:00", "2024-01-01T10:00:00Z"),
        ("2024-13-01T10:00:00Z", None),
        ("2024-02-30T10:00:00.000Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("2024-01-01", None),
        ("soon", None),
        ("", None),
        (17, None),
        ({}, None),
    ],
)
def test_instants(given: object, expected: str | None) -> None:
    """An instant is ISO 8601 in UTC with seconds and at most six decimals, or NULL."""
    assert values.instant(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (12, 12),
        ("12", 12),
        (12.0, 12),
        ("-3", -3),
        (9007199254740993, 9007199254740993),
        ("9007199254740993", 9007199254740993),
        (2**63, None),
        (12.5, None),
        ("12.5", None),
        ("", None),
        ("1e400", None),
        ("\u00b2", None),
        (True, None),
        ([1], None),
    ],
)
def test_whole_numbers(given: object, expected: int | None) -> None:
    """A LONG is an exact 64-bit integer, even if it was sent as text, or NULL."""
    assert values.whole(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("00123", "00123"),
        ("", ""),
        (12, "12"),
        (1.5, "1.5"),
        (True, "true"),
        (False, "false"),
        ({}, None),
        ([], None),
    ],
)
def test_texts(given: object, expected: str | None) -> None:
    """A text is unchanged, an empty text is not NULL, and an object or list is NULL."""
    assert values.text(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (True, True),
        (False, False),
        ("true", True),
        (0, False),
        ("1", True),
        ("yes", None),
        ([], None),
    ],
)
def test_flags(given: object, expected: bool | None) -> None:  # noqa: FBT001
    """A BOOLEAN is true or false, or NULL."""
    assert values.flag(given) == expected


def test_characters_that_no_warehouse_stores_are_replaced() -> None:
    """NUL characters and lone surrogates are replaced, even in keys, and emoji are kept."""
    given = {"a\x00": ["x\ud800y", {"b": "\udfff"}], "c": "\U0001f600", "d": 1, "e": None}
    expected = {"a\ufffd": ["x\ufffdy", {"b": "\ufffd"}], "c": "\U0001f600", "d": 1, "e": None}
    assert values.clean(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"sys": {"type": "Link", "linkType": "User", "id": "u"}}, "u"),
        ({"sys": {"type": "ResourceLink", "urn": "crn:contentful:::x"}}, "crn:contentful:::x"),
        ({"sys": None}, None),
        ({}, None),
        ("u", None),
    ],
)
def test_links(given: object, expected: str | None) -> None:
    """A link becomes the id of its target, and a resource link becomes its URN."""
    assert values.link_id(given) == expected


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"sys": {"space": {"sys": {"type": "Link", "linkType": "Space", "id": "s"}}}}, "s"),
        ({"sys": {"space": "s"}}, None),
        ({"sys": {}}, None),
        ({"sys": "s"}, None),
        ({}, None),
    ],
)
def test_links_of_a_record(record: values.Record, expected: str | None) -> None:
    """The id of a linked record comes from `sys`, or is None."""
    assert values.linked_id(record, "space") == expected
