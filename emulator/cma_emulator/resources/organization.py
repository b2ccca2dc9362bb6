"""What an organization has beside people: taxonomy, apps, templates and usage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from ..answers import Answer, to_json
from ..backends import GATEKEEPER, TAXONOMY
from ..calls import Call
from ..errors import validation_failed
from ..paging import Listing, list_page
from ..records import Record, link_id
from ..resource import EDITABLE, ORGANIZATION, POSTED, Paging, Resource, Rules, Verb
from ..routing import Special
from ..store import collected
from ..worlds import organization
from .account import spaces_of_organization

TAXONOMY_VERBS = EDITABLE | {Verb.PATCH}
LONGEST_PERIOD_DAYS = 45

CONCEPTS = Resource(
    path=f"{ORGANIZATION}/taxonomy/concepts",
    type="TaxonomyConcept",
    back_end=TAXONOMY,
    paging=Paging.CURSOR,
    verbs=TAXONOMY_VERBS,
    orders=("sys.updatedAt", "sys.createdAt", "prefLabel"),
    leading=("sys",),
    first_version=1,
    rules=Rules(complete=lambda _call, record: _completed(record, organization.concept())),
    samples=organization.concepts,
)


def _completed(record: Record, empty: Record) -> Record:
    if not record.get("prefLabel"):
        raise validation_failed("required", ["prefLabel"], None, "prefLabel is required")
    names = dict.fromkeys(("sys", *empty, *record))
    return {name: record.get(name, empty.get(name)) for name in names}


def _completed_scheme(_call: Call, record: Record) -> Record:
    whole = _completed(record, organization.scheme())
    return {**whole, "totalConcepts": len(whole["concepts"])}


SCHEMES = Resource(
    path=f"{ORGANIZATION}/taxonomy/concept-schemes",
    type="TaxonomyConceptScheme",
    back_end=TAXONOMY,
    paging=Paging.CURSOR,
    verbs=TAXONOMY_VERBS,
    orders=("sys.updatedAt", "sys.createdAt", "prefLabel"),
    leading=("sys",),
    first_version=1,
    rules=Rules(complete=_completed_scheme),
    samples=organization.schemes,
)


def _total(call: Call) -> Answer:
    return Answer(200, to_json({"total": len(call.collection)}))


def _ancestors(call: Call) -> Answer:
    """Answer with the broader concepts of a concept, and theirs."""
    found: dict[str, Record] = {}
    waiting = [call.collection.get(call.scope["concept"])]
    while waiting:
        record = waiting.pop()
        for one in record["broader"] if record else ():
            broader = call.collection.get(str(link_id(one)))
            if broader is not None and broader["sys"]["id"] not in found:
                found[broader["sys"]["id"]] = broader
                waiting.append(broader)
    return _listed(call, found.values())


def _descendants(call: Call) -> Answer:
    """Answer with the concepts that name a concept as broader, and those that name them."""
    found: dict[str, Record] = {}
    waiting = [call.scope["concept"]]
    while waiting:
        broader = waiting.pop()
        for record in call.collection.records():
            is_narrower = broader in map(link_id, record["broader"])
            if is_narrower and record["sys"]["id"] not in found:
                found[record["sys"]["id"]] = record
                waiting.append(record["sys"]["id"])
    return _listed(call, found.values())


def _listed(call: Call, records: Iterable[Record]) -> Answer:
    collection = collected(call.resource, records)
    path, parameters = call.request.path, call.parameters
    return Answer(
        200, list_page(Listing(call.resource, collection, path, parameters, lambda _name: None))
    )


APP_DEFINITIONS = Resource(
    path=f"{ORGANIZATION}/app_definitions",
    type="AppDefinition",
    back_end=GATEKEEPER,
    verbs=POSTED,
    rules=Rules(complete=lambda _call, record: {"name": None, "locations": [], **record}),
    samples=organization.app_definitions,
)

ENVIRONMENT_TEMPLATES = Resource(
    path=f"{ORGANIZATION}/environment_templates",
    type="EnvironmentTemplate",
    back_end=GATEKEEPER,
    verbs=POSTED,
    order="-sys.createdAt",
    first_version=1,
    samples=organization.environment_templates,
)

USAGE = Resource(
    path=f"{ORGANIZATION}/organization_periodic_usages",
    type="OrganizationPeriodicUsage",
    back_end=GATEKEEPER,
    order="metric",
    filters=("metric",),
    default_limit=100,
    authored=False,
    dated=False,
    first_version=None,
    addressable=False,
    derived=lambda call: _usages(call, [("organization", call.scope["organization"])]),
)
SPACE_USAGE = replace(
    USAGE,
    path=f"{ORGANIZATION}/space_periodic_usages",
    type="SpacePeriodicUsage",
    links=(),
    order="sys.id",
    derived=lambda call: _usages(call, [("space", one) for one in _space_ids(call)]),
)


def _space_ids(call: Call) -> list[str]:
    return [space["sys"]["id"] for space in spaces_of_organization(call)]


def _usages(call: Call, places: list[tuple[str, str]]) -> Iterator[Record]:
    days = _period(call)
    for place in places:
        if not call.world.is_generated(f"{place[0]}s/{place[1]}/usage"):
            continue
        for metric in organization.METRICS:
            sample = organization.usage(call.world.maker, metric, place, days)
            yield call.world.sampled(call.resource, call.scope, sample)


def _period(call: Call) -> tuple[date, date]:
    """Return the first and last day that a call asks for, by default the last 45 days."""
    asked = call.parameters
    today = call.world.clock.now().date()
    try:
        last = date.fromisoformat(asked.get("dateRange.endAt", today.isoformat())[:10])
        earliest = last - timedelta(days=LONGEST_PERIOD_DAYS - 1)
        first = date.fromisoformat(asked.get("dateRange.startAt", earliest.isoformat())[:10])
    except ValueError as problem:
        raise validation_failed("date", ["dateRange"], None, str(problem)) from None
    if not earliest <= first <= last:
        message = "The period must be of 45 days at most."
        raise validation_failed("dateRange", ["dateRange"], first.isoformat(), message)
    return first, min(last, today)


RESOURCES = (CONCEPTS, SCHEMES, APP_DEFINITIONS, ENVIRONMENT_TEMPLATES, USAGE, SPACE_USAGE)
SPECIALS = (
    Special(f"{CONCEPTS.path}/total", CONCEPTS, {"GET": _total}),
    Special(f"{SCHEMES.path}/total", SCHEMES, {"GET": _total}),
    Special(f"{CONCEPTS.path}/{{concept}}/ancestors", CONCEPTS, {"GET": _ancestors}),
    Special(f"{CONCEPTS.path}/{{concept}}/descendants", CONCEPTS, {"GET": _descendants}),
)
