"""Run the jobs of Airflow and Dagster against an emulator of Fivetran's API.

Behind ``make test-examples``: ``python -m tools.dev.run_jobs dagster``.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple

from tools.command_line import start
from tools.project import ROOT

EXAMPLES = ROOT / "examples"
CONNECTION = "made_up"


class Outcome(NamedTuple):
    """The end of a run: of the job, of the connection, and how many syncs were started."""

    succeeded: bool
    paused: bool
    syncs: int


class Fivetran(ThreadingHTTPServer):
    """An API with one connection; a forced sync ends at once."""

    def __init__(self, *, new: bool, fails: bool) -> None:
        """Start with a *new* connection, or one that was synced; *fails* is about its syncs."""
        super().__init__(("127.0.0.1", 0), Answer)
        self.fails = fails
        self.syncs = 0
        self.connection: dict[str, Any] = {
            "id": CONNECTION,
            "schema": "contentful",
            "service": "connector_sdk",
            "group_id": "warehouse",
            "schedule_type": "auto",
            "paused": new,
            "succeeded_at": None if new else "2026-01-01T00:00:00Z",
            "failed_at": None,
            "status": {"setup_state": "connected", "sync_state": "scheduled"},
        }

    def sync(self) -> None:
        """Count a sync and end it."""
        self.syncs += 1
        # Airflow keeps the time at which it starts one; the end must be later.
        ended = datetime.now(timezone.utc) + timedelta(seconds=1)
        self.connection["failed_at" if self.fails else "succeeded_at"] = ended.isoformat()


class Answer(BaseHTTPRequestHandler):
    """The part of Fivetran's API that the jobs use."""

    server: Fivetran

    def do_GET(self) -> None:
        """Answer with the connection, or with its schemas (an empty object)."""
        self._answer({"schemas": {}} if self.path.endswith("/schemas") else self.server.connection)

    def do_PATCH(self) -> None:
        """Change the connection."""
        self.server.connection.update(self._body())
        self._answer(self.server.connection)

    def do_POST(self) -> None:
        """Start a sync, the only request of jobs with POST."""
        self._body()
        if not self.path.endswith(f"/{CONNECTION}/force"):
            return self.send_error(404)
        self.server.sync()
        return self._answer({})

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def _body(self) -> dict[str, Any]:
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")

    def _answer(self, data: dict[str, Any]) -> None:
        body = json.dumps({"code": "Success", "data": data}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def served(fivetran: Fivetran) -> Iterator[str]:
    """Serve it and give its host."""
    with fivetran:
        Thread(target=fivetran.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{fivetran.server_port}"
        fivetran.shutdown()


def dagster(host: str) -> bool:
    """Run Dagster's job; False if it failed."""
    resources: Any = importlib.import_module("dagster_fivetran.resources")
    # The address is not a setting.
    resources.FIVETRAN_API_BASE = f"http://{host}"
    definitions = runpy.run_path(str(EXAMPLES / "dagster" / "contentful_job.py"))["defs"]
    job = definitions.resolve_job_def("contentful")
    return bool(job.execute_in_process(raise_on_error=False).success)


def airflow(host: str) -> bool:
    """Run the task of Airflow's DAG; False if it failed."""
    hook = importlib.import_module("fivetran_provider_async.hooks").FivetranHook
    hook.api_protocol, hook.api_host = "http", host
    task = runpy.run_path(str(EXAMPLES / "airflow" / "contentful_dag.py"))["sync"]
    # Airflow takes it from the variable that the DAG names.
    task.connector_id = CONNECTION
    try:
        task.execute({})
    except importlib.import_module("airflow.exceptions").AirflowException as problem:
        print(problem)
        return False
    return True


def outcome(job: Callable[[str], bool], *, new: bool = False, fails: bool = False) -> Outcome:
    """Run a job with a connection."""
    fivetran = Fivetran(new=new, fails=fails)
    with served(fivetran) as host:
        succeeded = job(host)
    return Outcome(succeeded, fivetran.connection["paused"], fivetran.syncs)


def main() -> int:
    """Run a job with a connection that syncs, one that fails, and a new one, which is paused."""
    os.environ["CONTENTFUL_CONNECTION_ID"] = CONNECTION
    os.environ["AIRFLOW_CONN_FIVETRAN"] = "http://key:secret@127.0.0.1"
    job, if_new = {
        "dagster": (dagster, Outcome(succeeded=False, paused=True, syncs=0)),
        "airflow": (airflow, Outcome(succeeded=True, paused=False, syncs=1)),
    }[sys.argv[1]]
    found = [outcome(job), outcome(job, fails=True), outcome(job, new=True)]
    print(*found, sep="\n")
    synced, failed = (Outcome(one, paused=False, syncs=1) for one in (True, False))
    return int(found != [synced, failed, if_new])


if __name__ == "__main__":
    start(main, __doc__)
