"""A set of keys in little space, from which a small difference to another set can be read.

Suppose the warehouse holds a million entries and an editor deletes three.  The API lists only
existing entries, so to find the three one would have to remember a million ids, more than a
connector may keep.  A sketch remembers them in a few hundred cells:

- Each key is put into four cells, chosen by its hash.  A cell does not keep the keys.  It keeps
  their number, the XOR of all of them, and the XOR of a checksum of each.
- Two sketches of the same size are subtracted cell by cell.  Keys in both sets cancel out, because
  ``x XOR x`` is zero.  A sketch of the difference remains, no matter how large the sets were.
- In it, some cells hold exactly one key: their count is one and the checksum of the key is right.
  Such a key is read and removed from its three other cells, which often leaves a single key in
  these too, and so on until every cell is empty.

This works as long as the difference is small enough for the number of cells.  Beyond that, some
cells never become readable; this is noticed, and the result is None, never a wrong one.  A small
set can be read completely, as its difference to the empty set.

The structure is an invertible Bloom lookup table (Goodrich and Mitzenmacher, 2011), used here to
find the difference of two sets (Eppstein, Goodrich, Uyeda and Varghese, 2011).
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Mapping
from hashlib import blake2b
from operator import add, sub, xor
from typing import Any, Callable, NamedTuple

CELLS_PER_KEY = 1.5
"""Cells for each key of a difference that can be read; see docs/evidence/sketch.md."""

FEWEST_CELLS = 60
"""Small sketches need relatively more cells: a few keys easily share the same four cells."""

_CHOICES = 4
_PARTS = struct.Struct("<IIIIIQ")


class Difference(NamedTuple):
    """The keys that only one of two sets has."""

    removed: list[str]
    added: list[str]


class Sketch:
    """A set of texts; a key may not be added twice, or removed without having been added."""

    def __init__(self, cells: int) -> None:
        """Start empty; *cells* is rounded up, so the four cells of a key always differ."""
        self._part = max(-(-cells // _CHOICES), 1)
        size = self._part * _CHOICES
        self.count = 0
        self._counts = [0] * size
        self._keys = [0] * size
        self._checks = [0] * size
        self._whole = 0
        self._packed: str | None = None

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return len(self._counts)

    def add(self, key: str) -> None:
        """Put a key into the set."""
        self._put(key, 1)

    def remove(self, key: str) -> None:
        """Take a key out of the set."""
        self._put(key, -1)

    def copy(self) -> Sketch:
        """Return another sketch of the same set."""
        other = Sketch(self.cells)
        other._counts, other._keys, other._checks = self._counts[:], self._keys[:], self._checks[:]
        other.count, other._whole, other._packed = self.count, self._whole, self._packed
        return other

    def merged(self, other: Sketch) -> Sketch:
        """Return a sketch of the keys of two disjoint sets."""
        return self._combined(other, add)

    def difference(self, newer: Sketch) -> Difference | None:
        """Return the keys that *newer* lacks and the keys that this set lacks.

        None if there are too many, or if the sketches cannot be folded to the same size.
        """
        if self.folded(newer.cells).cells != newer.folded(self.cells).cells:
            return None
        rest = self._combined(newer, sub)
        return Sketch._peel(rest)

    def folded(self, cells: int) -> Sketch:
        """Return a sketch of the same set in at most *cells*, as far as it can be halved.

        The cell of a key in the half is its cell in the whole modulo the new size, so the keys
        are not needed.
        """
        small = self
        while small.cells > cells and small._part % 2 == 0:
            small = Sketch._halved(small)
        return small

    def _halved(self) -> Sketch:
        """Return a sketch of the same set with half of the cells."""
        half = Sketch(self.cells // 2)
        half._counts = _added(self._counts, half._part, add)
        half._keys = _added(self._keys, half._part, xor)
        half._checks = _added(self._checks, half._part, xor)
        half.count, half._whole = self.count, self._whole
        return half

    def _combined(self, other: Sketch, combine: Callable[[int, int], int]) -> Sketch:
        """Return both sketches combined, the larger one folded to the size of the other."""
        if self.cells > other.cells:
            return Sketch._with(self.folded(other.cells), other, combine)
        return self._with(other.folded(self.cells), combine)

    def _with(self, other: Sketch, combine: Callable[[int, int], int]) -> Sketch:
        """Return this sketch combined with one of the same size."""
        both = Sketch(self.cells)
        both._counts = list(map(combine, self._counts, other._counts))
        both._keys = list(map(xor, self._keys, other._keys))
        both._checks = list(map(xor, self._checks, other._checks))
        both.count, both._whole = combine(self.count, other.count), self._whole ^ other._whole
        return both

    def read(self) -> list[str] | None:
        """Return all keys of the set, None if there are too many."""
        found = self.difference(Sketch(self.cells))
        return None if found is None else found.removed

    def _put(self, key: str, sign: int) -> None:
        """Add a key (*sign* 1) or remove it (-1)."""
        data = key.encode("utf-8")
        places, check, whole = self._hash(data)
        number = int.from_bytes(data, "big")
        for place in places:
            self._counts[place] += sign
            self._keys[place] ^= number
            self._checks[place] ^= check
        self._whole ^= whole
        self._packed = None
        self.count += sign

    def _hash(self, data: bytes) -> tuple[tuple[int, int, int, int], int, int]:
        """Return the four cells of a key, one in each quarter, and its two checksums."""
        digest = blake2b(data, digest_size=_PARTS.size).digest()
        a, b, c, d, check, whole = _PARTS.unpack(digest)
        part = self._part
        places = a % part, part + b % part, 2 * part + c % part, 3 * part + d % part
        return places, check, whole

    def _peel(self) -> Difference | None:
        """Read the keys one by one, which empties the sketch."""
        found = Difference([], [])
        # Other cells get a single key only when a key is removed below.
        waiting = [place for place, count in enumerate(self._counts) if count in (1, -1)]
        while waiting:
            place = waiting.pop()
            key = self._single(place)
            if key is not None:
                sign = self._counts[place]
                (found.removed if sign == 1 else found.added).append(key)
                waiting += self._hash(key.encode("utf-8"))[0]
                self._put(key, -sign)
        # The result is right only if all cells and the checksum of the whole set are zero.
        if self._whole or any(self._counts) or any(self._keys) or any(self._checks):
            return None
        return found

    def _single(self, place: int) -> str | None:
        """Return the key of a cell that holds exactly one, None otherwise."""
        if self._counts[place] not in (1, -1):
            return None
        number = self._keys[place]
        data = number.to_bytes((number.bit_length() + 7) // 8, "big")
        places, check, _ = self._hash(data)
        if check != self._checks[place] or place not in places:
            return None
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return None

    def saved(self) -> dict[str, Any]:
        """Return the sketch as JSON; cells are packed again only after a change."""
        if self._packed is None:
            self._packed = self._pack()
        return {
            "count": self.count,
            "cells": self.cells,
            "whole": f"{self._whole:x}",
            "data": self._packed,
        }

    def _pack(self) -> str:
        """Return the cells as text."""
        # Most cells of a small place are empty.
        data = [
            number.to_bytes((number.bit_length() + 7) // 8, "big") if number else b""
            for number in self._keys
        ]
        size = self.cells
        columns = (
            struct.pack(f"<{size}i", *self._counts),
            struct.pack(f"<{size}I", *self._checks),
            struct.pack(f"<{size}H", *map(len, data)),
            *data,
        )
        return base64.b64encode(zlib.compress(b"".join(columns), 6)).decode("ascii")

    @classmethod
    def from_saved(cls, saved: Mapping[str, Any]) -> Sketch:
        """Return the sketch that `saved` wrote."""
        sketch = cls(saved["cells"])
        sketch._unpack(zlib.decompress(base64.b64decode(saved["data"])))
        sketch.count, sketch._whole = saved["count"], int(saved["whole"], 16)
        sketch._packed = saved["data"]
        return sketch

    def _unpack(self, data: bytes) -> None:
        """Replace the cells by packed ones."""
        size = self.cells
        self._counts = list(struct.unpack_from(f"<{size}i", data))
        self._checks = list(struct.unpack_from(f"<{size}I", data, 4 * size))
        at = 10 * size
        for place, length in enumerate(struct.unpack_from(f"<{size}H", data, 8 * size)):
            if length:
                self._keys[place] = int.from_bytes(data[at : at + length], "big")
                at += length


def _added(column: list[int], half: int, combine: Callable[[int, int], int]) -> list[int]:
    """Return a column with the two halves of each quarter combined."""
    starts = range(0, len(column), 2 * half)
    return [
        combine(column[one], column[one + half])
        for start in starts
        for one in range(start, start + half)
    ]


def cells_for(capacity: int) -> int:
    """Return how many cells a difference of *capacity* keys needs to be readable."""
    return max(FEWEST_CELLS, int(capacity * CELLS_PER_KEY) + 30)
