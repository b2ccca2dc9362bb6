"""Draw the rooms of the connector as SVG: what each holds, and which of them it imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from html import escape
from textwrap import wrap
from typing import NamedTuple

from rooms import CONNECTOR, GROUND, Code, House, name_of

WIDTH, LINE, GAP, MARGIN, BETWEEN = 940, 17, 20, 24, 34
LETTER = 6.6
"""How wide a letter is at most, on average."""

FOREWORD = {"connector.py": "The wiring to Fivetran's Connector SDK.", GROUND: "Used by all."}
"""What the rooms are that are no package, whose first sentence would tell it."""

STYLE = """
text{font:13px sans-serif;fill:#1b2733}.t{font-weight:bold;font-size:15px}
.m{fill:#51606e}.p{fill:#fff}.b{fill:#f4f6f8;stroke:#51606e}
.l{fill:none;stroke:#2a7ab0;stroke-width:1.6}.h{fill:#2a7ab0}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.m{fill:#a9b6c2}.p{fill:#10161d}
.b{fill:#1b2530;stroke:#8896a4}.l{stroke:#5fb3e8}.h{fill:#5fb3e8}}
""".strip().replace("\n", "")


class Box(NamedTuple):
    """Where a room stands, and the lines in it: its name first."""

    room: str
    x: int
    y: int
    width: int
    height: int
    lines: list[tuple[str, str]]

    @property
    def middle(self) -> int:
        """The middle of its width."""
        return self.x + self.width // 2


def draw(house: House = CONNECTOR) -> str:
    """Return the drawing as SVG: rooms may import what stands below them."""
    code = house.sources()
    arrows = house.arrows(code)
    boxes = list(_placed(house, code, arrows))
    by_room = {box.room: box for box in boxes}
    parts = [line for pair in sorted(_direct(arrows)) for line in _arrow(*pair, by_room)]
    parts += [_drawn(box) for box in boxes]
    height = max(box.y + box.height for box in boxes) + MARGIN
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{STYLE}</style>'
    paper = f'<rect class="p" width="{WIDTH}" height="{height}" rx="8"/>'
    return "\n".join([head, paper, *parts, "</svg>\n"])


def floors(house: House) -> list[list[str]]:
    """Return the rooms by floor, the highest first: one stands above all that it may import."""
    heights: dict[str, int] = {}
    while len(heights) < len(house.rooms):
        for room, may in house.rooms.items():
            if all(other in heights for other in may):
                heights[room] = 1 + max((heights[other] for other in may), default=-1)
    by_height = range(max(heights.values()), -1, -1)
    return [[room for room in house.rooms if heights[room] == one] for one in by_height]


def _placed(house: House, code: Code, arrows: set[tuple[str, str]]) -> Iterator[Box]:
    y = MARGIN
    for rooms in floors(house):
        width = (WIDTH - 2 * MARGIN - GAP * (len(rooms) - 1)) // len(rooms)
        used = {room: [one for one in house.rooms if (room, one) in arrows] for room in rooms}
        lines = {room: _lines(house, code, room, used[room], width) for room in rooms}
        height = LINE * max(map(len, lines.values())) + GAP
        for number, room in enumerate(rooms):
            yield Box(room, MARGIN + number * (width + GAP), y, width, height, lines[room])
        y += height + BETWEEN


def _lines(
    house: House, code: Code, room: str, used: list[str], width: int
) -> list[tuple[str, str]]:
    """Return what is said of a room: what it does, its modules, and the rooms that it imports."""
    package = code.get(f"{house.package}/{room}/__init__.py", "")
    sentence = FOREWORD.get(room) or str(ast.get_docstring(ast.parse(package))).split("\n")[0]
    names = [name_of(path) for path in sorted(code) if not path.endswith("__init__.py")]
    modules = [name.rpartition(".")[2] for name in names if house.room(name) == room]
    held = (
        f"holds: {', '.join(modules)}" if room in house.rooms.keys() - house.top.values() else ""
    )
    imported = f"imports: {', '.join(used)}" if used else ""
    parts = [("", sentence), ("m", held), ("m", imported)]
    return [("t", room)] + [(kind, line) for kind, text in parts for line in _wrapped(text, width)]


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, int((width - 2 * GAP) / LETTER), break_long_words=False)


def _direct(arrows: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the arrows that no way over other rooms stands for."""
    below: dict[str, set[str]] = {}
    for room, other in arrows:
        below.setdefault(room, set()).add(other)

    def reached(room: str) -> set[str]:
        return below.get(room, set()).union(*(reached(one) for one in below.get(room, ())))

    return {
        (room, other)
        for room, others in below.items()
        for other in others
        if not any(other in reached(one) for one in others)
    }


def _arrow(room: str, other: str, boxes: dict[str, Box]) -> Iterator[str]:
    upper, lower = boxes[room], boxes[other]
    narrow = min(upper, lower, key=lambda box: box.width)
    x, top, end = narrow.middle, upper.y + upper.height, lower.y
    yield f'<path class="l" d="M{x},{top} V{end - 8}"/>'
    yield f'<path class="h" d="M{x},{end} l-5,-9 h10 z"/>'


def _drawn(box: Box) -> str:
    rows = "".join(
        f'<text class="{kind}" x="{box.x + GAP}" y="{box.y + LINE * (number + 1) + GAP // 4}">'
        f"{escape(line)}</text>"
        for number, (kind, line) in enumerate(box.lines)
    )
    place = f'x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"'
    return f'<rect class="b" {place} rx="6"/>{rows}'
