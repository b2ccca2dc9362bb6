"""History of the demo account: calls of webhooks, comments, tasks and snapshots."""

from __future__ import annotations

from collections.abc import Iterator

from ...account.catalog import Sample
from ...account.clock import DAY_MS, parse_ms, stamp
from ...account.lifecycle import Moment
from ...account.maker import Maker
from ...records import Record, Scope, link
from ..history import call_sys, comment, snapshot
from .activity import activity
from .actors import writer
from .plan import kind_of, space_of
from .structure import FAILING, SILENT

CALLS = 90
WORDS = (
    *("Please check the price.", "Could we use another picture?", "Legal has approved this."),
    *("The German text is too long.", "Is this still right?", "Looks good to me."),
)
TODO = ("Translate into French", "Replace the picture", "Check the facts", "Ask legal")


def webhook_calls(maker: Maker, scope: Scope, webhook: Record) -> Iterator[Sample]:
    """Yield the calls of a webhook in the last month; the share of failures is in `FAILING`."""
    fails = FAILING.get(webhook["name"], 1)
    for number in range(0 if webhook["name"] in SILENT else CALLS):
        key = (webhook["sys"]["id"], number)
        time = activity(maker)
        ms = time.between(maker, time.ms(30), time.ms(0), *key)
        failed = maker.number(100, "fails", *key) < fails
        took = 30_000 if failed else 80 + maker.number(900, "took", *key)
        body = {
            "statusCode": 500 if failed else 200,
            "requestAt": stamp(ms, precise=True),
            "responseAt": stamp(ms + took, precise=True),
            "errors": ["TimeoutError"] if failed else [],
            "eventType": "publish",
            "url": webhook["url"],
        }
        life = (("created", Moment(ms, maker.user_id(0))),)
        yield Sample(maker.identifier("demo call", *key), body, call_sys(scope), life=life)


def comments(maker: Maker, scope: Scope, entry: Record) -> Iterator[Sample]:
    """Yield the comments on about every eighth entry of master, some of them resolved."""
    name = entry["sys"]["id"]
    if scope["environment"] != "master" or maker.number(8, "demo comments", name):
        return
    parent = link("Entry", name)
    first: str | None = None
    for number in range(1 + maker.number(4, "how many", name)):
        identifier = maker.identifier("demo comment", name, number)
        body = comment(WORDS[maker.number(len(WORDS), name, number)])
        body["status"] = "resolved" if maker.number(3, "resolved", name) == 0 else "active"
        answered = link("Comment", first) if first else None
        sys = {"parentEntity": parent, "parent": answered}
        yield Sample(identifier, body, sys, life=(_step(maker, scope, entry, 0.5 + number),))
        first = first or identifier


def tasks(maker: Maker, scope: Scope, entry: Record) -> Iterator[Sample]:
    """Yield a task for about every twentieth entry of master: open, overdue or resolved."""
    name = entry["sys"]["id"]
    if scope["environment"] != "master" or maker.number(20, "demo tasks", name):
        return
    created = _step(maker, scope, entry, 1)
    done = maker.number(3, "done", name) == 0
    due = created[1].ms + 7 * DAY_MS
    body = {
        "body": TODO[maker.number(len(TODO), name)],
        "assignedTo": link("User", created[1].user),
        "status": "resolved" if done else "active",
        "dueDate": stamp(due, precise=True),
    }
    sys: Record = {"parentEntity": link("Entry", name)}
    if done:
        sys |= {"resolvedAt": stamp(due - DAY_MS, precise=True)}
        sys |= {"resolvedBy": link("User", created[1].user)}
    yield Sample(maker.identifier("demo task", name), body, sys, life=(created,))


def snapshots(maker: Maker, scope: Scope, record: Record) -> Iterator[Sample]:
    """Yield a snapshot of a record of master, if it is published."""
    sys = record["sys"]
    if "publishedVersion" in sys and scope["environment"] == "master":
        yield snapshot(maker.identifier("demo snapshot", sys["type"], sys["id"]), record)


def _step(maker: Maker, scope: Scope, entry: Record, days: float) -> tuple[str, Moment]:
    """Return a step by a member of the entry's team, ``days`` after the entry's creation."""
    space, time = space_of(maker, scope), activity(maker)
    team = kind_of(space, entry["sys"]["contentType"]["sys"]["id"]).team
    ms = parse_ms(entry["sys"]["createdAt"]) + round(days * DAY_MS)
    return ("created", writer(maker, min(ms, time.ms(0)), team, entry["sys"]["id"], days))
