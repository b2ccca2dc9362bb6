"""Sync a real account into ``connector/files/warehouse.db``, by the user's own configuration.

Behind ``make sync CONFIGURATION=path.json``.  State and rows stay there for the next run.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fivetran import ROOT, run
from local_warehouse import counted, read

USAGE = """\
Say which configuration to use: make sync CONFIGURATION=my-configuration.json
Make one by copying connector/configuration.json and putting your token into the copy."""


def main() -> int:
    """Sync, then show what the warehouse holds; the exit status is that of the sync."""
    configuration = sys.argv[1] if len(sys.argv) > 1 else ""
    if not configuration:
        print(USAGE, file=sys.stderr)
        return 2
    if not Path(configuration).is_file():
        print(f"There is no file {configuration}.\n{USAGE}", file=sys.stderr)
        return 2
    project = ROOT / "connector"
    status = run("debug", str(project), "--configuration", configuration)
    if status == 0:
        print(f"\nIn connector/files/warehouse.db:\n\n{counted(read(project))}")
    return status


if __name__ == "__main__":
    sys.exit(main())
