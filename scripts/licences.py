"""List what `make setup` installs, with licences: docs/licences.md, and an SBOM, sbom.cdx.json.

Behind ``make licences``; pip-licenses and CycloneDX read the metadata of the packages in .venv.
No test needs them: that the lists are those of the lock is seen from the files alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from command_line import start
from environments import python_of

ROOT = Path(__file__).resolve().parent.parent
PAGE, PARTS = ROOT / "docs" / "licences.md", ROOT / "sbom.cdx.json"
OURS = "cma-emulator"
READ = str(python_of(ROOT / ".venv"))

HEAD = "| Package | Version | Licence |\n|---|---|---|\n"


def main() -> int:
    """Write both lists."""
    PAGE.write_text(page(listed()), encoding="utf-8")
    PARTS.write_text(json.dumps(parts(), indent=1) + "\n", encoding="utf-8")
    print(f"Wrote {PAGE.relative_to(ROOT)} and {PARTS.relative_to(ROOT)}.")
    return 0


def listed() -> list[dict[str, str]]:
    """Return ``Name``, ``Version`` and ``License`` of each package, by name."""
    options = ("--format=json", "--with-system", "--from=mixed", f"--ignore-packages={OURS}")
    found: list[dict[str, str]] = json.loads(tool("pip-licenses", f"--python={READ}", *options))
    return sorted(found, key=lambda one: one["Name"].lower())


def page(packages: list[dict[str, str]]) -> str:
    """Return the page with another table; what stands before it stays."""
    names = ("Name", "Version", "License")
    rows = [" | ".join(one[name].replace("|", "or") for name in names) for one in packages]
    before = PAGE.read_text(encoding="utf-8").partition(HEAD)[0]
    return before + HEAD + "".join(f"| {row} |\n" for row in rows)


def parts() -> dict[str, object]:
    """Return the SBOM, without the place that the project has on this machine."""
    written = tool("cyclonedx-py", "environment", READ, "--output-reproducible")
    found: dict[str, object] = json.loads(written.replace(ROOT.as_uri(), "file://."))
    return found


def tool(name: str, *arguments: str) -> str:
    """Return what a program beside this Python prints."""
    program = str(Path(sys.executable).with_name(name))
    done = subprocess.run([program, *arguments], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


if __name__ == "__main__":
    start(main, __doc__)
