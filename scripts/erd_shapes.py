"""What the diagrams are drawn with: colours, the ends of lines, the legend."""

from __future__ import annotations

from collections.abc import Iterator

HUES = 6
"""Colours of lines, `--0` and so on in the style."""

STYLE = """
svg{background:var(--page);--page:#fff;--box:#f6f8fa;--edge:#8c959f;--text:#1f2328;--soft:#59636e;
--0:#0969da;--1:#bc4c00;--2:#1a7f37;--3:#8250df;--4:#bf3989;--5:#7d5f00}
@media (prefers-color-scheme:dark){svg{--page:#0d1117;--box:#161b22;--edge:#6e7681;--text:#f0f6fc;
--soft:#9198a1;--0:#58a6ff;--1:#ff9b5c;--2:#56d364;--3:#c297ff;--4:#ff80c8;--5:#e3c04c}}
@media print{svg{--page:#fff;--box:#fff;--edge:#59636e;--text:#000;--soft:#333;
--0:#0550ae;--1:#953800;--2:#116329;--3:#6639ba;--4:#99286e;--5:#633c01}}
text{font:12px system-ui,sans-serif;fill:var(--text)}.t{font-size:12.5px;font-weight:700}
.k{font-size:11px;fill:var(--soft)}.b{fill:var(--box);stroke:var(--edge)}
.o{stroke-dasharray:4 3}.l{fill:none;stroke-width:1.5}.h{fill:var(--page)}
"""
MARKS = {
    "one": ("M6,-5V5M10,-5V5", None),
    "at most one": ("M6,-5V5", 13),
    "many": ("M0,-5L10,0L0,5", 14),
}
"""The end of a line by how many rows it leads to: strokes, and where a circle stands."""


def mark(end: str, x: float, y: float, towards: int, colour: str) -> str:
    """Return the end of a line at a place; *towards* is 1 for one that leads to the right."""
    strokes, circle = MARKS[end]
    round_ = f'<circle class="h l" cx="{circle}" r="3.5"/>' if circle else ""
    return (
        f'<g transform="translate({x:g},{y:g}) scale({towards},1)" stroke="{colour}">'
        f'<path class="l" d="{strokes}"/>{round_}</g>'
    )


def legend(x: float, y: float) -> Iterator[str]:
    """Yield what the ends of lines mean, beginning at a place."""
    for end in MARKS:
        colour = "var(--soft)"
        yield f'<path class="l" stroke="{colour}" d="M{x:g},{y:g}h28"/>'
        yield mark(end, x, y, 1, colour)
        yield f'<text class="k" x="{x + 34:g}" y="{y + 4:g}">{end}</text>'
        x += 34 + 7 * len(end) + 24
    yield f'<text class="k" x="{x:g}" y="{y + 4:g}">[ ] a list of ids</text>'
