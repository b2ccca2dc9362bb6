"""The rules of the repository."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.dev import release, test_all
from tools.dev.lock import LOWEST
from tools.dev.test_examples import WORKFLOWS
from tools.dev.test_versions import VERSIONS

ROOT = Path(__file__).resolve().parents[2]
CONNECTOR = ROOT / "connector"
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PINNED = re.compile(r"[a-z0-9._-]+==[\w.]+( ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def text(path: str) -> str:
    """Return a file's content."""
    return (ROOT / path).read_text(encoding="utf-8")


def targets() -> set[str]:
    """Return the targets of the Makefile for users and developers."""
    return set(re.findall(r"^([a-z][a-z-]*):", text("Makefile"), re.MULTILINE))


def imported(path: Path) -> Iterator[str]:
    """Yield the top-level name of every absolute import in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


def sources(folder: Path) -> list[Path]:
    """Return the Python files in a folder and all below it; there is at least one."""
    found = sorted(folder.rglob("*.py"))
    assert found, f"no Python file in {folder}"
    return found


def test_the_documents_list_every_make_target_and_no_other() -> None:
    """docs/install.md and CONTRIBUTING have a row for each target, and name no other."""
    rows = re.compile(r"^\| `make ([a-z-]+)", re.MULTILINE)
    listed = [
        one for name in ("docs/install.md", "CONTRIBUTING.md") for one in rows.findall(text(name))
    ]
    assert sorted({*listed}) == sorted(targets())
    assert set(re.findall(r"`make ([a-z-]+)", text("README.md"))) <= targets()


def test_the_commands_without_make_are_those_of_make() -> None:
    """Each file and option in the commands without make is one that a target uses."""
    (block,) = re.findall(
        r"## Without make.*?```bash\n(.*?)```", text("docs/install.md"), re.DOTALL
    )
    named = re.findall(r"requirements/\S+|-m [\w.]+|-e \w+|--(?!keep)[a-z-]+", block)
    assert {one for one in named if one not in text("Makefile")} == set()
    assert {one for one in named if "/" in one and not (ROOT / one).is_file()} == set()


def test_only_make_needs_a_shell() -> None:
    """No program of the project is, or starts, a shell: without make, Python is enough."""
    folders = ("connector", "emulator", "tools", "benchmarks", "dbt_contentful", "examples")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    installed = {".peers", ".against"}
    ours = [path for path in found if not installed & set(path.parts)]
    programs = [path for path in ours if path.suffix in {"", ".py"} and path.is_file()]
    starts = re.compile(rb"\A#!.*\b(?:ba|da|z)?sh\b|/bin/(?:ba|da|z)?sh\b|shell=True")
    shells = [path for path in programs if starts.search(path.read_bytes())]
    assert [str(path.relative_to(ROOT)) for path in shells] == []
    assert len(programs) > 100


def test_no_program_changes_where_imports_are_found() -> None:
    """Programs are modules that start in the folder of the project; none edits the path."""
    folders = ("benchmarks", "connector", "dbt_contentful", "emulator", "report", "tools")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    ours = [path for path in paths if not {".peers", ".against"} & set(path.parts)]
    assert [path for path in ours if "sys.path" in path.read_text("utf-8")] == []
    assert len(ours) > 100


def test_help_lists_every_make_target() -> None:
    """Each target has its line in `make help`, below the heading of its group."""
    make = shutil.which("make") or "make"
    done = subprocess.run([make, "help"], cwd=ROOT, check=True, capture_output=True, text=True)
    # A make that was called by another one prints the folder.
    shown = [line for line in done.stdout.splitlines() if not line.startswith("make")]
    groups: dict[str, list[str]] = {}
    for line in shown:
        if line.startswith("  make "):
            groups[[*groups][-1]].append(line.split()[1])
        else:
            groups[line] = []
    assert sorted(name for names in groups.values() for name in names) == sorted(targets())
    assert [line for line in shown if len(line) > 80] == []
    beginnings = ("Try it", "Your account", "The rows of your account", "Develop")
    assert [line for line, one in zip(groups, beginnings) if not line.startswith(one)] == []
    assert len(groups) == len(beginnings)


def test_the_comparison_of_speed_starts_without_settings_of_the_shell() -> None:
    """`make bench` finds the connector, also if the shell exports no PYTHONPATH."""
    make = (shutil.which("make") or "make", "--assume-old=.venv/.installed")
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [*make, "bench", "ROWS=none"]
    done = subprocess.run(command, check=False, cwd=ROOT, env=bare, capture_output=True, text=True)
    assert done.stderr.splitlines()[0].startswith(
        "ROWS must be the start of a group's name (got none)"
    )


def test_other_documents_name_existing_make_targets() -> None:
    """Each make target in a document exists."""
    documents = [ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md")]
    commands = re.compile(r"(?:^|`)make ([a-z-]+)", re.MULTILINE)
    named = {name for path in documents for name in commands.findall(path.read_text("utf-8"))}
    assert named - targets() == set()


def test_continuous_integration_runs_the_targets_of_a_developer() -> None:
    """The workflow runs all targets of the script, and both stop at a failure."""
    assert re.findall(r"^make (.+)$", text(".ci/run"), re.MULTILINE) == ["test-all ALL=1"]
    assert "\nset -euo pipefail\n" in text(".ci/run")
    workflow = text(".github/workflows/ci.yml")
    commands = re.findall(r"- run: make (.+)$", workflow, re.MULTILINE)
    plain = [one.replace("VERSIONS=${{ matrix.python }}", "VERSIONS=ends") for one in commands]
    # Airflow, Dagster and the comparison of speed take too long for the script.
    there = sorted([*test_all.TARGETS, "bench QUICK=1", "test-examples"])
    assert sorted(one.removesuffix(" ALL=1") for one in plain) == there
    (versions,) = re.findall(r"python: \[(.+)\]", workflow)
    assert tuple(json.loads(f"[{versions}]")) == VERSIONS


WITH_NODE_24 = {"actions/checkout": 5, "actions/setup-python": 6, "actions/upload-artifact": 6}
"""The first major version of each action whose `action.yml` declares Node 24."""


def test_actions_are_pinned_and_run_on_node_24() -> None:
    """Workflows name each action by one commit, of a version that declares Node 24."""
    used = set()
    for workflow in WORKFLOWS:
        used |= set(re.findall(r"uses: (.+)$", text(workflow), re.MULTILINE))
    pins = [re.fullmatch(r"([\w/-]+)@[0-9a-f]{40} # v(\d+)\.\d+\.\d+", one) for one in used]
    assert None not in pins, used
    versions = sorted((pin[1], int(pin[2])) for pin in pins if pin)
    assert [action for action, _ in versions] == sorted(WITH_NODE_24)
    assert [one for one in versions if one[1] < WITH_NODE_24[one[0]]] == []


def test_a_release_lists_licenses_and_parts() -> None:
    """A release has the lists of the packages of development, made by pinned tools."""
    workflow, tools = text(".github/workflows/release.yml"), text("requirements/release.in")
    assert re.search(
        r"- run: make release\n(?s:.*)gh release create (?s:.*) \.release/\*\n", workflow
    )
    commands = [(Path(program).name, *rest) for program, *rest in release.listing()]
    made = [Path(re.sub("--output-file=", "", one)).name for _, *rest in commands for one in rest]
    assert [one for one in made if one in {"licenses.md", "sbom.cdx.json"}] == [
        "licenses.md",
        "sbom.cdx.json",
    ]
    assert [program for program, *_ in commands] == ["pip-licenses", "cyclonedx-py"]
    assert [line for line in tools.splitlines()[1:] if line] == ["cyclonedx-bom", "pip-licenses"]


def test_every_place_of_the_version_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release writes its version into connector, emulator and dbt package, and its date."""
    for name in (*release.PLACES, *release.CHANGELOGS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for name in release.CHANGELOGS:
        # Right after a release, a changelog has no such section.
        (tmp_path / name).write_text(f"# Changelog\n\n{release.UNRELEASED}\n- A change.\n")
    monkeypatch.setattr(release, "ROOT", tmp_path)
    release.write_version("7.8.9", "2030-01-02")
    for name, line in release.PLACES.items():
        assert line.format("7.8.9") in (tmp_path / name).read_text().splitlines()
    for name in release.CHANGELOGS:
        assert "## 7.8.9 - 2030-01-02" in (tmp_path / name).read_text().splitlines()


@pytest.mark.parametrize("version", ["1.1", "v1.1.0", "1.1.0 "])
def test_a_release_needs_a_version(version: str) -> None:
    """A version that is not three numbers is refused, before anything is changed."""
    with pytest.raises(release.Refused, match="VERSION must be three numbers"):
        release.check(version)


def test_a_change_takes_two_commands() -> None:
    """CONTRIBUTING names two commands before a change is sent; both are make targets."""
    _, _, section = text("CONTRIBUTING.md").partition("## Before you send a change\n")
    (block,) = re.findall(r"```bash\n(.*?)```", section.partition("\n## ")[0], re.DOTALL)
    commands = block.splitlines()
    assert len(commands) == 2
    assert {one.removeprefix("make ") for one in commands} <= targets()


def test_hooks_run_the_checks_of_make() -> None:
    """The hooks check format and lint like `make check`, without downloads."""
    hooks = text(".pre-commit-config.yaml")
    entries = re.findall(r"entry: \.venv/bin/(ruff .+)$", hooks, re.MULTILINE)
    (check,) = re.findall(r"^check: .*\n((?:\t.*\n)+)", text("Makefile"), re.MULTILINE)
    assert entries == re.findall(r"\$\(BIN\)/(ruff .+) \.$", check, re.MULTILINE)
    assert set(re.findall(r"repo: (\S+)", hooks)) == {"local"}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_dependencies_are_pinned(lock: Path) -> None:
    """A lock file has exact versions with hashes, and no address of an index."""
    lines = [line for line in lock.read_text(encoding="utf-8").splitlines() if line]
    unpinned = [
        line
        for line in lines
        if not line.lstrip().startswith("#")
        and not PINNED.fullmatch(line)
        and not HASH.fullmatch(line)
    ]
    assert unpinned == []
    assert sum(bool(PINNED.fullmatch(line)) for line in lines) > 0


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_required_dependency_is_locked(lock: Path) -> None:
    """A lock file has all packages of its list."""
    required = lock.with_suffix(".in").read_text(encoding="utf-8").splitlines()
    wanted = {
        re.split(r"[=; ]", line)[0] for line in required if line and not line.startswith("#")
    }
    assert wanted
    assert (
        wanted - set(re.findall(r"^([^=\s]+)==", lock.read_text("utf-8"), re.MULTILINE)) == set()
    )


def test_every_lock_can_be_pinned_again() -> None:
    """The program that pins packages knows each lock file, and its lowest Python."""
    assert sorted(LOWEST) == [one.stem for one in LOCKS]


def test_the_connector_needs_only_packages_of_fivetran() -> None:
    """The connector imports only the standard library, requests with urllib3, and the SDK."""
    allowed = {*sys.stdlib_module_names, "requests", "urllib3", "contentful_cma"}
    foreign = {
        (path.name, name)
        for path in sources(CONNECTOR)
        for name in imported(path)
        if name not in allowed
    }
    assert foreign == {("connector.py", "fivetran_connector_sdk")}
    required = [line for line in text("connector/requirements.txt").splitlines() if line.strip()]
    assert [line for line in required if not line.startswith("#")] == []


def test_every_function_of_the_connector_says_what_it_does() -> None:
    """Each function and class has a docstring, as Fivetran's reviewers of connectors require."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    silent = [
        f"{path.name}:{node.lineno} {node.name}"
        for path in sources(CONNECTOR)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, kinds) and ast.get_docstring(node) is None
    ]
    assert silent == []


def test_the_packager_takes_every_folder_of_the_connector() -> None:
    """No source is in a folder that Fivetran's packager leaves out."""
    left_out = {"lib", "include", "files"}
    folders = {part for path in sources(CONNECTOR) for part in path.relative_to(CONNECTOR).parts}
    assert folders & left_out == set()
    assert [name for name in folders if name.startswith(".")] == []
