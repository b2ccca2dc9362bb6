"""The API's answer to a request, without transport, rate limit and faults."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from functools import partial

from .. import paths
from ..account.account import Account
from ..account.resource import Paging, Resource
from ..answers import Answer, Request, to_json
from ..backends import GATEKEEPER, BackEnd
from ..errors import TOO_BIG, Refusal, bad_request, not_found, unknown_route
from ..listing.paging import Listing, list_page
from ..listing.query import Condition, View, parse_select
from ..records import Scope
from .catalog import ENDPOINTS, SPECIALS
from .endpoint import Call
from .routing import Match, Route, Router
from .writes import WRITES, create, existing, missing

LARGEST_ANSWER = 7_340_032
"""Bytes (CMA reference, "Resource limits"; the message of the 400 has the same number)."""

ROUTER = Router(ENDPOINTS, SPECIALS)


def respond(account: Account, request: Request, request_id: str) -> Answer:
    """Return the answer to an API request that has a valid token and is within the limit."""
    match = ROUTER.match(request.path)
    back_end = match.route.endpoint.resource.back_end if match else GATEKEEPER
    try:
        if match is None:
            raise unknown_route()
        answer = _carried_out(account, request, match)
        if answer.body is not None and len(answer.body) > LARGEST_ANSWER:
            raise bad_request(TOO_BIG)
    except Refusal as refusal:
        return refused(refusal, back_end, request_id)
    headers = {"Content-Type": back_end.media_type, **answer.headers} if answer.body else {}
    named = {**headers, **_labels(request, answer), "Contentful-Upstream": back_end.name}
    return Answer(answer.status, answer.body, named)


def _labels(request: Request, answer: Answer) -> dict[str, str]:
    """Return the headers with the API, the space and an ``ETag``."""
    steps = request.path.strip("/").split("/")
    labels = {"Contentful-Api": "cma"}
    if len(steps) > 1 and steps[0] == paths.SPACES:
        labels["CF-Space-Id"] = steps[1]
    if request.method == "GET" and answer.body is not None:
        labels["ETag"] = f'W/"{zlib.crc32(answer.body):032x}"'
    return labels


def refused(refusal: Refusal, back_end: BackEnd, request_id: str) -> Answer:
    """Return an error answer."""
    body = to_json(refusal.body(back_end, request_id))
    headers = {"Content-Type": back_end.media_type, "Contentful-Upstream": back_end.name}
    return Answer(refusal.status, body, headers)


def _carried_out(account: Account, request: Request, match: Match) -> Answer:
    route = match.route
    scope, shown = located(account, match)
    call = Call(account, request, route.endpoint, scope, match.identifier, shown, route.is_older)
    return _worded(call, _answered(call, route))


def _worded(call: Call, answer: Answer) -> Answer:
    """Return an answer with older names if the client uses them."""
    wording = call.rules.wording(call)
    if wording is None or answer.body is None:
        return answer
    body = json.loads(answer.body)
    if body["sys"]["type"] == "Array":
        return replace(answer, body=to_json({**body, "items": [*map(wording.of, body["items"])]}))
    return replace(answer, body=to_json(wording.of(body)))


def _answered(call: Call, route: Route) -> Answer:
    request = call.request
    if route.special is not None:
        if request.method not in route.special.answers:
            raise unknown_route()
        return route.special.answers[request.method](call)
    if route.kind in {"collection", "public"} and request.method == "GET":
        return _listed(call, public=route.kind == "public")
    if route.kind == "collection" and request.method == "POST":
        return create(call)
    if route.kind in {"record", "public record"} and request.method == "GET":
        return _shown(call, public=route.kind == "public record")
    action = "" if route.kind == "record" else route.kind
    write = WRITES.get((request.method, action))
    if write is None or route.kind in {"collection", "public"}:
        raise unknown_route()
    answer: Answer = write(call)
    return answer


def _shown(call: Call, *, public: bool) -> Answer:
    record = existing(call)
    if public and "publishedVersion" not in record["sys"]:
        raise missing(call)
    select = parse_select(call.resource, call.parameters) if call.resource.selects else None
    view = View(select, environment=call.alias, public=public)
    return Answer(200, to_json(view(record)))


def located(account: Account, match: Match) -> tuple[Scope, str | None]:
    """Return the scope with the real environment, and the environment named in the path.

    Raises the 404 of the first record in the path that does not exist.
    """
    names = match.route.endpoint.resource.scope_names
    scope = {name: value for name, value in match.scope.items() if name != "id"}
    shown = None
    for name in names:
        if name == "environment":
            shown = scope.setdefault("environment", "master")
            scope["environment"] = account.environment_behind(scope["space"], shown)
        parent = paths.PARENTS.get(name)
        if parent is None:
            continue  # a word, not a record, such as the metric of usage
        if account.collection(parent, scope).get(scope[name]) is None:
            outer = {key: scope[key] for key in names[: names.index(name)]}
            back_end = match.route.endpoint.resource.back_end
            raise not_found(
                back_end, account.resource(parent).type, outer, match.scope.get(name, "master")
            )
    return scope, shown


def _listed(call: Call, *, public: bool) -> Answer:
    if call.rules.listed is not None:
        return call.rules.listed(call)
    narrowed = call.rules.narrow(call)
    if public:
        narrowed += (Condition("sys.publishedVersion", "exists", "true"),)
    collection = call.collection
    listing = Listing(
        resource=_as_set(call),
        collection=collection,
        path=call.request.path,
        parameters=dict(call.request.query),
        fields_of=lambda name: _field_ids(call, name),
        narrowed=narrowed,
        unseen=call.account.unseen(collection),
        includes=partial(call.rules.includes, call),
        view=View(
            public=public,
            environment=call.alias,
            hidden=call.resource.hidden,
        ),
    )
    return Answer(200, list_page(listing))


def _as_set(call: Call) -> Resource:
    """Return the resource with the paging of the setting in ``paging_setting``, if any."""
    name = call.resource.paging_setting
    if name is None:
        return call.resource
    cursor = getattr(call.account.settings, name) == "cursor"
    return replace(call.resource, paging=Paging.CURSOR if cursor else Paging.OFFSET)


def _field_ids(call: Call, content_type: str) -> frozenset[str] | None:
    record = call.other(paths.CONTENT_TYPES).get(content_type)
    return None if record is None else frozenset(one["id"] for one in record["fields"])
