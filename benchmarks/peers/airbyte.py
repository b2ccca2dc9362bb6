"""Read with Airbyte's declarative source, started by its own command.

``airbyte.py URL FOLDER PAGE`` reads every entry of every environment, PAGE at a time; the
messages go to standard output.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

MANIFEST = Path(__file__).with_name("airbyte.yaml")
STREAM = {
    "stream": {"name": "entries", "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
    "sync_mode": "full_refresh",
    "destination_sync_mode": "append",
}


def main() -> None:
    """Write the configuration and the catalog, then replace this process with the command."""
    url, folder, page = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    config = {"base_url": url, "access_token": os.environ["CMA_TOKEN"], "page_size": page}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "catalog.json").write_text(json.dumps({"streams": [STREAM]}))
    command = str(Path(sys.executable).with_name("source-declarative-manifest"))
    files = ("--config", str(folder / "config.json"), "--catalog", str(folder / "catalog.json"))
    arguments = [command, "read", *files, "--manifest-path", str(MANIFEST)]
    os.execv(command, arguments)  # noqa: S606 - without a shell


if __name__ == "__main__":
    main()
