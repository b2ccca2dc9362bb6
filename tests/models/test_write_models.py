"""The program that writes typed models into a user's project; it needs only Python."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from engines import DBT, PROJECT, duckdb_project

from tools.project import ROOT

PROGRAM = ROOT / "dbt_contentful" / "write_models.py"

Field = tuple[str, str, bool, str, str]
"""Id, type, is localized, stem and ending of the column."""
TITLE: Field = ("title", "Symbol", True, "title", "")
SLUG: Field = ("slug", "Symbol", False, "slug", "")

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


def model(
    kind: str, *fields: Field, space: str = "space", stem: str | None = None
) -> dict[str, Any]:
    """Return a model as the operation prints it."""
    stem = stem or kind
    return {
        "names": [
            (f"contentful_{name}", "")
            for name in (stem, f"{space}_{stem}", f"{space}_master_{stem}")
        ],
        "content_type": kind,
        "title": kind.title(),
        "description": 'Says "this".',
        "space": space,
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
    field: Field = ("it's {{", "Symbol", False, "it_s", "")
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


def columns_of(file: Path) -> dict[str, str]:
    """Return the columns of a written model by field."""
    lines = file.read_text(encoding="utf-8").splitlines()
    fields = [ast.literal_eval(one.strip(" ,")) for one in lines if one.startswith(" " * 8)]
    return {field: column for field, _, column, _ in fields}


AUTHOR: Field = ("author", "Link", False, "author", "_id")
AUTHOR_ID: Field = ("authorId", "Symbol", False, "author_id", "")


def test_a_column_keeps_its_name(tmp_path: Path) -> None:
    """Columns keep their names when fields are reordered, or get the same name as a new one."""
    written(tmp_path, model("post", AUTHOR, TITLE))
    both = {"author": "author_id", "authorId": "author_id_2"}
    for fields in ((AUTHOR_ID, AUTHOR), (AUTHOR, AUTHOR_ID)):
        written(tmp_path, model("post", *fields))
        assert columns_of(tmp_path / "contentful_post.sql") == both
    other: Field = ("author-id", "Symbol", False, "author_id", "")
    written(tmp_path, model("post", AUTHOR_ID, other))
    written(tmp_path, model("post", other, AUTHOR_ID, AUTHOR))
    assert columns_of(tmp_path / "contentful_post.sql") == {
        "author-id": "author_id",
        "authorId": "author_id_2",
        "author": "author_id_3",
    }


def test_a_reserved_name_that_was_given_stays(tmp_path: Path) -> None:
    """A column and a model that 1.0.0 named keep their names, also if the word is reserved now."""
    text = WRITTEN.replace("'title', 'Symbol', 'title'", "'identity', 'Symbol', 'identity'")
    (tmp_path / "identity.sql").write_text(text, encoding="utf-8")
    identity: Field = ("identity", "Symbol", True, "identity", "_field")
    assert written(tmp_path, model("post", identity, SLUG))[:-1] == []
    found = {one.stem: columns_of(one) for one in tmp_path.glob("*.sql")}
    assert found == {"identity": {"identity": "identity", "slug": "slug"}}


def test_a_field_of_another_type_is_a_new_field(tmp_path: Path) -> None:
    """A field that is created again with another type gets a new name, which is reported."""
    written(tmp_path, model("post", ("author", "Symbol", False, "author", "")))
    sentence = (
        "contentful_post: the column author is now author_id,"
        " because the field author has the type Link."
    )
    assert written(tmp_path, model("post", AUTHOR))[:-1] == [sentence]
    text: Field = ("title", "Text", True, "title", "")
    written(tmp_path, model("post", TITLE))
    assert written(tmp_path, model("post", text))[:-1] == []


def places_of(folder: Path) -> dict[str, str]:
    """Return the content type and space of each model below a folder."""
    return {
        one.stem: re.findall("`.*/master", one.read_text(encoding="utf-8"))[0]
        for one in folder.rglob("*.sql")
    }


def test_a_model_keeps_its_name(tmp_path: Path) -> None:
    """A new content type with the name of another one gets a number."""
    old, new = model("blogPost", stem="blog_post"), model("blog-post", stem="blog_post")
    names = {
        "contentful_blog_post": "`blogPost` in space/master",
        "contentful_blog_post_2": "`blog-post` in space/master",
    }
    written(tmp_path, old)
    for _ in range(2):
        assert written(tmp_path, new, old)[:-1] == []
        assert places_of(tmp_path) == names


@pytest.mark.parametrize("is_one_folder", [True, False])
def test_models_of_two_spaces_have_different_names(tmp_path: Path, *, is_one_folder: bool) -> None:
    """The model of a second space has the space in its name where the name is taken."""
    (tmp_path / "dbt_project.yml").touch()
    one, other = model("post", space="one"), [model("post", space="b"), model("tag", space="b")]
    names = {
        "contentful_post": "`post` in one/master",
        "contentful_b_post": "`post` in b/master",
        "contentful_tag": "`tag` in b/master",
    }
    folder = tmp_path / "models"
    for _ in range(2):
        if is_one_folder:
            written(folder, one, *other)
        else:
            written(folder / "one", one)
            written(folder / "typed" / "b", *other)
        assert places_of(folder) == names


def test_a_model_of_the_user_keeps_its_name(tmp_path: Path) -> None:
    """A model is not written over a user's own model, whose name it would have."""
    own = tmp_path / "contentful_post.sql"
    own.write_text("select 1 as one", encoding="utf-8")
    written(tmp_path, model("post", TITLE))
    assert own.read_text(encoding="utf-8") == "select 1 as one"
    assert (tmp_path / "contentful_space_post.sql").exists()


@pytest.mark.models
def test_dbt_reports_no_deprecation(tmp_path: Path) -> None:
    """The package and typed models parse without a warning, and no flag hides one."""
    project = duckdb_project(tmp_path, tmp_path / "warehouse.db", "UTC", {})
    folder = project.folder / PROJECT.name
    settings = (folder / "dbt_project.yml").read_text(encoding="utf-8")
    assert "\nflags:\n  send_anonymous_usage_stats: false\n\n" in settings
    written(folder / "models", model("post", TITLE, SLUG))
    project.dbt("--warn-error", "parse", "--no-partial-parse")
