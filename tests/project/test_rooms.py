"""The rooms of the connector and of the emulator: which may know which."""

from __future__ import annotations

import pytest
from rooms import CONNECTOR, EMULATOR, GROUND, House, circle, name_of

HOUSES = [
    pytest.param(CONNECTOR, id="connector"),
    pytest.param(EMULATOR, id="emulator"),
]
FORMS = {
    "relative": "from ..sync.run import sync",
    "absolute": "import contentful_cma.sync.run",
    "a room itself": "from contentful_cma import sync",
    "a name of a room": "from contentful_cma.sync import sync",
    "inside a function": "def late():\n    from ..sync import run",
    "for annotations only": "import typing\nif typing.TYPE_CHECKING:\n    from ..sync import run",
    "the wiring": "import connector",
}


def planted(house: House, room: str, other: str) -> tuple[str, str]:
    """Return a path in a room and the code that imports a module of another one."""
    folder = "" if room == GROUND else f"{room}/"
    top = {place: name for name, place in house.top.items()}
    path = f"{house.package}/{folder}planted.py"
    if room in top:
        path = f"{top[room].replace('.', '/')}.py"
    module = next(
        name for name in map(name_of, sorted(house.sources())) if house.room(name) == other
    )
    return path, f"import {top.get(other, module)}"


@pytest.mark.parametrize("house", HOUSES)
def test_every_module_imports_only_rooms_below_its_own(house: House) -> None:
    """Imports go downwards, and rooms of one floor do not know each other."""
    assert house.against_the_direction(house.sources()) == []


@pytest.mark.parametrize("house", HOUSES)
def test_every_room_is_there(house: House) -> None:
    """The rooms that the rule knows are the folders of the package."""
    folders = {path.parent.name for path in (house.folder / house.package).glob("*/__init__.py")}
    assert folders == house.rooms.keys() - {GROUND, *house.top.values()}


@pytest.mark.parametrize("house", HOUSES)
def test_no_modules_import_each_other_in_turn(house: House) -> None:
    """There is no circle, not even one through annotations."""
    assert circle(house.sources()) == []


@pytest.mark.parametrize("house", HOUSES)
def test_an_import_against_the_direction_is_named(house: House) -> None:
    """Each import of a room that a room may not know names both modules and the rule."""
    for room, may in house.rooms.items():
        for other in house.rooms.keys() - {room, *may}:
            path, text = planted(house, room, other)
            (found,) = house.against_the_direction({**house.sources(), path: text})
            rule = f"{name_of(path)} imports {text.removeprefix('import ')}: {room} may "
            assert found.startswith(rule), (room, other)


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS.keys())
def test_the_form_of_an_import_does_not_matter(text: str) -> None:
    """An import is found in all its forms, also in a function or for annotations only."""
    code = {**CONNECTOR.sources(), "contentful_cma/state/planted.py": text}
    (found,) = CONNECTOR.against_the_direction(code)
    assert found.startswith("contentful_cma.state.planted imports con")
    assert found.endswith(": state may import settings, ground")


def test_a_circle_is_named() -> None:
    """Three modules of one room that import each other are told in their order."""
    ring = {
        "house/room/one.py": "from .two import a",
        "house/room/two.py": "import house.room.three",
        "house/room/three.py": "def late():\n    from . import one",
    }
    assert circle({"house/__init__.py": "", "house/room/__init__.py": "", **ring}) == [
        "house.room.one",
        "house.room.two",
        "house.room.three",
        "house.room.one",
    ]
