"""Serve an emulated account, and write a configuration that reads it.

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
from tools.project import ROOT, typed
from tools.user.emulated_account import TOKEN, whole

PORT = 8262
"""The port; a fixed one, because the state of a sync belongs to one address."""

CONFIGURATION = ROOT / "emulated" / "configuration.json"
STARTED = """\
An emulated Contentful account answers at {url} until you press Ctrl-C.

To sync it, in another terminal:

    {sync}

The rows are then in connector/files; delete that folder before you sync another account.
To read the account, or change it with POST, PUT and DELETE:

    curl -H 'Authorization: Bearer {token}' {url}/spaces

emulator/README.md lists its other features."""
ANOTHER = f"End the program that uses it, or choose another port: {typed('emulator', PORT='8263')}"
ENDED = "The emulated account has ended; its changes are lost."


def main() -> int:
    """Serve until Ctrl-C or a termination; the exit status is 0 then."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help="0 takes a free one")
    parser.add_argument(
        "--rate-limit", type=int, default=10, help="requests per second; 0 for no limit"
    )
    given = parser.parse_args()
    today = datetime.now(timezone.utc).date().isoformat()
    # A termination has the effect of Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = Settings(demo=today, rate_limit=given.rate_limit, token=TOKEN)
    try:
        with running(settings, given.port) as url, suppress(KeyboardInterrupt):
            CONFIGURATION.parent.mkdir(mode=0o700, exist_ok=True)
            write(CONFIGURATION, f"{json.dumps(whole(url), indent=2)}\n")
            sync = typed("sync", CONFIGURATION=str(CONFIGURATION.relative_to(ROOT)))
            print(STARTED.format(url=url, token=TOKEN, sync=sync), flush=True)
            while True:
                time.sleep(1)
    except NoPort as problem:
        return refused(f"{problem}\n{ANOTHER}")
    print(f"\n{ENDED}")
    return 0


if __name__ == "__main__":
    start(main)
