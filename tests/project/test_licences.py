"""The lists of what development installs."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements" / "development.txt").read_text("utf-8")
STALE = "run `make licences`"
Packages = set[tuple[str, str]]


def packages(found: list[tuple[str, str]]) -> Packages:
    """Return names, as the index writes them, with versions; what is ours is left out."""
    named = {(re.sub(r"[-_.]+", "-", name).lower(), version) for name, version in found}
    return {one for one in named if one[0] != "cma-emulator"}


def locked(pattern: str) -> Packages:
    """Return the packages in the lines of the lock that are like a pattern."""
    found = packages(re.findall(pattern, LOCK, re.MULTILINE))
    assert len(found) > 50
    return found


def fits(found: Packages) -> bool:
    """Tell whether packages are those of the lock; some are for other machines only."""
    everywhere = locked(r"^([^=\s]+)==(\S+) \\$")
    return everywhere <= found | PIP and found <= locked(r"^([^=\s]+)==(\S+)") | PIP


PIP = packages(
    re.findall(
        r"^([^=\s]+)==(\S+)", (ROOT / "requirements" / "pip.txt").read_text("utf-8"), re.MULTILINE
    )
)


def test_the_page_lists_the_packages_of_the_lock() -> None:
    """Each package that development installs has its licence on the page, in its version."""
    page = (ROOT / "docs" / "licences.md").read_text("utf-8")
    rows = re.findall(r"^\| (\S+) \| (\S+) \| (.+) \|$", page, re.MULTILINE)
    listed = [row for row in rows if row[0] != "Package"]
    assert fits(packages([(name, version) for name, version, _ in listed])), STALE
    assert [name for name, _, licence in listed if licence in {"", "UNKNOWN"}] == []


def test_the_sbom_lists_the_packages_of_the_lock() -> None:
    """The SBOM has the same packages, says what needs what, and nothing of this machine."""
    text = (ROOT / "sbom.cdx.json").read_text("utf-8")
    bom = json.loads(text)
    assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.6")
    assert fits(packages([(one["name"], one["version"]) for one in bom["components"]])), STALE
    assert len(bom["dependencies"]) == len(bom["components"])
    assert re.findall(r"file:///\w+", text) == []
