"""Write the output of ``dbt run-operation contentful_models`` as models into a folder.

``dbt --quiet run-operation contentful_models | python write_models.py models/contentful``

Needs only Python.  If that Python has dbt's parsers, each file is parsed as dbt does before it
replaces an existing file.  Reports removed fields and content types.

The files remember the names of models and columns: a name that was given stays.
"""

from __future__ import annotations

import ast
import itertools
import json
import re
import sys
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

try:
    import yaml
    from jinja2.sandbox import SandboxedEnvironment

    HAS_PARSERS = True
except ImportError:
    HAS_PARSERS = False

Model = dict[str, Any]
Field = tuple[str, str, str, bool]
"""Id, type, column, is localized."""
FIELDS = 4
"""The parts of a field."""

COLUMNS = {
    "entry_id": "Id of the entry.",
    "entry_locale": "Locale code of the row's values.",
    "entry_status": "State: `draft`, `changed`, `published` or `archived`.",
    "entry_is_live": "True if the entry is published and not archived.",
    "entry_created_at": "Creation time of the entry, in UTC.",
    "entry_updated_at": "Time of the entry's last edit, in UTC.",
    "entry_published_at": "Time of the entry's last publication, in UTC.",
    "entry_space_id": "Id of the entry's space.",
    "entry_environment_id": "Id of the entry's environment.",
}
"""The columns of every model, with their descriptions."""

MARK = "written by contentful_models."
"""The end of the first line of models that this program may replace or delete."""

BRACES = "{}"
"""All Jinja delimiters contain one of these."""

INVALID = re.compile("[\0\ud800-\udfff]")
"""NUL and lone surrogates, which some warehouses reject; the connector replaces them too."""

LENGTH = 63
"""The bytes that Postgres keeps of a name."""

PLACE = re.compile(r"""contentful_entries\(\n {4}(['"].*),\n {4}space=(['"].*),\n""")
"""Content type and space in a model's SQL, as literals."""

FIELD = re.compile(r"""^ {8}(\(['"].*\)),$""", re.MULTILINE)
"""A field in a model's SQL, as a literal: id, type, column, is localized."""

ERROR = re.compile(
    r"Encountered an error[^\n]*\n(.+?)(?:\n\s*\n|\n[^\n]*(?:Traceback|Encountered)|\Z)", re.DOTALL
)
"""The error message in the output of dbt."""


class Refused(Exception):
    """The reason why no file was changed, as a sentence."""


def valid(words: str) -> str:
    """Return a text with U+FFFD for each character that some warehouses reject."""
    return INVALID.sub("\ufffd", words)


def literal(words: str, escaped: str = "") -> str:
    r"""Return a text in double quotes, as a valid literal of JSON, YAML, Jinja and Python.

    Invisible characters and those of *escaped* become ``\uNNNN``.
    """
    # Characters above U+FFFF are kept, because these languages escape them differently.
    return "".join(
        one
        if one > "\uffff" or (one.isprintable() and one not in escaped)
        else f"\\u{ord(one):04x}"
        for one in json.dumps(valid(words), ensure_ascii=False)
    )


def argument(words: str) -> str:
    """Return a text as a Jinja literal that is safe anywhere in a template."""
    inside = literal(words, BRACES + "'")[1:-1]
    return f"'{inside}'"


def described(words: str) -> str:
    """Return a description in YAML that dbt shows unchanged, although it renders Jinja."""
    has_braces = any(one in words for one in BRACES)
    return literal(f"{{{{ {argument(words)} }}}}" if has_braces else words)


def comment(words: str) -> str:
    """Return a text for a one-line SQL comment; dbt renders comments as Jinja, too."""
    return "".join(one if one.isprintable() and one not in BRACES else "?" for one in words)


def sql(model: Model) -> str:
    """Return the model's SQL."""
    fields = "\n".join(
        f"        ({argument(field)}, {argument(kind)}, {argument(column)}, {localized!r}),"
        for field, kind, column, localized in model["fields"]
    )
    locale = model["locale"]
    locales = (
        argument(locale)
        if isinstance(locale, str)
        else f"[{', '.join(argument(one) for one in locale)}]"
    )
    place = comment(f"`{model['content_type']}` in {model['space']}/{model['environment']}")
    return f"""\
-- Entries of {place}; {MARK}
{{{{ contentful.contentful_entries(
    {argument(model["content_type"])},
    space={argument(model["space"])},
    environment={argument(model["environment"])},
    locale={locales},
    default_locale={argument(model["default_locale"])},
    fields=[
{fields}
    ],
) }}}}
"""


def descriptions(model: Model) -> dict[str, str]:
    """Return the descriptions of the model and its columns, by name."""
    title = model["title"] or model["content_type"]
    about = model["description"] or f"Entries of the content type {title}."
    fields = {
        column: f"Field `{field}` ({kind}{', localized' if localized else ''})."
        for field, kind, column, localized in model["fields"]
    }
    return {model["name"]: about, **COLUMNS, **fields}


def documentation(model: Model) -> str:
    """Return the model's documentation in YAML."""
    (name, about), *columns = descriptions(model).items()
    lines = [
        "version: 2",
        "",
        "models:",
        f"  - name: {literal(name)}",
        f"    description: {described(about)}",
        "    data_tests:",
        "      - contentful.key:",
        "          arguments:",
        "            columns: [entry_id, entry_locale]",
        "    columns:",
    ]
    for column, words in columns:
        lines += [f"      - name: {literal(column)}", f"        description: {described(words)}"]
    return "\n".join(lines) + "\n"


def check(model: Model, sql_text: str, yaml_text: str) -> None:
    """Raise Refused if dbt would read different text from the files of a model."""
    if not HAS_PARSERS:
        return
    try:
        found = read_back(sql_text, yaml_text)
    except Exception as problem:
        reason = " ".join(str(problem).split())
        raise Refused(f"dbt cannot read the files of {model['name']}: {reason}") from problem
    fields = [valid(field) for field, *_ in model["fields"]]
    words = {name: valid(one) for name, one in descriptions(model).items()}
    if found != (valid(model["content_type"]), fields, words):
        raise Refused(f"dbt would read different text from the files of {model['name']}.")


def read_back(sql_text: str, yaml_text: str) -> tuple[str, list[str], dict[str, str]]:
    """Return content type, fields and descriptions, as dbt's parsers read them."""
    calls: list[Any] = []
    macros = SimpleNamespace(contentful_entries=lambda kind, **named: calls.append((kind, named)))
    jinja = SandboxedEnvironment()
    jinja.from_string(sql_text).render(contentful=macros)
    ((kind, named),) = calls
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    (model,) = yaml.load(yaml_text, loader)["models"]  # noqa: S506 - both loaders are safe
    words = {one["name"]: one["description"] for one in (model, *model["columns"])}
    # dbt does not render a text without a Jinja delimiter.
    shown = {
        name: jinja.from_string(one).render() if "{" in one else one for name, one in words.items()
    }
    return kind, [field for field, *_ in named["fields"]], shown


@dataclass(frozen=True)
class Known:
    """The memory of a written model: content type with space, and columns by field and type."""

    place: tuple[str, str] | None
    columns: dict[tuple[str, str], str]


def place_of(model: Model) -> tuple[str, str]:
    """Return content type and space, which keep the model's name in each environment."""
    return valid(model["content_type"]), valid(model["space"])


def values(literals: str) -> Any:
    """Return the tuple that Python reads; None for other text, such as a broken file's."""
    try:
        return ast.literal_eval(literals)
    except (SyntaxError, ValueError):
        return None


def known(text: str) -> Known:
    """Return the memory in the SQL of a model."""
    place = PLACE.search(text)
    fields = [values(one) for one in FIELD.findall(text)]
    columns = {
        (one[0], one[1]): one[2] for one in fields if isinstance(one, tuple) and len(one) == FIELDS
    }
    return Known(values(f"{place[1]}, {place[2]}") if place else None, columns)


def written_before(folder: Path) -> dict[str, Known]:
    """Return the models in the folder that this program wrote, by name."""
    texts = {
        file.stem: file.read_text(encoding="utf-8", errors="replace")
        for file in sorted(folder.glob("*.sql"))
    }
    return {
        name: known(text) for name, text in texts.items() if text.partition("\n")[0].endswith(MARK)
    }


def other_models(folder: Path, before: dict[str, Known]) -> set[str]:
    """Return the names of the other models below the same folder of the dbt project."""
    place = folder.resolve()
    project = next((one for one in place.parents if (one / "dbt_project.yml").exists()), None)
    top = project / place.relative_to(project).parts[0] if project else place
    return {
        file.stem.lower()
        for file in top.rglob("*.sql")
        if file.parent != place or file.stem not in before
    }


def numbered_name(stem: str, ending: str, taken: Container[str]) -> str:
    """Return a name that is not taken; the macro of this name does the same."""
    for number in itertools.count(1):
        end = ending if number == 1 else f"{ending}_{number}"
        name = stem[: LENGTH - len(end)] + end
        if name not in taken:
            break
    return name


def named(models: list[Model], before: dict[str, Known], others: set[str]) -> list[Model]:
    """Return the models with names for them and their columns; a name that was given stays."""
    given = {one.place: name for name, one in reversed(before.items())}
    spaces = {
        given[place_of(model)]: model["space"] for model in models if place_of(model) in given
    }
    found = []
    for model in models:
        name = given.get(place_of(model)) or new_name(model, spaces, others)
        spaces[name] = model["space"]
        found.append({**model, "name": name, "fields": columns(model, before.get(name))})
    return found


def new_name(model: Model, spaces: dict[str, str], others: set[str]) -> str:
    """Return a name that no model in *spaces*, by name, and no other one has.

    A name that a model of the same space has gets a number, and any other one gets the space.
    """
    far = others | {name for name, space in spaces.items() if space != model["space"]}
    parts: list[tuple[str, str]] = model["names"]
    stem, ending = next(
        (one for one in parts if numbered_name(one[0], one[1], ()) not in far), parts[-1]
    )
    return numbered_name(stem, ending, far | spaces.keys())


def columns(model: Model, before: Known | None) -> list[Field]:
    """Return the fields with their columns; a field of another type counts as a new one."""
    given = before.columns if before and before.place == place_of(model) else {}
    keys = {(valid(field), kind) for field, kind, *_ in model["fields"]}
    taken = {*COLUMNS, *(column for key, column in given.items() if key in keys)}
    fields = []
    for field, kind, localized, stem, ending in model["fields"]:
        column = given.get((valid(field), kind)) or numbered_name(stem, ending, taken)
        taken.add(column)
        fields.append((field, kind, column, localized))
    return fields


def changed(models: list[Model], before: dict[str, Known]) -> list[str]:
    """Return a sentence for each field and content type that was removed, and each new name."""
    sentences = []
    for model in models:
        name, fields = model["name"], {valid(one[0]): one for one in model["fields"]}
        for (field, _), column in before[name].columns.items() if name in before else ():
            if field not in fields:
                sentences.append(f"{name}: the field {field} was removed.")
            elif fields[field][2] != column:
                sentences.append(
                    f"{name}: the column {column} is now {fields[field][2]},"
                    f" because the field {field} has the type {fields[field][1]}."
                )
    kept = {model["name"] for model in models}
    return sentences + [
        f"{name}: the content type was removed." for name in before if name not in kept
    ]


def write(models: list[Model], folder: Path) -> list[str]:
    """Write the models, delete obsolete ones, and report removed and renamed parts.

    All files are first written under names that dbt does not read, and checked.  Then they
    replace the existing files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = written_before(folder)
    models = named(models, before, other_models(folder, before))
    moves: dict[Path, Path] = {}
    try:
        for model in models:
            texts = {".sql": sql(model), ".yml": documentation(model)}
            for ending, text in texts.items():
                new = folder / f".{model['name']}{ending}.new"
                moves[new] = folder / f"{model['name']}{ending}"
                new.write_text(text, encoding="utf-8")
            check(model, *(one.read_text(encoding="utf-8") for one in list(moves)[-2:]))
        for new, file in moves.items():
            new.replace(file)
    finally:
        for new in moves:
            new.unlink(missing_ok=True)
    for name in before.keys() - {model["name"] for model in models}:
        # The SQL is deleted last: while it exists, another run deletes the rest.
        (folder / f"{name}.yml").unlink(missing_ok=True)
        (folder / f"{name}.sql").unlink()
    return changed(models, before)


def models_in(printed: str) -> list[Model]:
    """Return the models in the output of dbt; raise Refused if there are none."""
    # The list is one line; other output of dbt is on other lines.
    found = [line for line in printed.split("\n") if line.startswith(("[{", "[]"))]
    if not found:
        error = ERROR.search(printed)
        reason = " ".join((error[1] if error else printed).split())
        raise Refused(reason or "dbt printed nothing.")
    try:
        models: list[Model] = json.loads(found[0])
    except ValueError as problem:
        raise Refused("the list of models from dbt is incomplete.") from problem
    if not models:
        raise Refused("dbt found no models.")
    return models


def main() -> None:
    """Read the models from standard input and write them into the given folder."""
    if len(sys.argv) != len(["program", "folder"]):
        sys.exit(__doc__)
    try:
        models = models_in(sys.stdin.buffer.read().decode("utf-8", "replace"))
        for sentence in write(models, Path(sys.argv[1])):
            print(sentence)
    except Refused as problem:
        sys.exit(f"No model was changed in {sys.argv[1]}: {problem}")
    except OSError as problem:
        sys.exit(f"Cannot write the models into {sys.argv[1]}: {problem}")
    print(f"Wrote {len(models)} model{'s' * (len(models) != 1)} into {sys.argv[1]}.")


if __name__ == "__main__":
    main()
