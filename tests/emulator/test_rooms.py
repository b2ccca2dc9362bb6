"""The emulator's rooms: which may know which, told by the imports of its own code."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import cma_emulator

PACKAGE = Path(cma_emulator.__file__).parent
ROOMS = {
    "": ("server", "ground"),
    "server": ("endpoints", "listing", "samples", "account", "ground"),
    "endpoints": ("listing", "samples", "account", "ground"),
    "listing": ("account", "ground"),
    "samples": ("account", "ground"),
    "account": ("ground",),
    "ground": (),
}
"""What each room may import besides itself; the top is what starts the emulator."""
TOP = ("cma_emulator", "cma_emulator.__main__")

PLANTED = {
    "a module of a lower room": ("account/planted.py", "from ..endpoints.core import SPACES"),
    "a sibling room": ("samples/planted.py", "import cma_emulator.listing.query"),
    "the ground": ("planted.py", "from .account import clock"),
    "inside a function": (
        "account/planted.py",
        "def late():\n    from ..samples import core",
    ),
    "for annotations only": (
        "listing/planted.py",
        "import typing\nif typing.TYPE_CHECKING:\n    from ..endpoints.endpoint import Call",
    ),
    "the package itself": ("endpoints/planted.py", "from cma_emulator import running"),
}


def sources(folder: Path) -> dict[str, str]:
    """Return the code of every module below a folder, by its path from there."""
    found = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.py")}
    assert found, f"no Python file in {folder}"
    return found


def name_of(path: str) -> str:
    """Return the name of the module in a file."""
    steps = ("cma_emulator", *Path(path).with_suffix("").parts)
    return ".".join(steps[:-1] if steps[-1] == "__init__" else steps)


def imports(code: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the modules of the package that each one imports, wherever in it and why ever."""
    names = {name_of(path) for path in code}
    found: dict[str, set[str]] = {}
    for path, text in code.items():
        package = (
            name_of(path) if path.endswith("__init__.py") else name_of(path).rpartition(".")[0]
        )
        wanted = _wanted(ast.parse(text), package)
        found[name_of(path)] = {name for one in wanted if (name := _module(one, names))}
    return found


def _wanted(tree: ast.Module, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            steps = package.split(".")
            base = ".".join(steps[: len(steps) + 1 - node.level]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _module(name: str, names: set[str]) -> str | None:
    """Return the module that an imported name is in, None for one of another package."""
    while name and name not in names:
        name = name.rpartition(".")[0]
    return name or None


def room(name: str) -> str:
    """Return the room of a module."""
    steps = name.split(".")
    if name in TOP:
        return ""
    return steps[1] if steps[1] in ROOMS else "ground"


def against_the_direction(code: Mapping[str, str]) -> list[str]:
    """Return the imports that no room allows, each with the module that has it."""
    return [
        f"{name} imports {other}"
        for name, others in sorted(imports(code).items())
        for other in sorted(others)
        if room(other) not in (room(name), *ROOMS[room(name)])
    ]


def circle(code: Mapping[str, str]) -> list[str]:
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


def test_every_module_imports_only_rooms_below_its_own() -> None:
    """Imports go from the server by the endpoints to listing and samples, then to the account."""
    assert against_the_direction(sources(PACKAGE)) == []


def test_every_room_is_there() -> None:
    """The rooms that the rule knows are the folders of the package."""
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders == ROOMS.keys() - {"", "ground"}


def test_no_modules_import_each_other_in_turn() -> None:
    """There is no circle, not even one through annotations."""
    assert circle(sources(PACKAGE)) == []


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED.keys())
def test_an_import_against_the_direction_is_named(planted: tuple[str, str]) -> None:
    """Whatever its form and place, an import of a room that is not below names both modules."""
    path, text = planted
    found = against_the_direction({**sources(PACKAGE), path: text})
    assert len(found) == 1
    assert found[0].startswith(f"{name_of(path)} imports cma_emulator")


def test_a_circle_is_named() -> None:
    """Three modules of one room that import each other are told in their order."""
    ring = {
        "account/one.py": "from .two import a",
        "account/two.py": "import cma_emulator.account.three",
        "account/three.py": "def late():\n    from . import one",
    }
    assert circle({"__init__.py": "", "account/__init__.py": "", **ring}) == [
        "cma_emulator.account.one",
        "cma_emulator.account.two",
        "cma_emulator.account.three",
        "cma_emulator.account.one",
    ]
