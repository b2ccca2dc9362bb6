"""The accepted words that are nearest to a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, accepted: Iterable[str], count: int = 1) -> list[str]:
    """Return the *count* accepted words that are most similar to a word, the nearest first."""
    # Only a mistake needs this module and its 170 KB of memory.
    from difflib import get_close_matches  # noqa: PLC0415

    return get_close_matches(word, list(accepted), n=count, cutoff=0.0)
