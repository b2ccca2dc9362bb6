"""Records that an answer includes next to its items: with `include`, and for installed apps."""

from __future__ import annotations

from typing import Any

from contentful_cma.values import link_id, link_type, record_id


def with_included(records: list[dict[str, Any]], answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return records with the links in ``sys`` replaced by the records that *answer* includes.

    ``includes`` has a list for each kind of record; a link to any other record stays a link
    (https://www.contentful.com/developers/docs/references/content-management-api/, "Spaces").
    """
    includes = answer.get("includes")
    found = {
        (kind, record_id(record)): record
        for kind, included in (includes.items() if isinstance(includes, dict) else ())
        for record in (included if isinstance(included, list) else ())
    }
    return [_embedded(record, found) for record in records] if found else records


def _embedded(record: dict[str, Any], found: dict[tuple[Any, Any], Any]) -> dict[str, Any]:
    """Return a record with the links in `sys` replaced by the records that were found."""
    sys = record.get("sys")
    if not isinstance(sys, dict):
        return record
    whole = {key: found.get((link_type(one), link_id(one)), one) for key, one in sys.items()}
    return {**record, "sys": whole}
