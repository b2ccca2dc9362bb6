"""Generated experiences and what they are built of."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..account.catalogue import Sample
from ..account.maker import Maker
from ..records import Record, Scope

COLOR: Record = {
    "id": "color",
    "name": "Colour",
    "type": "Symbol",
    "required": False,
    "validations": [],
}
VIEWPORT = {"id": "desktop", "query": "*", "displayName": "Desktop", "previewSize": "100%"}


def samples_of(kind: str, body: Record) -> Callable[[Maker, Scope], Iterator[Sample]]:
    """Return what yields two records of a kind, one of them without a description."""

    def samples(maker: Maker, scope: Scope) -> Iterator[Sample]:
        for number in range(2):
            place = (kind, scope["space"], scope["environment"], number)
            text = "" if number else maker.sentence(*place)
            whole = {"name": maker.title(*place), "description": text, **body}
            yield Sample(maker.identifier(*place), whole, published=number == 0)

    return samples
