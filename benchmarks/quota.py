"""Hold a process to a part of one core, as the boxes do in which Fivetran runs a connector.

Without rights to cgroups: the process is stopped when it has used up the processor time of a
period, and goes on with the next one.
"""

from __future__ import annotations

import os
import signal
import time
from typing import Any

PERIOD_SECONDS = 0.1
"""As the kernel's own quotas have it (cpu.cfs_period_us)."""

SHORTEST_LOOK = 0.001
"""Seconds between two looks at the process; while there is much left, half of that."""


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
