"""The emulator as a program, in a thread, and with a million entries."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from cma_emulator import Settings, running
from cma_emulator.__main__ import parse_arguments


@pytest.mark.process
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_program_serves_until_a_signal(tmp_path: Path, stop: signal.Signals) -> None:
    """The program prints its base URL first, serves, and ends with status 0 on a signal."""
    command = [sys.executable, "-m", "cma_emulator", "--port", "0", "--spaces", "3"]
    with subprocess.Popen(
        [*command, "--token", "t"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        url = program.stdout.readline().strip()
        answer = requests.get(f"{url}/spaces", headers={"Authorization": "Bearer t"}, timeout=10)
        program.send_signal(stop)
        assert program.wait(timeout=10) == 0
        assert program.stderr.read() == ""
    assert answer.json()["total"] == 3


@pytest.mark.process
@pytest.mark.parametrize("port", [0, 65536])
def test_a_port_that_cannot_be_used(port: int) -> None:
    """A port that is in use or out of range ends the program with a message and status 1."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        number = port or other.getsockname()[1]
        command = [sys.executable, "-m", "cma_emulator", "--port", str(number)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    reason = "it must be from 0 to 65535" if port else "Address already in use"
    assert (done.returncode, done.stdout, done.stderr.splitlines()) == (
        1,
        "",
        [
            f"Port {number} cannot be used ({reason}).",
            "Choose another port with --port; 0 takes a free one.",
        ],
    )


def test_options_set_the_settings() -> None:
    """Each option sets the setting of its name; without options all settings are the defaults."""
    assert parse_arguments([]) == (0, Settings())
    line = "--port 8001 --seed 1 --organizations 3 --spaces 4 --environments 5 --entries 6"
    line += " --assets 7 --rate-limit 8 --latency-ms 9 --token t"
    line += " --lag-seconds 10 --clock-skew-seconds -1.5 --demo 2026-01-02"
    port, settings = parse_arguments(line.split())
    assert port == 8001
    assert settings == Settings(
        seed=1,
        organizations=3,
        spaces=4,
        environments=5,
        entries=6,
        assets=7,
        rate_limit=8,
        latency_ms=9,
        token="t",
        lag_seconds=10,
        clock_skew_seconds=-1.5,
        demo="2026-01-02",
    )


def test_the_emulator_runs_in_a_thread() -> None:
    """`running` serves until its context ends."""
    with running(Settings(spaces=1, rate_limit=0)) as url:
        assert requests.get(f"{url}/spaces", timeout=10).status_code == 401
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/spaces", timeout=10)


def test_an_account_of_a_million_entries() -> None:
    """An account of a million entries serves its last page and filters by time exactly."""
    settings = Settings(spaces=1, environments=1, entries=1_000_000, rate_limit=0)
    with running(settings) as url:
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {settings.token}"
        space = session.get(f"{url}/spaces", timeout=10).json()["items"][0]["sys"]["id"]
        path = f"{url}/spaces/{space}/environments/master/entries"
        order = {"order": "sys.createdAt,sys.id", "limit": "1000"}
        last = session.get(path, params={**order, "skip": "999000"}, timeout=30).json()
        assert (last["total"], len(last["items"])) == (1_000_000, 1000)
        bound = last["items"][990]["sys"]["createdAt"]
        since = {**order, "sys.createdAt[gte]": bound}
        found = session.get(path, params=since, timeout=30).json()
        assert found["items"] == last["items"][990:]
        one = last["items"][5]
        assert session.get(f"{path}/{one['sys']['id']}", timeout=30).json() == one
        session.close()
