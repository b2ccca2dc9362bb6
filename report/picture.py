"""Draw the head of a page into an SVG, for the README."""

from __future__ import annotations

from html import escape

from report.head import HARM_TITLES, Head, effort

WIDTH = 940
ROW = 26
MOST = 9
"""Findings that the picture shows."""

COLORS = {
    "light": {
        "card": "#ffffff",
        "ink": "#1b2430",
        "muted": "#55606e",
        "line": "#d9dee5",
        "alarm": "#a8321d",
        "accent": "#1f5f9e",
    },
    "dark": {
        "card": "#181e26",
        "ink": "#e8ecf1",
        "muted": "#a7b1bd",
        "line": "#303945",
        "alarm": "#ff9c87",
        "accent": "#7db5ec",
    },
}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
COLUMNS = (
    (24, "Finding", "start"),
    (430, "How many", "end"),
    (452, "Next step", "start"),
    (916, "Effort", "end"),
)


def picture(head: Head, scheme: str) -> str:
    """Return the head as SVG, in the colors of a scheme: `light` or `dark`."""
    color = COLORS[scheme]
    parts: list[str] = []
    y = 44.0

    def say(
        x: float, text: str, fill: str, size: int = 13, weight: int = 400, anchor: str = "start"
    ) -> None:
        parts.append(
            f'<text x="{x}" y="{y:.0f}" fill="{color[fill]}" font-size="{size}"'
            f' font-weight="{weight}" text-anchor="{anchor}">{escape(text)}</text>'
        )

    def rule() -> None:
        parts.append(f'<path d="M24 {y + 9:.0f}H916" stroke="{color["line"]}"/>')

    say(24, "Do first", "ink", 20, 650)
    for sentence in head.sentences:
        y += 22
        say(24, sentence, "ink", 13)
    y += 32
    for x, title, anchor in COLUMNS:
        say(x, title, "muted", 12, 600, anchor)
    rule()
    harm = ""
    for line in head.lines[:MOST]:
        facts = line.finding.facts
        if facts["harm"] != harm:
            harm = facts["harm"]
            y += ROW
            say(24, HARM_TITLES[harm], "alarm" if harm == "visitors" else "ink", 12, 650)
        y += ROW
        say(24, facts["title"], "accent", 13, 500)
        say(430, line.shown, "ink", 13, 650, "end")
        say(452, facts["next"], "ink", 13)
        say(916, effort(line.minutes), "ink", 13, 400, "end")
        rule()
    height = round(y + 32)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        f' font-family="{FONT}"><title>The head of the report on the demo account</title>'
        f'<rect width="{WIDTH}" height="{height}" rx="10" fill="{color["card"]}"'
        f' stroke="{color["line"]}"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )
