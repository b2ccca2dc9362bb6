"""Read with Contentful's own Python client, in pages of 1000.

``contentful_management_client.py URL FOLDER`` reads every entry of every environment.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contentful_management import Client

PAGE = 1000


def listed(proxy: Any) -> Iterator[Any]:
    """Yield the records of a collection."""
    skip = 0
    while True:
        page = proxy.all({"skip": skip, "limit": PAGE})
        yield from page
        skip += len(page)
        if skip >= page.total or not len(page):
            return


def main() -> None:
    """Write a line for each entry."""
    url, folder = sys.argv[1], Path(sys.argv[2])
    client = Client(os.environ["CMA_TOKEN"], api_url=url.split("//")[1], https=False)
    with (folder / "records.tsv").open("w") as records:
        for space in listed(client.spaces()):
            for environment in listed(client.environments(space.id)):
                for entry in listed(client.entries(space.id, environment.id)):
                    names = (space.id, environment.id, entry.id)
                    records.write("\t".join(("entries", *names, f"{entry.sys['version']}\n")))


if __name__ == "__main__":
    main()
