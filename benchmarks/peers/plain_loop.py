"""The loop of a first version of a connector: one thread, pages of 100 by offset.

``plain_loop.py URL FOLDER`` reads every entry of every environment.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

PAGE = 100


def listed(session: requests.Session, url: str) -> Iterator[dict[str, Any]]:
    """Yield the records of a collection."""
    skip = 0
    while True:
        answer = session.get(url, params={"skip": skip, "limit": PAGE}, timeout=60)
        answer.raise_for_status()
        body = answer.json()
        yield from body["items"]
        skip += PAGE
        if skip >= body["total"]:
            return


def main() -> None:
    """Write a line for each entry."""
    url, folder = sys.argv[1], Path(sys.argv[2])
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {os.environ['CMA_TOKEN']}"
    with (folder / "records.tsv").open("w") as records:
        for space in listed(session, f"{url}/spaces"):
            place = f"{url}/spaces/{space['sys']['id']}/environments"
            for environment in listed(session, place):
                name = environment["sys"]["id"]
                for entry in listed(session, f"{place}/{name}/entries"):
                    names = (space["sys"]["id"], name, entry["sys"]["id"])
                    records.write("\t".join(("entries", *names, f"{entry['sys']['version']}\n")))


if __name__ == "__main__":
    main()
