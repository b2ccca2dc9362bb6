"""Check the packages of development for known vulnerabilities, with pip-audit.

The check is skipped, in one line, if the vulnerability service cannot be reached or knows none of
the packages, as behind a mirror of the index.  In the second case pip-audit itself would report
"No known vulnerabilities found".
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
"""Words in the last line of pip-audit if its service does not answer."""


def main() -> int:
    """Audit the lock file of development; 1 if there is a vulnerability, or pip-audit failed."""
    command = [sys.executable, "-m", "pip_audit", *OPTIONS, "--disable-pip", "-r", str(LOCK)]
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=LONGEST_SECONDS
        )
    except subprocess.TimeoutExpired:
        return report("pip-audit was skipped: its service took too long.")
    return evaluate(done.stdout, done.stderr)


def evaluate(output: str, complaint: str) -> int:
    """Print the result of an audit and return the exit status.

    *output* is pip-audit's JSON, empty if it failed: {"dependencies": [{"name", "version",
    "vulns": [{"id", "fix_versions"}]} or {"name", "skip_reason"}]}; *complaint* is its stderr.
    """
    if not output.strip():
        last = complaint.strip().rpartition("\n")[2]
        if any(words in last for words in OUT_OF_REACH):
            return report("pip-audit was skipped: its service cannot be reached from here.")
        return report(f"pip-audit failed.\n{complaint}", status=1)
    packages = json.loads(output)["dependencies"]
    known = [package for package in packages if "skip_reason" not in package]
    if not known:
        return report("pip-audit was skipped: its service knows none of the packages from here.")
    for package in known:
        for found in package["vulns"]:
            fixed = ", ".join(found["fix_versions"]) or "no version yet"
            report(f"{package['name']} {package['version']}: {found['id']}, fixed in {fixed}")
    unknown = len(packages) - len(known)
    report(f"pip-audit checked {len(known)} packages; its service does not know {unknown} more.")
    return int(any(package["vulns"] for package in known))


def report(sentence: str, status: int = 0) -> int:
    """Print a sentence and return its exit status."""
    print(sentence)
    return status


if __name__ == "__main__":
    start(main, __doc__)
