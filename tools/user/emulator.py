"""Serve an emulated account to play with, and write a configuration that reads it.

Behind ``make emulator``.  It ends with Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import signal
import time
from contextlib import suppress
from datetime import datetime, timezone

from cma_emulator import NoPort, Settings, running
from tools.command_line import refused, start, write
from tools.project import ROOT
from tools.user.emulated_account import TOKEN, whole

PORT = 8262
"""Where it is served: the state of a sync belongs to one address, so it stays the same."""

CONFIGURATION = ROOT / "emulated" / "configuration.json"
STARTED = """\
An emulated Contentful account answers at {url} until you press Ctrl-C.

{configuration} reads it.  To sync it, in another terminal:

    make sync CONFIGURATION={configuration}

The rows are then in connector/files; delete that folder before you sync another account.
To look at the account, and to change it with POST, PUT and DELETE:

    curl -H 'Authorization: Bearer {token}' {url}/spaces

emulator/README.md says what else it can do."""
ANOTHER = "End the program that uses it, or choose another port: make emulator PORT=8263"
ENDED = "The emulated account is gone, with all that was changed in it."


def main() -> int:
    """Serve until somebody ends it; the exit status is 0 then."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help="0 takes a free one")
    parser.add_argument(
        "--rate-limit", type=int, default=10, help="10 is a paid plan's; 0 is none"
    )
    asked = parser.parse_args()
    today = datetime.now(timezone.utc).date().isoformat()
    # Whoever ends it does so as Ctrl-C would.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = Settings(demo=today, rate_limit=asked.rate_limit, token=TOKEN)
    try:
        with running(settings, asked.port) as url, suppress(KeyboardInterrupt):
            CONFIGURATION.parent.mkdir(mode=0o700, exist_ok=True)
            write(CONFIGURATION, f"{json.dumps(whole(url), indent=2)}\n")
            named = CONFIGURATION.relative_to(ROOT)
            print(STARTED.format(url=url, token=TOKEN, configuration=named), flush=True)
            while True:
                time.sleep(1)
    except NoPort as problem:
        return refused(f"{problem}\n{ANOTHER}")
    print(f"\n{ENDED}")
    return 0


if __name__ == "__main__":
    start(main)
