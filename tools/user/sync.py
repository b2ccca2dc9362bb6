"""Sync a real account into ``connector/files/warehouse.db``, by the user's own configuration.

Behind ``make sync CONFIGURATION=path.json``.  State and rows stay there for the next run; what
Fivetran's command line says beside is in ``last-sync.log`` there, or shown with ``--verbose``.
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
from tools.project import ROOT
from tools.user.fivetran import PRIVATE, command, environment, put_back_requirements
from tools.user.sync_ending import Effect, failed, interrupted, never_began, stopped_by, succeeded
from tools.user.sync_input import Problem, bad_configuration, bad_state, kept_private, token_in
from tools.user.sync_output import Output, RunLog
from tools.user.sync_screen import Screen

USAGE = """\
Say which configuration to use: make sync CONFIGURATION=my-configuration.json
Make one by copying connector/configuration.json and putting your token into the copy."""

PROJECT = ROOT / "connector"
FILES = PROJECT / "files"
GRACE_SECONDS = 2.0
"""For the sync to end by itself after Ctrl-C; a checkpoint is whole or not there at all."""

LOG = "last-sync.log"
RUNNING = Problem(
    f"A sync is running already, and writes {named(FILES / LOG)}.",
    "Wait until it has ended, or stop it, and run the command again.",
)
"""Why a second sync does not begin: both would write the same warehouse."""

BETWEEN_LINES = "CONTENTFUL_PROGRESS_SECONDS"
"""Tells the connector how often to say how far it is."""


def main() -> int:
    """Sync, then show what became of each table; 130 after Ctrl-C, 2 for what cannot begin."""
    # Whoever ends it does so as Ctrl-C would.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("configuration", nargs="?", default="", help="a JSON file")
    parser.add_argument("--verbose", action="store_true", help="show all that the SDK says")
    asked = parser.parse_args()
    missing = no_file(asked.configuration, USAGE)
    if missing is not None:
        return refused(missing)
    configuration = Path(asked.configuration)
    problem = bad_configuration(configuration) or bad_state(FILES / "state.json")
    if problem is not None:
        return refused(never_began(problem))
    for sentence in kept_private(configuration, FILES):
        print(sentence)
    return synced(configuration, is_verbose=asked.verbose)


def synced(configuration: Path, *, is_verbose: bool) -> int:
    """Run Fivetran's command line and tell how it ended; the exit status is that of the sync."""
    effect = Effect(FILES, datetime.now(timezone.utc))
    token = token_in(configuration)
    screen = Screen(is_verbose=is_verbose)
    try:
        log = RunLog(FILES / LOG)
    except BlockingIOError:
        return refused(never_began(RUNNING))
    with closing(log):
        output = Output(screen, log, token)
        try:
            status = run(configuration, output, screen)
        except KeyboardInterrupt:
            print(interrupted(effect), file=sys.stderr)
            return 130
        finally:
            put_back_requirements()
    if status == 0:
        print(succeeded(effect, output))
        return 0
    sys.stdout.flush()
    print(failed(effect, output, log, stopped_by(status), configuration), file=sys.stderr)
    return status if status > 0 else 1


def run(configuration: Path, output: Output, screen: Screen) -> int:
    """Run the sync in a process of its own, hand on what it prints, and return its exit status."""
    put_back_requirements()
    with (
        screen.live,
        subprocess.Popen(
            command("debug", str(PROJECT), "--configuration", str(configuration)),
            env={BETWEEN_LINES: screen.between_lines, **environment()},
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
                # A kill must not find the file gone that the command line deletes at its start.
                put_back_requirements()
                output.take(line.rstrip("\n"))
            return process.wait()
        except BaseException:
            stop(process)
            raise


def stop(process: subprocess.Popen[str]) -> None:
    """End a process that was interrupted too, or has to be now."""
    try:
        process.communicate(timeout=GRACE_SECONDS)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        process.kill()


if __name__ == "__main__":
    start(main)
