"""The program that writes typed models into a user's project; it needs only Python."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from engines import DBT, PROJECT, duckdb_project

from tools.project import ROOT

PROGRAM = ROOT / "dbt_contentful" / "write_models.py"

Field = tuple[str, str, str, bool]
TITLE: Field = ("title", "Symbol", "title", True)
SLUG: Field = ("slug", "Symbol", "slug", False)

WRITTEN = """\
-- Entries of `post` in space/master; written by contentful_models.
{{ contentful.contentful_entries(
    'post',
    space='space',
    environment='master',
    locale=['en-US', 'de-DE'],
    default_locale='en-US',
    fields=[
        ('title', 'Symbol', 'title', True),
        ('slug', 'Symbol', 'slug', False),
    ],
) }}
"""


def model(kind: str, *fields: Field) -> dict[str, Any]:
    """Return a model as the operation prints it."""
    return {
        "name": f"contentful_{kind}",
        "content_type": kind,
        "title": kind.title(),
        "description": 'Says "this".',
        "space": "space",
        "environment": "master",
        "locale": ["en-US", "de-DE"],
        "default_locale": "en-US",
        "fields": fields,
    }


def written(folder: Path, *models: dict[str, Any]) -> list[str]:
    """Run the program on dbt's output, and return its own output as lines."""
    printed = f"12:00:00  Found 9 models\n{json.dumps(models)}\n"
    command = [sys.executable, str(PROGRAM), str(folder)]
    done = subprocess.run(command, input=printed, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def test_a_model_is_written_for_each_content_type(tmp_path: Path) -> None:
    """Each model calls the macro with its fields, and all its columns are described."""
    folder = tmp_path / "models"
    output = written(folder, model("post", TITLE, SLUG), model("tag", SLUG))
    assert output == [f"Wrote 2 models into {folder}."]
    assert sorted(one.name for one in folder.iterdir()) == [
        *("contentful_post.sql", "contentful_post.yml"),
        *("contentful_tag.sql", "contentful_tag.yml"),
    ]
    assert (folder / "contentful_post.sql").read_text(encoding="utf-8") == WRITTEN
    described = (folder / "contentful_post.yml").read_text(encoding="utf-8")
    assert r'    description: "Says \"this\"."' in described.splitlines()
    assert '        description: "Field `title` (Symbol, localized)."' in described.splitlines()


def test_removed_fields_and_content_types_are_reported(tmp_path: Path) -> None:
    """A removed field or content type is reported, and its content type's model is deleted."""
    own = tmp_path / "own.sql"
    own.write_text("select 1 as one", encoding="utf-8")
    written(tmp_path, model("post", TITLE, SLUG), model("tag", SLUG))
    assert written(tmp_path, model("post", TITLE)) == [
        "contentful_post: the field slug was removed.",
        "contentful_tag: the content type was removed.",
        f"Wrote 1 model into {tmp_path}.",
    ]
    left = sorted(one.name for one in tmp_path.iterdir())
    assert left == ["contentful_post.sql", "contentful_post.yml", "own.sql"]


def refused(folder: Path, printed: str) -> str:
    """Run the program on output without models, check the files, and return its message."""
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    command = [sys.executable, str(PROGRAM), str(folder)]
    done = subprocess.run(command, input=printed, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before
    return done.stderr.removeprefix(f"No model was changed in {folder}: ")


MISSING = """\
12:00:00  Encountered an error while running operation: Compilation Error
  No content types found in typo/master.
  Available: space/master.

  > in macro place_of_models (macros/typed/contentful_models.sql)
"""
LOCKED = """\
12:00:00  Encountered an error:
IO Error: Could not set lock on file "a.db"
12:00:00  Traceback (most recent call last):
  File "connections.py", line 110, in exception_handler
"""


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        (MISSING, "No content types found in typo/master. Available: space/master."),
        (LOCKED, 'IO Error: Could not set lock on file "a.db"'),
        ("Something\nelse\n", "Something else"),
        ("", "dbt printed nothing."),
        ("[]\n", "dbt found no models."),
        ('[{"name": "contentful_p', "the list of models from dbt is incomplete."),
    ],
)
def test_without_models_nothing_changes(tmp_path: Path, printed: str, message: str) -> None:
    """Output of dbt without models changes no file, and one sentence gives the reason."""
    written(tmp_path, model("post", TITLE))
    assert refused(tmp_path, printed) == f"{message}\n"


def test_only_own_models_are_deleted(tmp_path: Path) -> None:
    """A user's own model is kept, with any text and in any encoding."""
    content = b"select 1 as caf\xe9\n-- not written by contentful_models.\n"
    (tmp_path / "own.sql").write_bytes(content)
    written(tmp_path, model("post", TITLE))
    assert (tmp_path / "own.sql").read_bytes() == content


def test_files_left_by_a_crash_are_harmless(tmp_path: Path) -> None:
    """Files of a killed run have names that dbt does not read, and the next run works."""
    (tmp_path / ".contentful_post.sql.new").write_text("{{ broken", encoding="utf-8")
    written(tmp_path, model("post", TITLE))
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "contentful_post.sql",
        "contentful_post.yml",
    ]


def test_fields_with_quotes_are_compared(tmp_path: Path) -> None:
    """A removed field is reported with its id, with any quotes in it."""
    field: Field = ("it's {{", "Symbol", "its", False)
    written(tmp_path, model("post", TITLE, field))
    assert written(tmp_path, model("post", TITLE, field))[:-1] == []
    output = written(tmp_path, model("post", TITLE))
    assert output[0] == "contentful_post: the field it's {{ was removed."


BREAKING = """\
import runpy, sys
program = runpy.run_path(sys.argv[1])
program["write"].__globals__["literal"] = {literal}
sys.argv = sys.argv[1:]
program["main"]()
"""


@pytest.mark.models
@pytest.mark.parametrize(
    "literal",
    [
        # As 1.0.0 wrote an emoji and Jinja.
        "lambda words, _='': __import__('json').dumps(words)",
        "lambda words, _='': chr(34) + words + chr(34)",
    ],
)
def test_a_file_that_dbt_would_misread_is_not_kept(tmp_path: Path, literal: str) -> None:
    """A file that dbt would read differently never replaces an existing file."""
    written(tmp_path, model("post", TITLE))
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    models = [
        {**model("tag"), "description": "Plain."},
        {**model("post"), "description": '😀 says {{ "this" }}'},
    ]
    done = subprocess.run(
        [str(DBT.with_name("python")), "-c", BREAKING.format(literal=literal), PROGRAM, tmp_path],
        input=json.dumps(models),
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "the files of contentful_post" in done.stderr
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before


@pytest.mark.models
def test_dbt_reports_no_deprecation(tmp_path: Path) -> None:
    """The package and typed models parse without a warning, and no flag hides one."""
    project = duckdb_project(tmp_path, tmp_path / "warehouse.db", "UTC", {})
    folder = project.folder / PROJECT.name
    settings = (folder / "dbt_project.yml").read_text(encoding="utf-8")
    assert "\nflags:\n  send_anonymous_usage_stats: false\n\n" in settings
    written(folder / "models", model("post", TITLE, SLUG))
    project.dbt("--warn-error", "parse", "--no-partial-parse")
