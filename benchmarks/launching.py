"""Run a program and say what it took: ``launching.py USAGE SECONDS CORES COMMAND...``.

USAGE gets JSON: ``status``, ``seconds``, ``cpu_seconds`` and ``peak_mib``.  After SECONDS it is
killed.  CORES above 0 holds it to a part of one core, as the boxes do in which Fivetran runs a
connector.  Without rights to cgroups: it is stopped when it has used up the processor time of a
period, and goes on with the next one.

This is a program of its own because Linux counts to a program's peak what its parent had in memory
when it began: a large parent would hide what a small program takes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

MEBIBYTE = 1024
"""Linux counts resident memory in KiB (getrusage(2))."""

PERIOD_SECONDS = 0.1
"""As the kernel's own quotas have it (cpu.cfs_period_us)."""

SHORTEST_LOOK = 0.001
"""Seconds between two looks at the process; while there is much left, half of that."""


def main() -> None:
    """Run the command to its end."""
    usage_file, longest, cores, *command = sys.argv[1:]
    began = time.monotonic()
    process = subprocess.Popen(command)
    stop = threading.Timer(float(longest), process.kill)
    stop.start()
    try:
        status, usage = waited(process.pid, float(cores))
    finally:
        stop.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    found = {
        "status": process.returncode,
        "seconds": time.monotonic() - began,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_mib": usage.ru_maxrss / MEBIBYTE,
    }
    with open(usage_file, "w") as file:  # noqa: PTH123 - pathlib would take memory
        json.dump(found, file)


def waited(pid: int, cores: float) -> tuple[int, Any]:
    """Wait for a child; return its wait status and resources."""
    if cores:
        return wait_with_quota(pid, cores)
    _, status, usage = os.wait4(pid, 0)
    return status, usage


def wait_with_quota(pid: int, cores: float) -> tuple[int, Any]:
    """Wait for a child that may use so many cores; return its wait status and resources.

    What it takes too much in a period it lacks in the next; what it leaves is lost.
    """
    share = cores * PERIOD_SECONDS
    allowed, end = share, time.monotonic() + PERIOD_SECONDS
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            return status, usage
        used, now = _processor_time(pid), time.monotonic()
        if now >= end:
            allowed, end = min(allowed, used) + share, now + PERIOD_SECONDS
        elif used < allowed:
            time.sleep(min(end - now, max(SHORTEST_LOOK, (allowed - used) / 2)))
        else:
            _pause(pid, end - now)


def _pause(pid: int, seconds: float) -> None:
    os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        os.kill(pid, signal.SIGCONT)


def _processor_time(pid: int) -> float:
    """Return the seconds that all threads of a process have used.

    The number of the clock is what clock_getcpuclockid(3) makes of a process on Linux.
    """
    return time.clock_gettime((~pid << 3) | 2)


if __name__ == "__main__":
    main()
