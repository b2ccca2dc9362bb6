"""Sync a real account into ``connector/files/warehouse.db``, by the user's own configuration.

Behind ``make sync CONFIGURATION=path.json``.  State and rows stay there for the next run; the
output of Fivetran's command line is in ``last-sync.log`` there, or shown with ``--verbose``.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

from tools.command_line import named, no_file, refused, start
from tools.project import ROOT, typed
from tools.user.fivetran import PRIVATE, command, environment, restore_requirements
from tools.user.live_line import LiveLine
from tools.user.sync_ending import Effect, failed, interrupted, not_started, stopped_by, succeeded
from tools.user.sync_input import Problem, bad_configuration, bad_state, kept_private, token_in
from tools.user.sync_output import Output, RunLog

FILE = "my-configuration.json"
USAGE = f"""\
Name a configuration: {typed("sync", CONFIGURATION=FILE)}
To create one: {typed("configuration", CONFIGURATION=FILE)}"""

PROJECT = ROOT / "connector"
FILES = PROJECT / "files"
GRACE_SECONDS = 2.0
"""Time for the sync to end after Ctrl-C; a checkpoint is complete or missing, never partial."""

LOG = "last-sync.log"
RUNNING = Problem(
    f"Another sync is running, and writes {named(FILES / LOG)}.",
    "Wait for its end, or stop it, and run the command again.",
)
"""The reason why a second sync does not start: both would write the same warehouse."""

BETWEEN_LINES = "CONTENTFUL_PROGRESS_SECONDS"
"""The variable for the connector's interval between two lines of progress."""


def main() -> int:
    """Sync, then show the changes; 130 after Ctrl-C, 2 if the sync cannot start."""
    # A termination has the effect of Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("configuration", nargs="?", default="", help="a JSON file")
    parser.add_argument("--verbose", action="store_true", help="show the output of the SDK")
    given = parser.parse_args()
    missing = no_file(given.configuration, USAGE)
    if missing is not None:
        return refused(missing)
    configuration = Path(given.configuration)
    problem = bad_configuration(configuration) or bad_state(FILES / "state.json")
    if problem is not None:
        return refused(not_started(problem))
    for sentence in kept_private(configuration, FILES):
        print(sentence)
    return synced(configuration, is_verbose=given.verbose)


def synced(configuration: Path, *, is_verbose: bool) -> int:
    """Run Fivetran's command line and print the result; the exit status is that of the sync."""
    effect = Effect(FILES, datetime.now(timezone.utc))
    live = LiveLine("The sync starts.", is_plain=is_verbose)
    try:
        log = RunLog(FILES / LOG)
    except BlockingIOError:
        return refused(not_started(RUNNING))
    with closing(log):
        output = Output(live, log, token_in(configuration), is_verbose=is_verbose)
        try:
            status = run(PROJECT, configuration, output, live)
        except KeyboardInterrupt:
            print(interrupted(effect), file=sys.stderr)
            return 130
        finally:
            restore_requirements()
    if status == 0:
        print(succeeded(effect, output))
        return 0
    sys.stdout.flush()
    print(failed(effect, output, log, stopped_by(status), configuration), file=sys.stderr)
    return status if status > 0 else 1


def run(project: Path, configuration: Path, output: Output, live: LiveLine) -> int:
    """Run ``fivetran debug`` in a separate process, and return its exit status.

    *output* gets each line that it prints.
    """
    restore_requirements()
    with (
        live,
        subprocess.Popen(
            command("debug", str(project), "--configuration", str(configuration)),
            env={BETWEEN_LINES: live.between_lines, **environment()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            umask=PRIVATE,
        ) as process,
    ):
        try:
            for line in process.stdout or ():
                # The command line deletes the file at its start; a kill must not find it missing.
                restore_requirements()
                output.take(line.rstrip("\n"))
            return process.wait()
        except BaseException:
            stop(process)
            raise


def stop(process: subprocess.Popen[str]) -> None:
    """End a process; Ctrl-C has usually interrupted it, too."""
    try:
        process.communicate(timeout=GRACE_SECONDS)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        process.kill()


if __name__ == "__main__":
    start(main)
