"""Run a program and measure it: ``launching.py USAGE SECONDS COMMAND...``.

USAGE gets JSON: ``status``, ``seconds``, ``cpu_seconds`` and ``peak_mib``.  After SECONDS, the
program is killed.

This is a separate program, because Linux includes the memory of the parent at the start in the
peak of a program: a large parent would hide the memory of a small program.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time

MEBIBYTE = 1024
"""Linux counts resident memory in KiB (getrusage(2))."""


def main() -> None:
    """Run the command to its end."""
    usage_file, longest, *command = sys.argv[1:]
    began = time.monotonic()
    process = subprocess.Popen(command)
    stop = threading.Timer(float(longest), process.kill)
    stop.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
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


if __name__ == "__main__":
    main()
