"""Which mutants a folder has, which of them are taken, and which are judged equivalent."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from mutants.faults import Source


@dataclass(frozen=True)
class Mutant:
    """A module with one fault, named by what it changes and not by where that stands.

    ``before`` and ``after`` are the changed lines without their indentation; ``nth`` counts the
    mutants of a function that are alike in both.  ``entry`` and ``names`` say who can notice it
    (see `Where`).
    """

    module: str
    function: str
    before: str
    after: str
    nth: int
    line: int
    text: bytes
    entry: int
    names: tuple[str, ...]

    @property
    def key(self) -> str:
        """The mutant's name in files of results."""
        return json.dumps([self.module, self.function, self.before, self.after, self.nth])

    def diff(self) -> str:
        """Return the change for a reader, with the number of its line today."""
        head = f"{self.module}:{self.line} in {self.function or 'the module'}"
        number = f" (number {self.nth})" if self.nth > 1 else ""
        minus = "".join(f"\n  - {line}" for line in self.before.splitlines())
        return head + number + minus + "".join(f"\n  + {line}" for line in self.after.splitlines())


def mutants(root: Path, folder: str) -> list[Mutant]:
    """Return every mutant of the modules in a folder, in the order of the modules' names."""
    found = []
    for path in sorted((root / folder).rglob("*.py")):
        source, counts = Source(path.read_bytes()), Counter[tuple[str, str, str]]()
        for edit in source.edits():
            text = source.text[: edit.start] + edit.text.encode() + source.text[edit.end :]
            before, after = changed(source.text, text)
            function, entry, names = edit.where
            counts[function, before, after] += 1
            nth = counts[function, before, after]
            name = path.relative_to(root).as_posix()
            one = Mutant(name, function, before, after, nth, edit.line, text, entry, names)
            found.append(one)
    return found


def changed(old: bytes, new: bytes) -> tuple[str, str]:
    """Return the lines that differ between two texts, before and after, without indentation."""
    before, after = old.decode().splitlines(), new.decode().splitlines()
    while before and after and before[0] == after[0]:
        del before[0], after[0]
    while before and after and before[-1] == after[-1]:
        del before[-1], after[-1]
    return stripped(before), stripped(after)


def stripped(lines: list[str]) -> str:
    """Return lines as one text, without indentation."""
    return "\n".join(line.strip() for line in lines)


def sample(found: list[Mutant], count: int, seed: int) -> list[Mutant]:
    """Return ``count`` mutants, from each module its share.

    Within a module those are taken whose names, hashed with the seed, come first: an edit of the
    code changes the sample where it stands and hardly elsewhere.
    """
    sizes = Counter(mutant.module for mutant in found)
    taken: list[Mutant] = []
    for module, quota in shares(sizes, min(count, len(found))).items():
        own = [mutant for mutant in found if mutant.module == module]
        taken += sorted(own, key=lambda one: rank(one, seed))[:quota]
    return taken


def rank(mutant: Mutant, seed: int) -> str:
    """Return where a mutant stands in the order of a seed."""
    return hashlib.sha256(f"{seed} {mutant.key}".encode()).hexdigest()


def shares(sizes: Counter[str], count: int) -> dict[str, int]:
    """Divide ``count`` by size; what is left after rounding goes to the largest remainders."""
    whole = sum(sizes.values())
    quotas = {name: size * count // whole for name, size in sizes.items()}
    by_rest = sorted(sizes, key=lambda name: (-(sizes[name] * count % whole), name))
    for name in by_rest[: count - sum(quotas.values())]:
        quotas[name] += 1
    return quotas


def judged(path: Path) -> dict[str, str]:
    """Return the reason for each mutant that a person judged equivalent, by its key.

    The file is a list of objects with ``module``, ``function``, ``before``, ``after``, ``reason``
    and, where a function has more than one mutant of these lines, ``nth``.
    """
    if not path.exists():
        return {}
    names = ("module", "function", "before", "after")
    return {
        json.dumps([*(one[name] for name in names), one.get("nth", 1)]): one["reason"]
        for one in json.loads(path.read_text(encoding="utf-8"))
    }
