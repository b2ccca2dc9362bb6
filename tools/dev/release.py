"""Make a release: ``make release VERSION=1.1.0``.

It writes the version and its date, saves the promises of the version, makes all generated
documents and the sample report again, builds the files of the release in ``.release/``, commits,
and tags the commit.  Nothing is pushed.  Without a version it only builds the files, as the
workflow of a tag does:

- ``licenses.md`` and ``sbom.cdx.json`` (CycloneDX), about the development environment;
- ``report.html`` and ``report-admin.html``, the report on the demo account;
- ``dbt-docs.html``, the documentation of the dbt package in one file.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timezone

from tools.command_line import start
from tools.project import ROOT, python_of

FILES = ROOT / ".release"
SAMPLE = ROOT / "docs" / "sample"
DEMO = ROOT / "emulated" / "warehouse.db"
PROJECT = ROOT / "dbt_contentful" / "integration_tests"

VERSION = re.compile(r"\d+\.\d+\.\d+")
PLACES = {
    "connector/contentful_cma/__init__.py": '__version__ = "{}"',
    "emulator/pyproject.toml": 'version = "{}"',
    "dbt_contentful/dbt_project.yml": "version: {}",
}
"""The line that has the version, by file."""

CHANGELOGS = ("CHANGELOG.md", "dbt_contentful/CHANGELOG.md")
UNDO = "Nothing was committed.  Take the changes back: git stash --include-untracked"
UNRELEASED = "## Unreleased\n"


class Refused(Exception):
    """A release is not possible; the reason and the remedy."""


def main() -> int:
    """Release, or build the files; 2 if a release is not possible."""
    version = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        if not version:
            files()
            return 0
        check(version)
    except Refused as problem:
        print(problem, file=sys.stderr)
        return 2
    try:
        write_version(version, datetime.now(timezone.utc).date().isoformat())
        run("make", ".venv/.installed")
        python("-m", "support.released", PYTHONPATH="connector:tests")
        files()
        sample()
        python("-m", "tools.docs", PYTHONPATH="connector")
        run("git", "add", "--all")
        run("git", "commit", "--quiet", "--message", f"Release {version}")
        run("git", "tag", f"v{version}")
    except Refused as problem:
        print(f"{problem}\n{UNDO}", file=sys.stderr)
        return 2
    print(f"\nThe commit and the tag v{version} are made.  Publish them:\n")
    print(f"    git push --atomic origin HEAD v{version}")
    return 0


def check(version: str) -> None:
    """Raise Refused for a wrong version, changes without a commit, or an empty changelog."""
    if not VERSION.fullmatch(version):
        raise Refused(f"VERSION must be three numbers, such as 1.1.0 (got {version!r}).")
    if run("git", "status", "--porcelain"):
        raise Refused("The checkout must have no changes.  Commit them and run this again.")
    if run("git", "tag", "--list", f"v{version}"):
        raise Refused(f"VERSION must be new: the tag v{version} exists.")
    for name in CHANGELOGS:
        if UNRELEASED not in (ROOT / name).read_text(encoding="utf-8"):
            raise Refused(f"{name} must have a section Unreleased with the changes.")


def write_version(version: str, date: str) -> None:
    """Write the version into all its places, and the date into the changelogs."""
    for name, line in PLACES.items():
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        pattern = "^" + re.escape(line).replace(r"\{\}", VERSION.pattern) + "$"
        changed, number = re.subn(pattern, line.format(version), text, flags=re.MULTILINE)
        if number != 1:
            raise Refused(f"{name} must have one line {line.format('1.2.3')!r} (got {number}).")
        path.write_text(changed, encoding="utf-8")
    for name in CHANGELOGS:
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(UNRELEASED, f"## {version} - {date}\n", 1), encoding="utf-8")


def files() -> None:
    """Build the files of a release in an empty folder."""
    shutil.rmtree(FILES, ignore_errors=True)
    FILES.mkdir()
    run("make", ".venv-release/.installed", ".venv-models/.installed")
    for command in listing():
        run(*command)
    # The sample is a first report, without a change since an earlier demo.
    DEMO.with_name("report-history.json").unlink(missing_ok=True)
    run("make", "demo", "REPORT=1")
    for name in ("report.html", "report-admin.html"):
        shutil.copy(DEMO.with_name(name), FILES)
    dbt = str(python_of(ROOT / ".venv-models").with_name("dbt"))
    own = {"CONTENTFUL_MODELS": "no-models", "DBT_TARGET_PATH": "target/package"}
    own |= {"CONTENTFUL_WAREHOUSE": str(DEMO), "DO_NOT_TRACK": "1"}
    own |= {"DBT_PROFILES_DIR": str(PROJECT)}
    run(dbt, "--quiet", "docs", "generate", "--static", "--project-dir", str(PROJECT), **own)
    shutil.copy(PROJECT / "target" / "package" / "static_index.html", FILES / "dbt-docs.html")
    print("\n".join(f"{path.relative_to(ROOT)}" for path in sorted(FILES.iterdir())))


def listing() -> Iterator[tuple[str, ...]]:
    """Yield the commands that list licenses and parts of the development environment."""
    tools = python_of(ROOT / ".venv-release").parent
    environment = str(python_of(ROOT / ".venv"))
    yield (
        str(tools / "pip-licenses"),
        f"--python={environment}",
        "--from=mixed",
        "--with-system",
        "--format=markdown",
        f"--output-file={FILES / 'licenses.md'}",
    )
    yield (
        str(tools / "cyclonedx-py"),
        "environment",
        "--output-reproducible",
        f"--output-file={FILES / 'sbom.cdx.json'}",
        environment,
    )


def sample() -> None:
    """Make the sample page and the pictures of the README from the report of the demo."""
    SAMPLE.mkdir(exist_ok=True)
    shutil.copyfile(FILES / "report.html", SAMPLE / "report.html")
    drawing = str(python_of(ROOT / ".venv-report"))
    run(drawing, "-m", "report", str(DEMO), "--picture", str(ROOT / "docs" / "report.svg"))


def python(*arguments: str, **variables: str) -> None:
    """Run the Python of the development environment."""
    run(str(python_of(ROOT / ".venv")), *arguments, **variables)


def run(*command: str, **variables: str) -> str:
    """Run a command and return its output; Refused with it on failure."""
    print(" ".join(command), flush=True)
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **variables},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Refused(f"{command[0]} failed.\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    start(main, __doc__)
