"""Draw the entity-relationship diagram of the tables as SVG.

Tables stand in a frame for their scope, whose keys they all have; lines are the other links.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

from contentful_cma.tables.table import Table

TARGETS = {
    "content_type_id": "CONTENT_TYPES",
    "entry_id": "ENTRIES",
    "team_id": "TEAMS",
    "user_id": "USERS",
    "webhook_id": "WEBHOOKS",
    "release_id": "RELEASES",
    "workflow_definition_id": "WORKFLOW_DEFINITIONS",
    "automation_definition_id": "AUTOMATION_DEFINITIONS",
    "app_definition_id": "APP_DEFINITIONS",
    "preview_api_key_id": "PREVIEW_API_KEYS",
    "organization_membership_id": "ORGANIZATION_MEMBERSHIPS",
}
"""Columns that link to another table."""

WIDTH, LINE, GAP, MARGIN, TOP = 230, 15, 14, 24, 60
PER_COLUMN = 9
STYLE = """
text{font:11px sans-serif;fill:#1b2733}.t{font-weight:bold}.s{font-size:15px;font-weight:bold}
.k{font-style:italic;fill:#51606e}.f{fill:#f4f6f8;stroke:#c3ccd5}.b{fill:#fff;stroke:#51606e}
.l{fill:none;stroke:#2a7ab0;stroke-width:1.2;opacity:.7}
""".strip().replace("\n", "")


class Box(NamedTuple):
    """Where a table stands."""

    table: Table
    x: int
    y: int

    @property
    def lines(self) -> list[str]:
        """The columns that are shown: own keys and links."""
        keys = [column.name for column in self.table.key]
        return keys + [
            column.name
            for column in self.table.columns
            if column.name in TARGETS and column.name not in keys
        ]

    @property
    def height(self) -> int:
        """How high it is."""
        return LINE * (len(self.lines) + 1) + 10


def draw(tables: Iterable[Table]) -> str:
    """Return the diagram as SVG."""
    boxes: list[Box] = []
    frames = []
    x = MARGIN
    scopes: dict[str, list[Table]] = {}
    for table in tables:
        scopes.setdefault(table.scope.name, []).append(table)
    for name, members in scopes.items():
        placed = list(_placed(members, x + GAP))
        right = max(box.x for box in placed) + WIDTH + GAP
        frames.append((name, members[0], x, right))
        boxes += placed
        x = right + MARGIN
    bottom = max(box.y + box.height for box in boxes) + GAP
    parts = [_frame(*frame, bottom) for frame in frames]
    parts += [line for box in boxes for line in _links(box, boxes)]
    parts += [_box(box) for box in boxes]
    size = f'width="{x}" height="{bottom + MARGIN}" viewBox="0 0 {x} {bottom + MARGIN}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{STYLE}</style>'
    return "\n".join([head, *parts, "</svg>\n"])


def _placed(tables: list[Table], x: int) -> Iterator[Box]:
    y = TOP + 40
    for number, table in enumerate(tables):
        if number and number % PER_COLUMN == 0:
            x, y = x + WIDTH + 3 * GAP, TOP + 40
        box = Box(table, x, y)
        y += box.height + GAP
        yield box


def _frame(name: str, table: Table, x: int, right: int, bottom: int) -> str:
    keys = ", ".join(table.scope.keys) or "no key of its own"
    return (
        f'<rect class="f" x="{x}" y="{MARGIN}" width="{right - x}" height="{bottom - MARGIN}"'
        f' rx="8"/><text class="s" x="{x + GAP}" y="{TOP - 10}">{name}</text>'
        f'<text class="k" x="{x + GAP}" y="{TOP + 10}">each row has: {keys}</text>'
    )


def _box(box: Box) -> str:
    rows = "".join(
        f'<text class="{"k" if line not in TARGETS else ""}" x="{box.x + 8}"'
        f' y="{box.y + LINE * (number + 2)}">{escape(line)}</text>'
        for number, line in enumerate(box.lines)
    )
    return (
        f'<rect class="b" x="{box.x}" y="{box.y}" width="{WIDTH}" height="{box.height}" rx="4"/>'
        f'<text class="t" x="{box.x + 8}" y="{box.y + LINE}">{box.table.name}</text>{rows}'
    )


def _links(box: Box, boxes: list[Box]) -> Iterator[str]:
    for number, line in enumerate(box.lines):
        for target in boxes:
            if target.table.name == TARGETS.get(line) and target is not box:
                y, to_y = box.y + LINE * (number + 2) - 4, target.y + LINE - 4
                x, to_x = box.x, target.x + (WIDTH if target.x < box.x else 0)
                bend = min(x, to_x) - 20 if target.x >= box.x else (x + to_x) // 2
                yield f'<path class="l" d="M{x},{y} C{bend},{y} {bend},{to_y} {to_x},{to_y}"/>'
