"""Enter the settings one by one and write them into a new file, or test such a file.

Behind ``make configuration CONFIGURATION=my-configuration.json``, with ``TEST=1`` for the test.
Each answer is checked at once.  ``fivetran configuration`` then encrypts the token and runs the
tests, but only with the ``configuration.json`` of a project, and ours is kept in git: so it runs
in a copy of the project.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from contentful_cma.redact import SHORTEST_TOKEN
from contentful_cma.settings.configuration import REMEDY
from contentful_cma.settings.options import SETTINGS, Setting
from contentful_cma.tables import configure
from tools.command_line import INTERRUPTED, no_file, refused, replaced, start
from tools.private import restrict
from tools.project import typed
from tools.user.fivetran import command, copied_project, environment
from tools.user.sync_input import bad_configuration

USAGE = f"Name the file: {typed('configuration', CONFIGURATION='my-configuration.json')}"
BEGUN = "Press Enter to keep a default; Ctrl-C stops, and nothing is written."
BY_FIVETRAN = ("access_token",) if os.name == "nt" else ()
"""Settings that Fivetran's command line prompts for: on Windows it reads a password itself."""

RESULT = re.compile(r"\[\w+ - (.+?)\]: (.+)")
"""A test in the output of Fivetran's command line: its label, and "PASSED" or a problem."""


class Failed(Exception):
    """The output of Fivetran's command line before it failed."""


def main() -> int:
    """Write the file, or test it; 2 for a wrong call, 1 for a failure, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("configuration", nargs="?", default="", help="a JSON file")
    parser.add_argument("--test", action="store_true", help="run the tests of the setup form")
    given = parser.parse_args()
    missing = no_file(given.configuration, USAGE)
    file = Path(given.configuration)
    if given.test or not given.configuration or file.is_dir():
        return refused(missing) if missing else tested(file)
    if file.exists():
        return refused(
            f"There is already a file {file}.\nName a new one, or test it: {test_of(file)}"
        )
    try:
        written(file)
    except (KeyboardInterrupt, EOFError):
        print("\nStopped; nothing was written.", file=sys.stderr)
        return INTERRUPTED
    except Failed as problem:
        print(f"Fivetran's command line failed; nothing was written.\n{problem}", file=sys.stderr)
        return 1
    warning = restrict(file)
    if warning is not None:
        print(warning, file=sys.stderr)
    print(f"\nWrote {file}. Next: {test_of(file)}")
    return 0


def test_of(file: Path) -> str:
    """Return the command that tests a file."""
    return typed("configuration", TEST="1", CONFIGURATION=str(file))


def written(file: Path) -> None:
    """Prompt for the settings; the file, which only its owner can read, is written at the end.

    The token in it is encrypted with a key that stays on this machine.
    """
    # A file that cannot be written is an error before the first prompt.
    with replaced(file) as new:
        print(BEGUN)
        answers = {one.key: answer_to(one) for one in SETTINGS if one.key not in BY_FIVETRAN}
        new.write_text(encrypted(answers), encoding="utf-8")


def answer_to(setting: Setting) -> str:
    """Return the user's answer to a prompt, which is repeated until the answer is valid."""
    accepted = ", ".join(setting.choices) or setting.accepted
    default = setting.shown_default.replace("`", "")
    print(f"\n{setting.meaning}\nAccepted: {accepted}. Default: {default}.")
    prompt = getpass.getpass if setting.secret and sys.stdin.isatty() else input
    while True:
        answer = prompt(f"{setting.label}: ").strip()
        problem = problem_with(setting, answer)
        if problem is None:
            return answer
        print(problem)


def problem_with(setting: Setting, answer: str) -> str | None:
    """Return why an answer is not valid; None if it is."""
    if setting.choices and answer not in {"", *setting.choices}:
        return f"{setting.key} must be one of {', '.join(setting.choices)} (got {answer!r})."
    try:
        configure({"access_token": "x" * SHORTEST_TOKEN, setting.key: answer})
    except ValueError as problem:
        return str(problem).removesuffix(f"\n{REMEDY}")
    return None


def encrypted(answers: dict[str, str]) -> str:
    """Return the configuration that ``fivetran configuration`` writes; Failed with its output."""
    with copied_project() as project:
        file = project / "configuration.json"
        file.unlink()
        done = form(project, answers="".join(f"{answer}\n" for answer in answers.values()))
        made = file.read_text(encoding="utf-8") if file.is_file() else "{}"
    if {**json.loads(made), "access_token": ""} != {**answers, "access_token": ""}:
        raise Failed(without_paths(done.stdout, project))
    return made


def tested(file: Path) -> int:
    """Run the tests of the setup form on a file, and show the result of each."""
    problem = bad_configuration(file)
    if problem is not None:
        return refused(f"{problem.reason}\n{problem.remedy}")
    with copied_project() as project:
        shutil.copy(file, project / "configuration.json")
        done = form(project, "--test")
    results = RESULT.findall(done.stdout)
    for label, said in results:
        print(f"{label}: {'passed' if said == 'PASSED' else said}")
    if not results:
        output = without_paths(done.stdout, project)
        print(f"Fivetran's command line failed.\n{output}", file=sys.stderr)
    elif done.returncode == 0:
        print("All tests passed.")
    return done.returncode


def without_paths(output: str, project: Path) -> str:
    """Return the lines that do not name a file of the temporary copy, which is deleted."""
    return "\n".join(line for line in output.splitlines() if str(project) not in line)


def form(project: Path, *options: str, answers: str = "") -> subprocess.CompletedProcess[str]:
    """Run ``fivetran configuration``; it reads the answers by line, the token first."""
    return subprocess.run(
        command("configuration", str(project), *options),
        env=environment(),
        input=answers,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        # Without a terminal it reads the token from the answers, too.
        start_new_session=True,
    )


if __name__ == "__main__":
    start(main)
