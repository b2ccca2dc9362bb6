"""Read with dlt's REST API source into files, in pages of 1000.

``dlt_rest.py URL FOLDER`` reads every entry of every environment.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import dlt  # type: ignore[import-not-found]
from dlt.destinations import filesystem  # type: ignore[import-not-found]
from dlt.sources.rest_api import rest_api_source  # type: ignore[import-not-found]

ENVIRONMENTS = "spaces/{resources.spaces.sys.id}/environments"
ENTRIES = (
    "spaces/{resources.environments.sys.space.sys.id}"
    "/environments/{resources.environments.sys.id}/entries"
)


def collection(name: str, path: str, page: int) -> dict[str, Any]:
    """Return the description of a resource."""
    paginator = {"type": "offset", "offset_param": "skip", "limit": page, "total_path": "total"}
    return {
        "name": name,
        "endpoint": {"path": path, "data_selector": "items", "paginator": paginator},
    }


def main() -> None:
    """Load the entries."""
    url, folder = sys.argv[1], Path(sys.argv[2])
    source = rest_api_source(
        {
            "client": {
                "base_url": url,
                "auth": {"type": "bearer", "token": os.environ["CMA_TOKEN"]},
            },
            "resources": [
                collection("spaces", "spaces", 100),
                collection("environments", ENVIRONMENTS, 100),
                collection("entries", ENTRIES, 1000),
            ],
        }
    )
    pipeline = dlt.pipeline(
        "entries",
        pipelines_dir=str(folder / "pipelines"),
        destination=filesystem(bucket_url=(folder / "bucket").as_uri()),
        dataset_name="contentful",
    )
    pipeline.run(source.with_resources("entries"))


if __name__ == "__main__":
    main()
