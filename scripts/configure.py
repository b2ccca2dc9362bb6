"""Ask for the settings one by one and write them into a new file, or test such a file.

Behind ``make configuration CONFIGURATION=my-configuration.json``, with ``TEST=1`` behind the test.
``fivetran configuration`` does both, but only for the ``configuration.json`` of a project, and
ours is kept in git: so it runs in a copy of the project.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from fivetran import command, copied_project, environment

USAGE = "Say where: make configuration CONFIGURATION=my-configuration.json"


def main(arguments: list[str]) -> int:
    """Write the file, or test it.

    The exit status is Fivetran's, 2 for a wrong call, 130 after Ctrl-C.
    """
    is_test = "--test" in arguments
    paths = [Path(one) for one in arguments if one and one != "--test"]
    if len(paths) != 1:
        return refused(USAGE)
    if paths[0].exists() is not is_test:
        there = "There is no" if is_test else "There is already a"
        return refused(f"{there} file {paths[0]}.")
    try:
        return tested(paths[0]) if is_test else written(paths[0])
    except KeyboardInterrupt:
        print("\nStopped; nothing was written.", file=sys.stderr)
        return 130


def refused(sentence: str) -> int:
    """Say why nothing is done and return the exit status."""
    print(sentence, file=sys.stderr)
    return 2


def written(file: Path) -> int:
    """Ask for the settings; the file, which its owner alone can read, is there if all were given.

    The token in it is encrypted with a key that stays on this machine.
    """
    with copied_project() as project:
        answers = project / "configuration.json"
        answers.unlink()
        status = asked(project)
        if status == 0 and answers.is_file():
            shutil.move(answers, file)
            file.chmod(0o600)
            print(f"\nWrote {file}. Next: make configuration TEST=1 CONFIGURATION={file}")
    return status


def tested(file: Path) -> int:
    """Run the tests of the setup form on a file."""
    with copied_project() as project:
        shutil.copy(file, project / "configuration.json")
        return asked(project, "--test")


def asked(project: Path, *options: str) -> int:
    """Run ``fivetran configuration`` in this terminal."""
    full = command("configuration", str(project), *options)
    return subprocess.run(full, env=environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
