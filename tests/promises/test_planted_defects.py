"""Defects of 1.0.0 are restored one at a time, and the histories must detect them.

Each is a patch of a few lines in `defects`, named after the case number that test rules cite.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.account import Account

ROOT = Path(__file__).resolve().parents[2]
DEFECTS = sorted((Path(__file__).parent / "defects").glob("*.patch"))
HISTORIES = 2000
"""Number of histories within which a defect must be detected."""

MISSED: frozenset[str] = frozenset()
"""Defects that the histories do not detect; two of ten are allowed."""

pytestmark = pytest.mark.process


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a copy of the connector."""
    shutil.copytree(ROOT / "connector" / "contentful_cma", tmp_path / "contentful_cma")
    return tmp_path


def restore(defect: Path, copied: Path) -> None:
    """Apply a patch to a copy of the connector."""
    command = ("git", "apply", str(defect))
    subprocess.run(command, cwd=copied, check=True)


def test_every_planted_defect_applies(copied: Path) -> None:
    """Each patch applies to today's connector, and at most a fifth of them is missed."""
    before = {one: one.read_bytes() for one in copied.rglob("*.py")}
    for defect in DEFECTS:
        restore(defect, copied)
        changed = [one for one in before if one.read_bytes() != before[one]]
        assert len(changed) == 1, defect.name
        changed[0].write_bytes(before[changed[0]])
    names = {one.stem for one in DEFECTS}
    assert len(names) >= 10
    assert len(MISSED & names) <= len(names) / 5


@pytest.mark.deep
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda one: one.stem)
def test_the_histories_detect_a_defect(
    emulator: Account, copied: Path, defect: Path, record_property: Callable[[str, object], None]
) -> None:
    """One of 2,000 histories fails with the defect."""
    restore(defect, copied)
    paths = (copied, ROOT / "tests", ROOT)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "CMA_EMULATOR_URL": emulator.url,
    }
    hunt = (sys.executable, "-m", "support.model.hunt", "0", str(HISTORIES))
    played = subprocess.run(
        hunt, cwd=ROOT / "tests", env=environment, capture_output=True, text=True, check=True
    )
    number, _, _ = played.stdout.partition(" ")
    assert bool(number) == (defect.stem not in MISSED), played.stdout
    record_property("histories until a defect was detected", int(number or HISTORIES) + 1)
