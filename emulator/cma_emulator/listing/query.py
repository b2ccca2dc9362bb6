"""Parameters of a listing: filters, orders and ``select``.

The search parameters are those of the Delivery API without ``include`` and ``locale``
(CMA reference, "Search parameters").
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..account.clock import parse_ms
from ..account.resource import Resource
from ..errors import Refusal, bad_request, invalid_query
from ..records import Record, at, changed, leaves, link

RESERVED = frozenset(
    (
        *("limit", "skip", "cursor", "pageNext", "pagePrev", "order", "select", "query"),
        *("include", "locale", "access_token", "content_type", "mimetype_group"),
    )
)
SYS_NAMES = frozenset(
    (
        *("id", "type", "space", "environment", "organization", "contentType", "version", "urn"),
        *("createdAt", "createdBy", "updatedAt", "updatedBy", "publishedAt", "publishedBy"),
        *("firstPublishedAt", "publishedVersion", "publishedCounter", "archivedAt", "archivedBy"),
        *("archivedVersion", "revision", "status", "visibility", "fieldStatus", "automationTags"),
        *("workflowDefinition", "entity", "release", "schemaVersion"),
    )
)
OPERATORS = frozenset(
    ("eq", "ne", "in", "nin", "all", "exists", "gt", "gte", "lt", "lte", "match", "near", "within")
)
DEEPEST_SELECT = 2
SCATTERED = "scattered"

FieldIds = Callable[[str], frozenset[str] | None]
"""Returns the ids of the fields of a content type, or None if it does not exist."""


@dataclass(frozen=True)
class Condition:
    """One filter: ``path[operator]=value``."""

    path: str
    operator: str
    value: str

    def holds(self, record: Record) -> bool:
        """Return whether a record passes."""
        steps = self.path.split(".")
        if steps[0] != "fields":
            return self.holds_for(list(leaves(record, steps)))
        # The locale is between the name of a field and its value.
        values = (one for field in leaves(record, steps[:2]) for one in _of_all_locales(field))
        return self.holds_for([part for one in values for part in leaves(one, steps[2:])])

    def holds_for(self, found: list[Any]) -> bool:  # noqa: PLR0911 - one for each operator
        """Return whether the values at the path pass."""
        wanted = self.value.split(",")
        match self.operator:
            case "exists":
                return bool(found) == (self.value == "true")
            case "eq" | "in":
                return any(_equal(value, one) for value in found for one in wanted)
            case "ne" | "nin":
                return not any(_equal(value, one) for value in found for one in wanted)
            case "all":
                return all(any(_equal(value, one) for value in found) for one in wanted)
            case "match":
                return any(self.value.lower() in str(value).lower() for value in found)
            case "near" | "within":
                return any(isinstance(value, dict) and "lat" in value for value in found)
            case _:
                bound = comparable(self.path, _read(self.value, found))
                values = (comparable(self.path, value) for value in found)
                return any(_compares(self.operator, value, bound) for value in values)


@dataclass(frozen=True)
class Order:
    """One key to sort by."""

    path: str
    descending: bool = False


@dataclass(frozen=True)
class View:
    """The shown parts of each record, as a hashable function of records."""

    select: tuple[str, ...] | None = None
    hidden: tuple[str, ...] = ()
    public: bool = False
    environment: str | None = None
    """The alias in the path, if any; records show it as their environment."""

    def __call__(self, record: Record) -> Record:
        """Return the shown parts of a record."""
        if self.public:
            record = _as_published(record)
        if self.environment is not None and "environment" in record["sys"]:
            record = changed(record, environment=link("Environment", self.environment))
        if self.hidden:
            kept = {key: part for key, part in record["sys"].items() if key not in self.hidden}
            record = {**record, "sys": kept}
        return record if self.select is None else _pruned(record, self.select)


@dataclass(frozen=True)
class Query:
    """Filters and order of a listing; hashable, because results are stored by query."""

    conditions: tuple[Condition, ...]
    orders: tuple[Order, ...]
    text: str | None = None

    def holds(self, record: Record) -> bool:
        """Return whether a record passes every filter and the full-text search."""
        if not all(condition.holds(record) for condition in self.conditions):
            return False
        return self.text is None or self.text.lower() in json.dumps(record).lower()


def parse_query(resource: Resource, parameters: dict[str, str], fields_of: FieldIds) -> Query:
    """Return the query in the parameters of a listing, or raise the `Refusal` of the API."""
    allowed = _fields(parameters.get("content_type"), fields_of)
    conditions = [_condition(name, value) for name, value in parameters.items()]
    known = [one for one in conditions if one and _is_known(resource, one.path, allowed)]
    if "content_type" in parameters and resource.filters is None:
        kind = Condition("sys.contentType.sys.id", "eq", parameters["content_type"])
        known.append(kind)
    orders = _orders(resource, parameters.get("order"), allowed)
    return Query(tuple(known), orders, parameters.get("query"))


def parse_select(resource: Resource, parameters: dict[str, str]) -> tuple[str, ...] | None:
    """Return the paths in ``select``, or None for all; some resources ignore ``select``."""
    is_known = resource.filters is None or resource.selects
    if not parameters.get("select") or not is_known:
        return None
    paths = tuple(path.strip() for path in parameters["select"].split(","))
    for path in paths:
        if path.count(".") >= DEEPEST_SELECT and resource.type in {"Entry", "Asset"}:
            raise bad_request("The select operator only works on the first two levels.")
        is_field = path.startswith("fields.") and resource.type == "Entry"
        if is_field and "content_type" not in parameters:
            raise invalid_query(path)
    return paths


def comparable(path: str, value: Any) -> tuple[int, Any]:
    """Return a sort key of a value: numbers and dates first, then text, then missing values."""
    if value is None:
        return (2, 0)
    if isinstance(value, (bool, int, float)):
        return (0, value)
    if not isinstance(value, str):
        return (1, json.dumps(value))
    if path.endswith(("At", ".datetime")):
        try:
            return (0, parse_ms(value))
        except ValueError:
            return (1, value)
    return (1, value)


def _condition(name: str, value: str) -> Condition | None:
    path, bracket, operator = name.partition("[")
    operator = operator.rstrip("]") if bracket else "eq"
    if path in RESERVED:
        return None
    if operator not in OPERATORS:
        raise invalid_query(name)
    if path.endswith("At") and operator in {"gt", "gte", "lt", "lte"}:
        try:
            parse_ms(value)
        except ValueError:
            raise invalid_query(name) from None
    return Condition(path, operator, value)


def _is_known(resource: Resource, path: str, allowed: frozenset[str] | None) -> bool:
    if resource.filters is not None:
        # The management plane is not known to refuse parameters: unknown ones are ignored.
        return path in resource.filters
    if not _exists(resource, path, allowed):
        raise invalid_query(path)
    return True


def _exists(resource: Resource, path: str, allowed: frozenset[str] | None) -> bool:
    first, _, rest = path.partition(".")
    name = rest.partition(".")[0]
    if first == "sys":
        return name in SYS_NAMES
    if first == "metadata":
        return name in {"tags", "concepts"}
    if first == "fields" and resource.type == "Asset":
        return name in {"title", "description", "file"}
    if first == "fields":
        return allowed is not None and name in allowed
    return resource.type not in {"Entry", "Asset"} and first in {"name", "displayField"}


def _fields(content_type: str | None, fields_of: FieldIds) -> frozenset[str] | None:
    if content_type is None:
        return None
    allowed = fields_of(content_type)
    if allowed is None:
        error = {"name": "unknownContentType", "value": content_type}
        message = "The query you sent was invalid."
        raise Refusal(400, "InvalidQuery", message, {"errors": [error]})
    return allowed


def _orders(
    resource: Resource, order: str | None, allowed: frozenset[str] | None
) -> tuple[Order, ...]:
    keys = []
    for name in (order or "").split(","):
        path = name.strip().lstrip("-")
        if path and _is_sortable(resource, path, allowed):
            keys.append(Order(path, name.strip().startswith("-")))
    return tuple(keys) or (Order(resource.order.lstrip("-"), resource.order.startswith("-")),)


def _is_sortable(resource: Resource, path: str, allowed: frozenset[str] | None) -> bool:
    if resource.orders is not None:
        return path in resource.orders
    if not _exists(resource, path, allowed):
        raise invalid_query(path)
    return True


def _read(text: str, found: list[Any]) -> Any:
    if any(isinstance(value, (int, float)) for value in found):
        try:
            return float(text)
        except ValueError:
            return text
    return text


def _equal(value: Any, text: str) -> bool:
    if isinstance(value, bool):
        return text == ("true" if value else "false")
    if isinstance(value, (int, float)):
        return str(value) == text or _read(text, [value]) == value
    return bool(value == text)


def _compares(operator: str, left: tuple[int, Any], right: tuple[int, Any]) -> bool:
    if left[0] != right[0]:
        return False
    match operator:
        case "gt":
            return left > right
        case "gte":
            return left >= right
        case "lt":
            return left < right
        case _:
            return left <= right


def _of_all_locales(value: Any) -> list[Any]:
    values = list(value.values()) if isinstance(value, dict) else [value]
    return [one for inner in values for one in (inner if isinstance(inner, list) else [inner])]


def _pruned(record: Record, paths: tuple[str, ...]) -> Record:
    kept: Record = {}
    for name in record:
        inner = [path[len(name) + 1 :] for path in paths if path.startswith(name + ".")]
        if name in paths:
            kept[name] = record[name]
        elif inner and isinstance(record[name], dict):
            kept[name] = _pruned(record[name], tuple(inner))
    return kept


def _as_published(record: Record) -> Record:
    """Return a record as in ``/public/...``: with a revision, without version and authors."""
    sys = record["sys"]
    names = ["space", "type", "id", "contentType", "environment"]
    if sys["type"] == "Entry":
        names += ("publishedVersion", "publishedAt", "firstPublishedAt")
    shown = {name: sys[name] for name in names if name in sys}
    shown["revision"] = sys.get("publishedCounter")
    shown["createdAt"] = at(sys, "firstPublishedAt")
    shown["updatedAt"] = at(sys, "publishedAt")
    return {**record, "sys": shown}
