"""Generated calls of webhooks, comments, tasks and snapshots."""

from __future__ import annotations

from collections.abc import Iterator

from ..account.catalog import Sample
from ..account.clock import stamp
from ..account.maker import DAY_MS, Maker
from ..account.virtual import LAST_MS
from ..records import Record, Scope, link

CALLED = stamp(LAST_MS + 170 * DAY_MS, precise=True)
ANSWERED = stamp(LAST_MS + 170 * DAY_MS + 321, precise=True)
DUE = stamp(LAST_MS + 600 * DAY_MS, precise=True)


def webhook_calls(maker: Maker, scope: Scope, webhook: Record) -> Iterator[Sample]:
    """Yield a successful call and a failed one."""
    for number, status in enumerate((201, 500)):
        body = {
            "statusCode": status,
            "requestAt": CALLED,
            "responseAt": ANSWERED,
            "errors": ["TimeoutError"] if number else [],
            "eventType": "publish",
            "url": webhook["url"],
        }
        identifier = maker.identifier("call", scope["space"], webhook["sys"]["id"], number)
        yield Sample(identifier, body, call_sys(scope))


def call_sys(scope: Scope) -> Record:
    """Return the parts of ``sys`` that only calls of webhooks have."""
    return {"createdBy": link("WebhookDefinition", scope["webhook"]), "updatedAt": None}


def comments(maker: Maker, scope: Scope, entry: Record) -> Iterator[Sample]:
    """Yield a comment and an answer to it, for about every second entry."""
    if maker.number(2, "comments", entry["sys"]["id"]):
        return
    place = ("comment", scope["space"], scope["environment"], entry["sys"]["id"])
    parent = link("Entry", entry["sys"]["id"])
    about = {"sys": {**parent["sys"], "ref": "fields.title.en-US"}}
    first = {"parentEntity": parent, "parent": None}
    yield Sample(maker.identifier(*place, 0), comment(maker.sentence(*place)), first)
    answer = {"parentEntity": about, "parent": link("Comment", maker.identifier(*place, 0))}
    yield Sample(maker.identifier(*place, 1), comment("Done."), answer)


def comment(text: str) -> Record:
    """Return the body of an open comment."""
    return {"body": text, "status": "active"}


def tasks(maker: Maker, scope: Scope, entry: Record) -> Iterator[Sample]:
    """Yield an open task, for about every second entry."""
    place = ("task", scope["space"], scope["environment"], entry["sys"]["id"])
    if maker.number(2, *place):
        return
    body = {
        "body": maker.sentence(*place),
        "assignedTo": link("User", maker.user_id(1)),
        "status": "active",
        "dueDate": DUE,
    }
    yield Sample(
        maker.identifier(*place), body, {"parentEntity": link("Entry", entry["sys"]["id"])}
    )


def snapshots(maker: Maker, scope: Scope, record: Record) -> Iterator[Sample]:
    """Yield a snapshot of a record of master, if it is published."""
    sys = record["sys"]
    if "publishedVersion" in sys and scope["environment"] == "master":
        yield snapshot(
            maker.identifier("snapshot", scope["space"], sys["type"], sys["id"]), record
        )


def snapshot(identifier: str, record: Record) -> Sample:
    """Return a snapshot of a published record, without its tags."""
    kept = {key: value for key, value in record.items() if key != "metadata"}
    published = record["sys"]["publishedAt"]
    sys = {
        "snapshotType": "publish",
        "snapshotEntityType": record["sys"]["type"],
        "createdAt": published,
        "updatedAt": published,
    }
    return Sample(identifier, {"snapshot": kept}, sys)
