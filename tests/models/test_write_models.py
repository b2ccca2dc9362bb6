"""The program that writes typed models into a user's project; it needs nothing but Python."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from fivetran import ROOT

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
        "description": 'Says "what".',
        "space": "space",
        "environment": "master",
        "locale": ["en-US", "de-DE"],
        "default_locale": "en-US",
        "fields": fields,
    }


def written(folder: Path, *models: dict[str, Any]) -> list[str]:
    """Run the program on what dbt prints, and return its lines."""
    printed = f"12:00:00  Found 9 models\n{json.dumps(models)}\n"
    command = [sys.executable, str(PROGRAM), str(folder)]
    done = subprocess.run(command, input=printed, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def test_a_model_is_written_for_each_content_type(tmp_path: Path) -> None:
    """Each model calls the macro with its fields, and describes every column."""
    folder = tmp_path / "models"
    said = written(folder, model("post", TITLE, SLUG), model("tag", SLUG))
    assert said == [f"Wrote 2 models into {folder}."]
    assert sorted(one.name for one in folder.iterdir()) == [
        *("contentful_post.sql", "contentful_post.yml"),
        *("contentful_tag.sql", "contentful_tag.yml"),
    ]
    assert (folder / "contentful_post.sql").read_text(encoding="utf-8") == WRITTEN
    described = (folder / "contentful_post.yml").read_text(encoding="utf-8")
    assert r'    description: "Says \"what\"."' in described.splitlines()
    assert '        description: "Field `title` (Symbol, localized)."' in described.splitlines()


def test_what_has_vanished_is_told(tmp_path: Path) -> None:
    """A field that is no more is told, and so is a content type, whose model goes."""
    own = tmp_path / "own.sql"
    own.write_text("select 1 as one", encoding="utf-8")
    written(tmp_path, model("post", TITLE, SLUG), model("tag", SLUG))
    assert written(tmp_path, model("post", TITLE)) == [
        "contentful_post: the field slug is no more.",
        "contentful_tag: the content type is no more.",
        f"Wrote 1 model into {tmp_path}.",
    ]
    left = sorted(one.name for one in tmp_path.iterdir())
    assert left == ["contentful_post.sql", "contentful_post.yml", "own.sql"]


def test_what_is_no_list_of_models_changes_nothing(tmp_path: Path) -> None:
    """Where dbt has failed, the program says so and leaves the models as they are."""
    written(tmp_path, model("post", TITLE))
    command = [sys.executable, str(PROGRAM), str(tmp_path)]
    done = subprocess.run(
        command, input="Compilation Error", check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "There are no models in what dbt has printed.\n"
    assert sorted(one.suffix for one in tmp_path.iterdir()) == [".sql", ".yml"]
