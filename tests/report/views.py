"""Functions that create a report for a test and open it in a browser."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from engines import duckdb_project, missing

from support.duckdb_file import synced
from tools.project import ROOT

PYTHON = ROOT / ".venv-report" / "bin" / "python"
PICTURES = ROOT / ".report-seen"
BROWSERS = "chromium", "chromium-browser", "google-chrome"

VIEWS = {
    "website": {"space": "Website"},
    "products": {"space": "Website", "environment": "master", "content_type": "Product"},
    "all": {"environment": "*"},
    "staging": {"environment": "staging"},
}
"""The values of the filters, by the name of the view."""

VARIABLES = {
    "contentful__limits": {"records": 3000, "content_types": 24, "locales": 4, "roles": 10},
    "contentful__quotas": {"cma": 60_000, "cda": 3_000_000},
}

HOSTILE = '</script><img src="https://example.com/x.png" onerror="document.title=1">'
"""The name of a space, which would cause a request if a browser rendered it as HTML."""


@dataclass(frozen=True)
class Report:
    """A page, its content as a browser shows it, and the warehouse with the marts."""

    page: Path
    warehouse: Path
    seen: dict[str, Any]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the marts."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            connection.execute("SET TimeZone = 'UTC'; USE analytics_contentful")
            return connection.execute(sql).fetchall()


def built(folder: Path, settings: dict[str, str]) -> Path:
    """Return a warehouse with the tables of an account and the marts over them."""
    warehouse = folder / "warehouse.db"
    synced(warehouse, settings)
    duckdb_project(folder, warehouse, "UTC", VARIABLES).dbt("run")
    return warehouse


def drawn(warehouse: Path, *options: str) -> Path:
    """Return the page about content of a warehouse, as the command creates it."""
    command = [str(PYTHON), "-m", "report", str(warehouse), *options]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    out = dict(zip(options[::2], options[1::2], strict=True)).get("--out")
    return Path(out) if out else warehouse.with_name("report.html")


def browsed(page: Path, folder: Path, views: dict[str, dict[str, str]] | None) -> dict[str, Any]:
    """Return the page's content in a browser; screenshots are kept in the folder."""
    if not any(map(shutil.which, BROWSERS)):
        missing("A browser (chromium)")
    shutil.rmtree(folder, ignore_errors=True)
    program = Path(__file__).with_name("browse.py")
    command = [str(PYTHON), str(program), str(page), str(folder), json.dumps(views)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    shutil.copy(page, folder)
    return dict(json.loads((folder / "seen.json").read_text(encoding="utf-8")))
