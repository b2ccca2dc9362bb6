"""Records that are never kept: each is a cheap function of its number.

A generated environment may have a million entries.
Record *i* has an id, timestamps and texts that follow from *i*, filled into a template of bytes
that was serialised once; there are as many templates as kinds and publication states of records.
Creation times rise with *i* and update times follow them at a distance that is fixed for each
template, so that time filters are binary searches.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from ..answers import to_json
from ..records import Record
from .clock import parse_ms

FIRST_MS = parse_ms("2023-01-01T00:00:00Z")
LAST_MS = parse_ms("2025-06-30T00:00:00Z")
"""Generated records are created between these; their last update is at most half a year later."""

_ODD = 0x9E3779B97F4A7C15
_INVERSE = pow(_ODD, -1, 1 << 64)
_OTHER_ODD = 0xC2B2AE3D27D4EB4F
_MASK = (1 << 64) - 1
_HOLE = re.compile(rb'"\{\{#(\w+)\}\}"|\{\{(\w+)\}\}')

Facts = tuple[bytes, ...]
Template = tuple[bytes, Callable[[Facts], Facts]]
View = Callable[[Record], Record]


@dataclass(frozen=True)
class Variant:
    """One kind and state of records.

    ``skeleton`` is a record with holes: ``"{{name}}"`` for text, ``"{{#name}}"`` for a number.
    ``lag`` is the time between creation and last update in milliseconds.
    """

    skeleton: Record
    lag: int


@dataclass(frozen=True)
class Ids:
    """The ids of ``count`` records: 22 characters that do not rise with the number."""

    count: int
    prefix: bytes

    def mixed(self, i: int) -> int:
        """Return a number that no other record has and that follows neither *i* nor the id."""
        return (i * _OTHER_ODD) & _MASK

    def spelled(self, i: int) -> bytes:
        """Return the id of record *i* as bytes."""
        return b"%b%016x" % (self.prefix, (i * _ODD) & _MASK)

    def identifier(self, i: int) -> str:
        """Return the id of record *i*."""
        return self.spelled(i).decode()

    def index(self, identifier: str) -> int | None:
        """Return the number of the record with an id, None where there is none."""
        try:
            i = (int(identifier[len(self.prefix) :], 16) * _INVERSE) & _MASK
        except ValueError:
            return None
        return i if i < self.count and self.identifier(i) == identifier else None


@dataclass(frozen=True, eq=False)
class Family:
    """The virtual records that the environments of one space share.

    ``facts(family, i)`` gives the values for the holes that ``names`` names, as JSON bytes.
    Record *i* has the variant *i* modulo their number.
    """

    ids: Ids
    variants: Sequence[Variant]
    names: tuple[str, ...]
    facts: Callable[[Family, int], Facts]
    selections: dict[Any, Sequence[int]] = field(default_factory=dict)
    """What queries found; these records never change, so it stays right."""
    templates: dict[Any, list[Template]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many records there are."""
        return self.ids.count

    def created(self, i: int) -> int:
        """Return when record *i* was created, in milliseconds since 1970."""
        step = max(1, (LAST_MS - FIRST_MS) // self.ids.count)
        return FIRST_MS + i * step + (i * 2654435761) % step

    def updated(self, i: int) -> int:
        """Return when record *i* was last updated, in milliseconds since 1970."""
        return self.created(i) + self.variants[i % len(self.variants)].lag

    def since(self, variant: int, time: Callable[[int], int], bound: int) -> int:
        """Return how many records of a variant come before a bound of one of the times."""
        numbers = range(variant, self.count, len(self.variants))
        return bisect_left(numbers, bound, key=time)


@dataclass(frozen=True, eq=False)
class Virtual:
    """A family of records as one environment shows them."""

    family: Family
    constants: tuple[tuple[str, str], ...]
    """What fills the holes that are the same for all records of the environment."""

    def rendered(self, numbers: Iterable[int], view: View) -> list[bytes]:
        """Return records as JSON, as a view (a hashable function of records) shows them."""
        family, facts = self.family, self.family.facts
        templates = self._templates(view)
        parts = []
        for i in numbers:
            template, pick = templates[i % len(templates)]
            parts.append(template % pick(facts(family, i)))
        return parts

    def record(self, i: int) -> Record:
        """Return record *i* as an object of its own."""
        parsed: Record = json.loads(self.rendered((i,), whole)[0])
        return parsed

    def skeleton(self, variant: int) -> Record:
        """Return a record of a variant, with holes only where records differ."""
        filled: Record = _filled(self.family.variants[variant].skeleton, dict(self.constants))
        return filled

    def _templates(self, view: View) -> list[Template]:
        family, key = self.family, (self.constants, view)
        if key not in family.templates:
            skeletons = map(self.skeleton, range(len(family.variants)))
            family.templates[key] = [_compiled(family, view(one)) for one in skeletons]
        return family.templates[key]


def whole(record: Record) -> Record:
    """Show all of a record."""
    return record


def is_hole(value: object) -> bool:
    """Say whether a value of a skeleton differs from record to record."""
    return isinstance(value, str) and "{{" in value


def _compiled(family: Family, skeleton: Record) -> Template:
    text = to_json(skeleton).replace(b"%", b"%%")
    names = [(found[1] or found[2]).decode() for found in _HOLE.finditer(text)]
    positions = [family.names.index(name) for name in names]
    template = _HOLE.sub(b"%b", text)
    if len(positions) == 1:
        return template, lambda facts: (facts[positions[0]],)
    return template, itemgetter(*positions) if positions else lambda _facts: ()


def _filled(value: Any, constants: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, constants) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, constants) for inner in value]
    if isinstance(value, str) and "{{" in value:
        for name, text in constants.items():
            value = value.replace("{{" + name + "}}", text)
    return value
