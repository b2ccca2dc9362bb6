"""Ask pip-audit whether what development installs has known vulnerabilities.

Says in one line that nothing was asked where the vulnerability service cannot be reached, or
knows none of the packages, as behind a mirror of the index; pip-audit alone would say "No known
vulnerabilities found" in the second case.
"""

from __future__ import annotations

import json
import subprocess
import sys

from tools.command_line import start
from tools.project import ROOT

LOCK = ROOT / "requirements" / "development.txt"
OPTIONS = ("--format=json", "--desc=off", "--progress-spinner=off", "--timeout=5")
LONGEST_SECONDS = 120
OUT_OF_REACH = ("requests.exceptions.", "ConnectionError", "Could not connect")
"""What pip-audit's last line has in it when its service does not answer."""


def main() -> int:
    """Audit the lock file of development; 1 if there is a vulnerability, or pip-audit failed."""
    command = [sys.executable, "-m", "pip_audit", *OPTIONS, "--disable-pip", "-r", str(LOCK)]
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=LONGEST_SECONDS
        )
    except subprocess.TimeoutExpired:
        return say("pip-audit was skipped: its service took too long.")
    return evaluate(done.stdout, done.stderr)


def evaluate(report: str, complaint: str) -> int:
    """Say what came of an audit and return the exit status.

    *report* is pip-audit's JSON, empty where it failed: {"dependencies": [{"name", "version",
    "vulns": [{"id", "fix_versions"}]} or {"name", "skip_reason"}]}; *complaint* is its stderr.
    """
    if not report.strip():
        last = complaint.strip().rpartition("\n")[2]
        if any(words in last for words in OUT_OF_REACH):
            return say("pip-audit was skipped: its service cannot be reached from here.")
        return say(f"pip-audit failed.\n{complaint}", status=1)
    packages = json.loads(report)["dependencies"]
    known = [package for package in packages if "skip_reason" not in package]
    if not known:
        return say("pip-audit was skipped: its service knows none of the packages from here.")
    for package in known:
        for found in package["vulns"]:
            fixed = ", ".join(found["fix_versions"]) or "no version yet"
            say(f"{package['name']} {package['version']}: {found['id']}, fixed in {fixed}")
    unknown = len(packages) - len(known)
    say(f"pip-audit asked about {len(known)} packages; its service does not know {unknown} more.")
    return int(any(package["vulns"] for package in known))


def say(sentence: str, status: int = 0) -> int:
    """Print a sentence and return the exit status that goes with it."""
    print(sentence)
    return status


if __name__ == "__main__":
    start(main, __doc__)
