"""Write what ``dbt run-operation contentful_models`` prints as models into a folder.

``dbt --quiet run-operation contentful_models | python write_models.py models/contentful``

Needs nothing but Python.  Says which fields and content types are no more.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

Model = dict[str, Any]

COLUMNS = {
    "entry_id": "Id of the entry.",
    "entry_locale": "Code of the locale that the row is in.",
    "entry_status": "`draft`, `changed`, `published` or `archived`.",
    "entry_is_live": "Whether the entry is published and not archived.",
    "entry_created_at": "When the entry was created, in UTC.",
    "entry_updated_at": "When the entry was last edited, in UTC.",
    "entry_published_at": "When the entry was last published, in UTC.",
}
"""The columns that every model has, and what they mean."""


def sql(model: Model) -> str:
    """Return the model's SQL."""
    fields = "\n".join(f"        {tuple(field)!r}," for field in model["fields"])
    place = f"{model['space']}/{model['environment']}"
    return f"""\
-- Entries of `{model["content_type"]}` in {place}; written by contentful_models.
{{{{ contentful.contentful_entries(
    {model["content_type"]!r},
    space={model["space"]!r},
    environment={model["environment"]!r},
    locale={model["locale"]!r},
    default_locale={model["default_locale"]!r},
    fields=[
{fields}
    ],
) }}}}
"""


def documentation(model: Model) -> str:
    """Return the model's description in YAML; JSON's texts are YAML's."""
    about = model["description"] or f"Entries of the content type {model['title']}."
    described = dict(COLUMNS)
    for identifier, kind, column, localized in model["fields"]:
        described[column] = f"Field `{identifier}` ({kind}{', localized' if localized else ''})."
    lines = [
        "version: 2",
        "",
        "models:",
        f"  - name: {model['name']}",
        f"    description: {json.dumps(about)}",
        "    data_tests:",
        "      - contentful.key:",
        "          columns: [entry_id, entry_locale]",
        "    columns:",
    ]
    for column, words in described.items():
        lines += [f"      - name: {column}", f"        description: {json.dumps(words)}"]
    return "\n".join(lines) + "\n"


def fields_of(text: str) -> list[str]:
    """Return the ids of the fields that the SQL of a model names."""
    return re.findall(r"^ {8}\('([^']+)'", text, flags=re.MULTILINE)


def write(models: list[Model], folder: Path) -> list[str]:
    """Write the models, remove those that are no more, and return what has vanished."""
    folder.mkdir(parents=True, exist_ok=True)
    told = []
    for model in models:
        file = folder / f"{model['name']}.sql"
        before = fields_of(file.read_text(encoding="utf-8")) if file.exists() else []
        gone = [one for one in before if one not in {field[0] for field in model["fields"]}]
        told += [f"{model['name']}: the field {one} is no more." for one in gone]
        file.write_text(sql(model), encoding="utf-8")
        file.with_suffix(".yml").write_text(documentation(model), encoding="utf-8")
    for file in sorted(folder.glob("*.sql")):
        is_ours = "written by contentful_models" in file.read_text(encoding="utf-8")
        if is_ours and file.stem not in {model["name"] for model in models}:
            told.append(f"{file.stem}: the content type is no more.")
            file.unlink()
            file.with_suffix(".yml").unlink(missing_ok=True)
    return told


def main() -> None:
    """Read the models from standard input and write them into the folder that is named."""
    if len(sys.argv) != len(["program", "folder"]):
        sys.exit(__doc__)
    # Whatever dbt says besides stands on lines of its own.
    printed = [line for line in sys.stdin if line.startswith(("[{", "[]"))]
    if not printed:
        sys.exit("There are no models in what dbt has printed.")
    models = json.loads(printed[0])
    for sentence in write(models, Path(sys.argv[1])):
        print(sentence)
    print(f"Wrote {len(models)} model{'s' * (len(models) != 1)} into {sys.argv[1]}.")


if __name__ == "__main__":
    main()
