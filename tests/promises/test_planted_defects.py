"""Defects of 1.0.0, put back one at a time: the histories have to notice them.

Each is a patch of a few lines under `defects`, named after its case.
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
"""In how many histories a defect has to be noticed."""

MISSED: frozenset[str] = frozenset()
"""Defects that the histories do not notice; two of ten may be."""

pytestmark = pytest.mark.process


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Give a copy of the connector."""
    shutil.copytree(ROOT / "connector" / "contentful_cma", tmp_path / "contentful_cma")
    return tmp_path


def put_back(defect: Path, copied: Path) -> None:
    """Apply a patch to a copy of the connector."""
    command = ("git", "apply", str(defect))
    subprocess.run(command, cwd=copied, check=True)


def test_every_planted_defect_can_be_put_back(copied: Path) -> None:
    """Each patch applies to today's connector, and at most a fifth of them is missed."""
    before = {one: one.read_bytes() for one in copied.rglob("*.py")}
    for defect in DEFECTS:
        put_back(defect, copied)
        changed = [one for one in before if one.read_bytes() != before[one]]
        assert len(changed) == 1, defect.name
        changed[0].write_bytes(before[changed[0]])
    names = {one.stem for one in DEFECTS}
    assert len(names) >= 10
    assert len(MISSED & names) <= len(names) / 5


@pytest.mark.deep
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda one: one.stem)
def test_the_histories_notice_a_defect(
    emulator: Account, copied: Path, defect: Path, record_property: Callable[[str, object], None]
) -> None:
    """One of 2,000 histories fails with the defect."""
    put_back(defect, copied)
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
    record_property("histories until a defect was noticed", int(number or HISTORIES) + 1)
