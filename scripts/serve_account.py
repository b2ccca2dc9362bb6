"""Serve an emulated account to play with, and write a configuration that reads it.

Behind ``make emulator``.  It ends with Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

from emulated_account import TOKEN, whole
from fivetran import ROOT

from cma_emulator import Settings, running

CONFIGURATION = ROOT / "emulated" / "configuration.json"
STARTED = """\
An emulated Contentful account answers at {url} until you press Ctrl-C.

{configuration} reads it.  To sync it, in another terminal:

    make sync CONFIGURATION={configuration}

The rows are then in connector/files; delete that folder before you sync another account.
To look at the account, and to change it with POST, PUT and DELETE:

    curl -H 'Authorization: Bearer {token}' {url}/spaces

emulator/README.md says what else it can do."""
ENDED = "The emulated account is gone, with all that was changed in it."


def main() -> int:
    """Serve until somebody ends it; the exit status is 0 then."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument(
        "--rate-limit", type=int, default=10, help="10 is a paid plan's; 0 is none"
    )
    asked = parser.parse_args()
    today = datetime.now(timezone.utc).date().isoformat()
    # Whoever ends it does so as Ctrl-C would.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = Settings(demo=today, rate_limit=asked.rate_limit, token=TOKEN)
    with running(settings, asked.port) as url, suppress(KeyboardInterrupt):
        write(CONFIGURATION, whole(url))
        named = CONFIGURATION.relative_to(ROOT)
        print(STARTED.format(url=url, token=TOKEN, configuration=named), flush=True)
        while True:
            time.sleep(1)
    print(f"\n{ENDED}")
    return 0


def write(place: Path, configuration: dict[str, str]) -> None:
    """Write a configuration that only its owner can read."""
    place.parent.mkdir(mode=0o700, exist_ok=True)
    place.unlink(missing_ok=True)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(configuration, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    sys.exit(main())
