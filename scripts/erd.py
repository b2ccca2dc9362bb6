"""Draw entity-relationship diagrams as SVG: tables in columns, what they lead to on their left.

A diagram is as wide as a page of a repository or a sheet of paper, and follows the reader's choice
of light or dark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from html import escape
from textwrap import wrap

from erd_shapes import HUES, STYLE, legend, mark
from relations import Relation, relations

from contentful_cma.tables.places import ENVIRONMENT, ORGANIZATION, SPACE
from contentful_cma.tables.table import Table

PLACES = ("ORGANIZATIONS", "SPACES", "ENVIRONMENTS")
"""Tables that stand in the first column, one in the other."""

WIDTH, LINE, PAD, BETWEEN, MARGIN = 240, 17, 10, 28, 16
LAST_COLUMN, LETTERS_OF_A_KEY, LANE, ENDS = 2, 36, 7, 21
SCOPES = {ORGANIZATION: "organization", SPACE: "space", ENVIRONMENT: "environment"}


@dataclass
class Box:
    """A table in a diagram: what it leads to, the column that it stands in, and where."""

    table: Table
    caption: str
    links: list[Relation]
    column: int = 0
    x: float = 0
    y: float = 0

    @property
    def rows(self) -> list[str]:
        """The names of the columns that lead to other tables."""
        return list(dict.fromkeys(link.column for link in self.links))

    @property
    def head(self) -> list[str]:
        """What stands below the name: the group where it is another one, and the key."""
        scope = [SCOPES[self.table.scope]] if self.table.scope in SCOPES else []
        key = ", ".join([*scope, *(column.name for column in self.table.key)])
        return [*([self.caption] if self.caption else []), *wrap(f"key: {key}", LETTERS_OF_A_KEY)]

    @property
    def height(self) -> float:
        """How high it is."""
        return LINE * (1 + len(self.head) + len(self.rows)) + PAD

    def row_y(self, name: str) -> float:
        """Return the height at which the line of a column begins."""
        return self.y + LINE * (1.6 + len(self.head) + self.rows.index(name))


@dataclass
class Trunk:
    """The lines of several tables to one, which look the same at that end."""

    target: Box
    end: str
    links: list[tuple[Box, Relation]]
    hue: int = 0
    y: float = 0
    lanes: dict[int, float] = field(default_factory=dict)
    corridors: dict[int, float] = field(default_factory=dict)

    @property
    def is_back(self) -> bool:
        """Whether it comes from a table of the same column."""
        return any(box.column == self.target.column for box, _ in self.links)

    @property
    def gaps(self) -> list[int]:
        """The gaps that it runs through; gap 1 is right of the first column."""
        last = max(box.column for box, _ in self.links)
        return list(range(self.target.column + (0 if self.is_back else 1), last + 1))


class Diagram:
    """A diagram of some tables and of those that they lead to."""

    def __init__(
        self, own: Iterable[Table], links: Sequence[Relation], captions: Mapping[str, str]
    ) -> None:
        """*links* are what is drawn; *captions* say of a table's group where it is another one."""
        found = [one for link in links for one in (link.target, link.table)]
        tables = {one.name: one for one in (*found, *own)}
        self.boxes = {
            name: Box(table, captions.get(name, ""), [one for one in links if one.table is table])
            for name, table in tables.items()
        }
        self._stand()
        self.trunks = self._trunks()
        self._lay()

    def draw(self) -> str:
        """Return the SVG."""
        width = max(box.x for box in self.boxes.values()) + WIDTH + MARGIN
        bottom = max(box.y + box.height for box in self.boxes.values())
        bottom = max([bottom, *(y for one in self.trunks for y in one.corridors.values())])
        bottom += BETWEEN
        height = bottom + LINE + PAD
        size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
        style = STYLE.replace("\n", "")
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{style}</style>'
        lines = [one for trunk in self.trunks for one in self._lines(trunk)]
        boxes = [_box(box) for box in self.boxes.values()]
        return "\n".join([head, *lines, *boxes, *legend(MARGIN, bottom), "</svg>\n"])

    def _stand(self) -> None:
        """Give each table its column, right of all that it leads to, and its place in there."""
        for _ in range(LAST_COLUMN + 1):
            for box in self.boxes.values():
                box.column = self._column(box)
        columns: list[list[Box]] = [[] for _ in range(LAST_COLUMN + 1)]
        for box in sorted(self.boxes.values(), key=self._is_alone):
            if self._is_alone(box):
                box.column = min(range(LAST_COLUMN + 1), key=lambda one: _height(columns[one]))
            columns[box.column].append(box)
        for number, column in enumerate(columns):
            order = {box.table.name: place for place, box in enumerate(columns[number - 1])}
            if number:
                column.sort(key=partial(_mean, order))
        self._columns = [column for column in columns if column]

    def _is_alone(self, box: Box) -> bool:
        return not box.links and not any(
            link.target is box.table for one in self.boxes.values() for link in one.links
        )

    def _column(self, box: Box) -> int:
        if box.table.name in PLACES:
            return 0
        left = [
            self.boxes[link.target.name].column + 1
            for link in box.links
            if link.target is not box.table
        ]
        return min(max(left, default=0), LAST_COLUMN)

    def _trunks(self) -> list[Trunk]:
        trunks: dict[tuple[str, str, bool], Trunk] = {}
        for box in self.boxes.values():
            for link in box.links:
                target = self.boxes[link.target.name]
                end = "many" if link.is_list else "one" if link.is_certain else "at most one"
                name = (link.target.name, end, target.column == box.column)
                trunks.setdefault(name, Trunk(target, end, [])).links.append((box, link))
        _colour(list(trunks.values()))
        return list(trunks.values())

    def _lay(self) -> None:
        """Give boxes, lines and gaps their places."""
        for column in self._columns:
            y = float(MARGIN)
            for box in column:
                box.y = y
                y += box.height + BETWEEN
        for box in self.boxes.values():
            ends = [one for one in self.trunks if one.target is box]
            for number, trunk in enumerate(ends):
                trunk.y = box.y + LINE * (0.9 + 0.8 * number)
        x = float(MARGIN)
        for number, column in enumerate(self._columns):
            through = [trunk for trunk in self.trunks if number in trunk.gaps]
            through.sort(key=lambda trunk: trunk.y)
            for place, trunk in enumerate(through):
                trunk.lanes[number] = x + ENDS + LANE * place
            x += 2 * ENDS + LANE * (len(through) - 1) if through else BETWEEN * bool(number)
            for box in column:
                box.x = x
            x += WIDTH
        self._find_corridors()

    def _find_corridors(self) -> None:
        """Lead each line past the columns between its ends, where these have room."""
        used: dict[tuple[int, float], int] = {}
        for trunk in self.trunks:
            for number in trunk.gaps[1:]:
                column = self._columns[number - 1]
                free = [box.y + box.height + PAD for box in column]
                _, near = min((abs(y - trunk.y), y) for y in free)
                place = used.get((number, near), 0)
                used[number, near] = place + 1
                trunk.corridors[number] = near + LANE * place

    def _lines(self, trunk: Trunk) -> Iterator[str]:
        colour = f"var(--{trunk.hue})"
        side = trunk.target.x if trunk.is_back else trunk.target.x + WIDTH
        first = trunk.gaps[0]
        for box, link in trunk.links:
            y = box.row_y(link.column)
            path = f"M{box.x:g},{y:g}"
            for gap in range(box.column, first, -1):
                path += f"H{trunk.lanes[gap]:g}V{trunk.corridors[gap]:g}"
            path += f"H{trunk.lanes[first]:g}V{trunk.y:g}H{side:g}"
            yield f'<path class="l" stroke="{colour}" d="{path}"/>'
            yield mark("at most one" if link.is_once else "many", box.x, y, -1, colour)
        yield mark(trunk.end, side, trunk.y, -1 if trunk.is_back else 1, colour)


def _colour(trunks: Sequence[Trunk]) -> None:
    """Give lines that run side by side other colours, as far as there are enough."""
    used: Counter[tuple[int, int]] = Counter()
    for trunk in trunks:
        trunk.hue = min(range(HUES), key=lambda hue: sum(used[gap, hue] for gap in trunk.gaps))
        used.update((gap, trunk.hue) for gap in trunk.gaps)


def _height(column: list[Box]) -> float:
    return sum(box.height + BETWEEN for box in column)


def _mean(order: Mapping[str, int], box: Box) -> float:
    places = [order[one.target.name] for one in box.links if one.target.name in order]
    return sum(places) / len(places) if places else len(order)


def _box(box: Box) -> str:
    kind = "b o" if box.caption else "b"
    size = f'width="{WIDTH}" height="{box.height:g}"'
    parts = [
        f'<rect class="{kind}" x="{box.x:g}" y="{box.y:g}" {size} rx="5"/>',
        f'<text class="t" x="{box.x + PAD:g}" y="{box.y + LINE:g}">{box.table.name}</text>',
    ]
    lines = [("k", line) for line in box.head] + [("", _shown(box, row)) for row in box.rows]
    for number, (style, line) in enumerate(lines, start=2):
        y = box.y + LINE * number
        css = f' class="{style}"' if style else ""
        parts.append(f'<text{css} x="{box.x + PAD:g}" y="{y:g}">{escape(line)}</text>')
    return "".join(parts)


def _shown(box: Box, row: str) -> str:
    is_list = any(link.is_list for link in box.links if link.column == row)
    return f"{row} [ ]" if is_list else row


def of_group(group: str, grouped: Mapping[str, Sequence[Table]]) -> str:
    """Return the diagram of a group: its tables, and those of others that they lead to."""
    captions = {
        table.name: f"in {other}"
        for other, tables in grouped.items()
        for table in tables
        if other != group
    }
    everything = [table for tables in grouped.values() for table in tables]
    links = [one for one in relations(everything) if one.table in grouped[group]]
    return Diagram(grouped[group], [one for one in links if _is_drawn(one)], captions).draw()


TWICE = frozenset(("alias_ids", "concept_ids", "last_action_id", "top_concept_ids"))
"""Columns that tell from the other side what a column of their target tells."""


def _is_drawn(link: Relation) -> bool:
    return not (link.is_scope or link.column in TWICE or link.column.endswith("_by_id"))


SHOWN = (
    *PLACES,
    *("USERS", "ORGANIZATION_MEMBERSHIPS", "TEAMS", "TEAM_MEMBERSHIPS"),
    *("CONTENT_TYPES", "TAGS", "TAXONOMY_CONCEPTS", "LOCALES", "ENTRIES", "ASSETS"),
)
"""The tables of the overview."""

FIRST_EDITOR = "created_by_id"
"""The one of all columns about people that the overview shows."""


def overview(tables: Iterable[Table]) -> str:
    """Return the diagram of the most asked tables, with what they stand in."""
    shown = [table for table in tables if table.name in SHOWN]
    return Diagram(shown, [one for one in relations(shown) if _is_of_the_overview(one)], {}).draw()


def _is_of_the_overview(link: Relation) -> bool:
    if link.column.endswith("_by_id"):
        return link.column == FIRST_EDITOR and link.table.name == "ENTRIES"
    # The space of an environment says all about the organization.
    is_next = link.is_scope and link.column == link.table.scope.keys[-1]
    return is_next or _is_drawn(link)
