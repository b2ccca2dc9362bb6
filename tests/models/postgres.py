"""A Postgres server for tests, on the loopback address, filled from a DuckDB file."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

USER = "postgres"
"""User of the server process if the tests run as root, because Postgres refuses root."""
OWNER = "analyst"
DATABASE = "analytics"
PATIENCE_SECONDS = 30
TYPES = {"JSON": "json", "DOUBLE": "double precision", "VARCHAR": "text"}


def programs() -> Path | None:
    """Return the folder of the newest installed Postgres, if any."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@dataclass(frozen=True)
class Postgres:
    """A running server."""

    programs: Path
    port: int
    database: str = DATABASE

    def created(self, name: str) -> Postgres:
        """Create an empty database and return it."""
        self.sql(f"CREATE DATABASE {name}", "postgres")
        return replace(self, database=name)

    def environment(self, zone: str) -> dict[str, str]:
        """Return the environment variables that the profile and the client read."""
        places = {"CONTENTFUL_PORT": str(self.port), "CONTENTFUL_DATABASE": self.database}
        return {**places, "PGTZ": zone}

    def sql(self, text: str, database: str = "") -> str:
        """Run SQL and return its output."""
        command = [str(self.programs / "psql"), "-h", "127.0.0.1", "-p", str(self.port)]
        command += ["-U", OWNER, "-v", "ON_ERROR_STOP=1", "-qAt", database or self.database]
        done = subprocess.run(command, input=text, check=True, capture_output=True, text=True)
        return done.stdout

    def fill(self, warehouse: Path, folder: Path) -> None:
        """Copy the tables of a DuckDB file into the database."""
        folder.mkdir()
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            query = """
                SELECT schema_name, table_name, list(column_name ORDER BY column_index),
                    list(data_type ORDER BY column_index)
                FROM duckdb_columns() WHERE starts_with(schema_name, 'tester')
                GROUP BY schema_name, table_name
            """
            tables = connection.execute(query).fetchall()
            statements = [f"CREATE SCHEMA {schema};" for schema in {one[0] for one in tables}]
            for schema, table, names, kinds in tables:
                file = folder / f"{schema}.{table}.csv"
                connection.execute(
                    f"COPY {schema}.\"{table}\" TO '{file}' (HEADER, FORCE_QUOTE *, NULLSTR '\\N')"
                )
                columns = ", ".join(
                    f"{name} {TYPES.get(kind, kind)}"
                    for name, kind in zip(names, kinds, strict=True)
                )
                statements.append(f"CREATE TABLE {schema}.{table} ({columns});")
                options = "(FORMAT csv, HEADER, NULL '\\N')"
                statements.append(f"\\copy {schema}.{table} FROM '{file}' {options}")
        self.sql("\n".join(statements))

    def rows(self, schema: str, table: str) -> list[dict[str, Any]]:
        """Return the rows of a table, with JSON values."""
        # splitlines would also split at other line separators inside texts.
        lines = self.sql(f"SELECT row_to_json(one) FROM {schema}.{table} AS one").split("\n")
        return [json.loads(line) for line in lines if line]


@contextmanager
def running(folder: Path) -> Iterator[Postgres]:
    """Start a server with its data in the new *folder*, and stop it by its process id."""
    found = programs()
    if found is None:
        raise RuntimeError("Postgres is not installed.")
    user = USER if getpass.getuser() == "root" else None
    folder.mkdir()
    if user:
        shutil.chown(folder, user, user)
        for parent in folder.parents[:4]:
            parent.chmod(parent.stat().st_mode | 0o011)
    options = ["-A", "trust", "-U", OWNER, "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]
    setup = [str(found / "initdb"), "-D", str(folder), *options]
    subprocess.run(setup, check=True, capture_output=True, user=user, group=user, cwd="/")
    port = _free_port()
    command = [str(found / "postgres"), "-D", str(folder), "-p", str(port)]
    for option in ("listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"):
        command += ["-c", option]
    log = (folder.parent / "postgres.log").open("w")
    with log, subprocess.Popen(command, stderr=log, user=user, group=user, cwd="/") as process:
        try:
            _wait(found, port)
            server = Postgres(found, port)
            server.sql(f"CREATE DATABASE {DATABASE}", "postgres")
            yield server
        finally:
            # SIGINT stops the server at once, without waiting for sessions.
            os.kill(process.pid, signal.SIGINT)
            process.wait(timeout=PATIENCE_SECONDS)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(found: Path, port: int) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    command = [str(found / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    while subprocess.run(command, check=False).returncode:
        if time.monotonic() > end:
            raise RuntimeError("Postgres did not start.")
        time.sleep(0.1)
