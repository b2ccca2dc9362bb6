"""The check of words that the writing guide bans."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.dev import words

BANNED = "The marts stand beside it.\n"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.md", f"Right.\n\n{BANNED}", [(3, "stand"), (3, "beside")]),
        ("a.md", f"Write `stand beside`.\n> {BANNED}```\n{BANNED}```\n", []),
        ("CHANGELOG.md", f"## Unreleased\n\nAnew.\n\n## 1.0.0 - 2026\n\n{BANNED}", [(3, "Anew")]),
        ("a.py", f"told = 'told'\n# {BANNED}", [(2, "stand"), (2, "beside")]),
        ("a.py", "print(f'The {told} rows.', 'Told by it.')\n", [(1, "Told")]),
        ("a.sql", "select quiet -- A quiet sync.\nfrom quiet\n", [(1, "quiet")]),
        ("a.json", '{"title": "A licence"}\n', [(1, "licence")]),
        ("Makefile", "quiet: ## A quiet run\n", [(1, "quiet")]),
    ],
)
def test_banned_words_are_reported_in_texts_only(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    text: str,
    expected: list[tuple[int, str]],
) -> None:
    """Banned words are reported by line, except in code, quotations and released texts."""
    monkeypatch.setattr(words, "ROOT", tmp_path)
    (tmp_path / name).write_text(text, encoding="utf-8")
    lines = [line.split(": ")[:2] for line in words.banned_in(name)]
    found = [(int(place.rpartition(":")[2]), word.strip("'")) for place, word in lines]
    assert sorted(found) == sorted(expected)
