"""The package for Fivetran, with other files in the project's folder."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from support.account import TOKEN
from support.operations import explained
from tools.user.fivetran import command, environment

ROOT = Path(__file__).resolve().parents[2]
CONNECTOR = ROOT / "connector"
MODULES = {str(path.relative_to(CONNECTOR)) for path in CONNECTOR.glob("contentful_cma/**/*.py")}

SETTINGS = ("my-settings.json", "configuration.json.bak", "prod.yaml", "prod", ".env", ".env.py")
KEYS = ("id_rsa", "key.pem", "warehouse.db", "notes.md", "README.md.txt")
LEFT_BY_EDITORS = ("run.py~", "#run.py#", ".#run.py", ".run.py.swp", "run.py.orig", "run.pyc")
STRANGERS = (*SETTINGS, *KEYS, *LEFT_BY_EDITORS)

OURS = ("", "contentful_cma", "contentful_cma/sync")
OTHERS = (
    *("notes", "notes/contentful_cma/api", ".secrets", "files", "crash-reports", "tests"),
    *("contentful_cma/drafts", "contentful_cma/.drafts", "contentful_cma/sync/__pycache__"),
    *("contentful_cma/contentful_cma/api", "contentful_cma/api/api"),
)
TAKEN = ("connector.py", "README.md", "requirements.txt", "run.py")
"""Names of the package that are left out in other folders."""


@pytest.fixture
def littered(project: Path) -> Path:
    """Give a project full of files that are not the connector's, with the token in each."""
    names = [f"{folder}/{name}" for folder in (*OURS, *OTHERS) for name in STRANGERS]
    names += [f"{folder}/{name}" for folder in OTHERS for name in TAKEN]
    for name in (*names, "/configuration.json"):
        file = project / name.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'{{"access_token": "{TOKEN}"}}\n', encoding="utf-8")
    # The command line deletes a requirements file that names no package.
    (project / "requirements.txt").write_text("idna==3.10\n", encoding="utf-8")
    return project


@pytest.mark.process
def test_the_package_holds_what_the_page_lists(littered: Path) -> None:
    """The package has exactly the listed files, with other files in the folder and below."""
    packed = subprocess.run(
        command("package", str(littered)),
        env=environment(),
        stdin=subprocess.DEVNULL,
        check=False,
        capture_output=True,
        timeout=100,
    )
    assert packed.returncode == 0, packed.stderr
    package = zipfile.ZipFile(littered / "files" / "connector.zip")
    listed = {*explained("Files in the package")}
    assert {*package.namelist()} == (listed - {"contentful_cma/"}) | MODULES
    assert [name for name in package.namelist() if TOKEN.encode() in package.read(name)] == []


def test_git_takes_the_files_of_the_package(littered: Path) -> None:
    """Git adds the sources of the package and no other file."""
    git = shutil.which("git") or "git"
    for arguments in (["init", "--quiet"], ["add", "."]):
        subprocess.run([git, *arguments], cwd=littered, check=True)
    added = subprocess.run(
        [git, "ls-files"], cwd=littered, check=True, capture_output=True, text=True
    )
    made = {"contentful_cma/", "configuration_form.pb"}
    listed = {*explained("Files in the package")}
    assert {*added.stdout.splitlines()} == (listed - made) | MODULES
