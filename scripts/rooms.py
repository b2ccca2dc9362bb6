"""The rooms of a package, and which of them may import which: told by the imports of its code.

Code comes as a mapping from the path of each module to its text, so that a test can plant some.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

GROUND = "ground"
"""The room of the modules that stand in no folder of the package."""

Code = Mapping[str, str]


@dataclass(frozen=True)
class House:
    """A package in rooms, its folders: what each may import besides itself.

    ``folder`` is where ``package`` stands, and ``top`` are the modules that start it, by their
    room.
    """

    folder: Path
    package: str
    rooms: Mapping[str, tuple[str, ...]]
    top: Mapping[str, str]

    def sources(self) -> dict[str, str]:
        """Return the code of every module, by its path from the folder."""
        found = [*self.folder.glob("*.py"), *(self.folder / self.package).rglob("*.py")]
        return {one.relative_to(self.folder).as_posix(): one.read_text("utf-8") for one in found}

    def room(self, name: str) -> str:
        """Return the room of a module."""
        if name in self.top:
            return self.top[name]
        inner = name.split(".")[1:2]
        return inner[0] if inner and inner[0] in self.rooms else GROUND

    def against_the_direction(self, code: Code) -> list[str]:
        """Return the imports that no room allows: the module, what it imports, and the rule."""
        found = []
        for name, others in sorted(imports(code).items()):
            room = self.room(name)
            may = self.rooms[room]
            found += [
                f"{name} imports {other}: {room} may import {', '.join(may) or 'no other room'}"
                for other in sorted(others)
                if self.room(other) not in (room, *may)
            ]
        return found

    def arrows(self, code: Code) -> set[tuple[str, str]]:
        """Return the pairs of rooms of which the first imports the second."""
        pairs = {
            (self.room(name), self.room(other))
            for name, others in imports(code).items()
            for other in others
        }
        return {(room, other) for room, other in pairs if room != other}


def imports(code: Code) -> dict[str, set[str]]:
    """Return which of the modules each one imports, wherever in it and why ever."""
    names = {name_of(path) for path in code}
    found: dict[str, set[str]] = {}
    for path, text in code.items():
        name = name_of(path)
        package = name if path.endswith("__init__.py") else name.rpartition(".")[0]
        wanted = (_module(one, names) for one in _wanted(text, package))
        found[name] = {one for one in wanted if one is not None}
    return found


def name_of(path: str) -> str:
    """Return the name of the module in a file."""
    steps = Path(path).with_suffix("").parts
    return ".".join(steps[:-1] if steps[-1] == "__init__" else steps)


def circle(code: Code) -> list[str]:
    """Return modules that import each other in turn, an empty list where there are none."""
    known, done = imports(code), set[str]()

    def follow(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        steps = (follow(other, [*way, name]) for other in sorted(known[name] - {name}))
        found = next(filter(None, steps), [])
        done.add(name)
        return found

    return next(filter(None, (follow(name, []) for name in sorted(known))), [])


@cache
def _wanted(text: str, package: str) -> tuple[str, ...]:
    """Return the full name of all that code in a package imports."""
    found: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            steps = package.split(".")
            base = ".".join(steps[: len(steps) + 1 - node.level]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            found += (f"{module}.{alias.name}" for alias in node.names)
    return tuple(found)


def _module(name: str, names: set[str]) -> str | None:
    """Return the module that an imported name is in, None for one of another package."""
    while name and name not in names:
        name = name.rpartition(".")[0]
    return name or None


ROOT = Path(__file__).resolve().parent.parent

CONNECTOR = House(
    ROOT / "connector",
    "contentful_cma",
    {
        "connector.py": ("sync", "extract", "tables", "state", "api", "settings", GROUND),
        "sync": ("extract", "tables", "state", "api", "settings", GROUND),
        "extract": ("tables", "state", "api", "settings", GROUND),
        "tables": ("settings", GROUND),
        "state": ("settings", GROUND),
        "api": ("settings", GROUND),
        "settings": (GROUND,),
        GROUND: (),
    },
    {"connector": "connector.py"},
)

EMULATOR = House(
    ROOT / "emulator",
    "cma_emulator",
    {
        "__main__.py": ("server", GROUND),
        "server": ("endpoints", "listing", "samples", "account", GROUND),
        "endpoints": ("listing", "samples", "account", GROUND),
        "listing": ("account", GROUND),
        "samples": ("account", GROUND),
        "account": (GROUND,),
        GROUND: (),
    },
    {"cma_emulator": "__main__.py", "cma_emulator.__main__": "__main__.py"},
)
