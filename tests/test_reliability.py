"""What docs/reliability.md says of the tests."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")


def test_every_test_that_the_document_names_exists() -> None:
    """Each test in the tables is defined once, so that a reader can find and run it."""
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", DOCUMENT))
    assert len(named) > 15
    assert {name: len(re.findall(rf"def {name}\(", sources)) for name in named} == dict.fromkeys(
        named, 1
    )
