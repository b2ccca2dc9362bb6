"""The command line: ``python -m cma_emulator``."""

from __future__ import annotations

import argparse
import signal
import sys
from typing import Any

from .server.serving import NoPort, listen, server_for, url_of
from .settings import Settings


def parse_arguments(arguments: list[str] | None = None) -> tuple[int, Settings]:
    """Return the port and the settings of the command line."""
    parser = argparse.ArgumentParser(prog="cma_emulator", description=__doc__)
    defaults = Settings()
    parser.add_argument("--port", type=int, default=0, help="0 for a free port")
    parser.add_argument("--seed", type=int, default=defaults.seed)
    parser.add_argument("--organizations", type=int, default=defaults.organizations)
    parser.add_argument("--spaces", type=int, default=defaults.spaces)
    parser.add_argument(
        "--environments", type=int, default=defaults.environments, help="per space"
    )
    parser.add_argument("--entries", type=int, default=defaults.entries, help="per environment")
    parser.add_argument("--assets", type=int, default=defaults.assets, help="per environment")
    parser.add_argument("--rate-limit", type=int, default=defaults.rate_limit, help="0 for none")
    parser.add_argument("--latency-ms", type=float, default=defaults.latency_ms)
    parser.add_argument("--lag-seconds", type=float, default=defaults.lag_seconds)
    parser.add_argument("--clock-skew-seconds", type=float, default=defaults.clock_skew_seconds)
    parser.add_argument("--token", default=defaults.token)
    parser.add_argument(
        "--demo", nargs="?", const=True, default="", help="demo account, as of today or a day"
    )
    chosen = vars(parser.parse_args(arguments))
    port = chosen.pop("port")
    return port, defaults.with_changes(chosen)


RECURSION_LIMIT = 20_000
"""Rich text may nest 1,000 levels, which are 2,000 of JSON; Python's default limit is 1,000."""


def main() -> None:
    """Print the base URL and serve until interrupted."""
    sys.setrecursionlimit(RECURSION_LIMIT)
    port, settings = parse_arguments()
    # uvicorn stops at either signal and then raises the signal again.
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    try:
        listening = listen(port)
    except NoPort as problem:
        sys.exit(f"{problem}\nChoose another port with --port; 0 takes a free one.")
    with listening:
        print(url_of(listening), flush=True)  # noqa: T201 - callers read the URL from standard output
        server_for(settings).run(sockets=[listening])


def _leave(_number: int, _frame: Any) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main()
