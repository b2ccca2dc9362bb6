"""Write the output of ``dbt run-operation contentful_models`` as models into a folder.

``dbt --quiet run-operation contentful_models | python write_models.py models/contentful``

Needs nothing but Python.  A Python that has dbt also reads each file as dbt does before the file
takes its place.  Says which fields and content types are no more.
"""

from __future__ import annotations

import ast
import json
import re
import sys
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

MARK = "written by contentful_models."
"""The end of the first line of a model that this program may replace or delete."""

BRACES = "{}"
"""Every sign of Jinja has one of these."""

INVALID = re.compile("[\0\ud800-\udfff]")
"""NUL and lone surrogates, which not every warehouse takes; the connector replaces them too."""

FIELD = re.compile(r"""^ {8}\(('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"),""", re.MULTILINE)
"""The id of a field in the SQL of a model, as a literal."""

ERROR = re.compile(
    r"Encountered an error[^\n]*\n(.+?)(?:\n\s*\n|\n[^\n]*(?:Traceback|Encountered)|\Z)", re.DOTALL
)
"""The words of an error in the output of dbt."""


class Refused(Exception):
    """A sentence that says why no file was changed."""


def valid(words: str) -> str:
    """Return a text with U+FFFD for characters that not every warehouse takes."""
    return INVALID.sub("\ufffd", words)


def literal(words: str, escaped: str = "") -> str:
    r"""Return a text in double quotes; JSON, YAML, Jinja and Python read the same text in it.

    Invisible characters become ``\uNNNN``, and so do those of *escaped*.
    """
    # Characters above U+FFFF stay, because these languages escape them in different ways.
    return "".join(
        one
        if one > "\uffff" or (one.isprintable() and one not in escaped)
        else f"\\u{ord(one):04x}"
        for one in json.dumps(valid(words), ensure_ascii=False)
    )


def argument(words: str) -> str:
    """Return a text as a literal of Jinja that is safe anywhere in a template."""
    inside = literal(words, BRACES + "'")[1:-1]
    return f"'{inside}'"


def described(words: str) -> str:
    """Return a description in YAML that dbt shows as it is; dbt renders descriptions as Jinja."""
    has_braces = any(one in words for one in BRACES)
    return literal(f"{{{{ {argument(words)} }}}}" if has_braces else words)


def comment(words: str) -> str:
    """Return a text for one line of comment in SQL; dbt renders comments as Jinja, too."""
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
    """Return the description of the model and those of its columns, by name."""
    title = model["title"] or model["content_type"]
    about = model["description"] or f"Entries of the content type {title}."
    fields = {
        column: f"Field `{field}` ({kind}{', localized' if localized else ''})."
        for field, kind, column, localized in model["fields"]
    }
    return {model["name"]: about, **COLUMNS, **fields}


def documentation(model: Model) -> str:
    """Return the model's description in YAML."""
    (name, about), *columns = descriptions(model).items()
    lines = [
        "version: 2",
        "",
        "models:",
        f"  - name: {literal(name)}",
        f"    description: {described(about)}",
        "    data_tests:",
        "      - contentful.key:",
        "          columns: [entry_id, entry_locale]",
        "    columns:",
    ]
    for column, words in columns:
        lines += [f"      - name: {literal(column)}", f"        description: {described(words)}"]
    return "\n".join(lines) + "\n"


def check(model: Model, sql_text: str, yaml_text: str) -> None:
    """Raise Refused where dbt would read other texts in the files of a model."""
    if not HAS_PARSERS:
        return
    try:
        found = read_back(sql_text, yaml_text)
    except Exception as problem:
        reason = " ".join(str(problem).split())
        raise Refused(f"dbt could not read the files of {model['name']}: {reason}") from problem
    fields = [valid(field) for field, *_ in model["fields"]]
    words = {name: valid(one) for name, one in descriptions(model).items()}
    if found != (valid(model["content_type"]), fields, words):
        raise Refused(f"dbt would read other texts in the files of {model['name']}.")


def read_back(sql_text: str, yaml_text: str) -> tuple[str, list[str], dict[str, str]]:
    """Return content type, fields and descriptions as the parsers of dbt read them."""
    calls: list[Any] = []
    macros = SimpleNamespace(contentful_entries=lambda kind, **named: calls.append((kind, named)))
    jinja = SandboxedEnvironment()
    jinja.from_string(sql_text).render(contentful=macros)
    ((kind, named),) = calls
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    (model,) = yaml.load(yaml_text, loader)["models"]  # noqa: S506 - both loaders are safe
    words = {one["name"]: one["description"] for one in (model, *model["columns"])}
    # dbt renders no text without a sign of Jinja.
    shown = {
        name: jinja.from_string(one).render() if "{" in one else one for name, one in words.items()
    }
    return kind, [field for field, *_ in named["fields"]], shown


def fields_of(text: str) -> list[str]:
    """Return the ids of the fields that the SQL of a model names."""
    return [ast.literal_eval(one) for one in FIELD.findall(text)]


def written_before(folder: Path) -> dict[str, str]:
    """Return the SQL of the models in the folder that this program wrote, by name."""
    texts = {
        file.stem: file.read_text(encoding="utf-8", errors="replace")
        for file in sorted(folder.glob("*.sql"))
    }
    return {name: text for name, text in texts.items() if text.partition("\n")[0].endswith(MARK)}


def lost(models: list[Model], before: dict[str, str]) -> list[str]:
    """Return a sentence for each field and content type that was there before."""
    fields = {model["name"]: [field for field, *_ in model["fields"]] for model in models}
    return [
        f"{name}: the field {field} is no more."
        for name, now in fields.items()
        for field in fields_of(before.get(name, ""))
        if field not in now
    ] + [f"{name}: the content type is no more." for name in before if name not in fields]


def write(models: list[Model], folder: Path) -> list[str]:
    """Write the models, remove those that are no more, and return what has vanished.

    All files are written under names that dbt does not read, and are checked, before the first
    of them takes its place.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = written_before(folder)
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
        # The SQL is last: as long as it is there, another run removes the rest.
        (folder / f"{name}.yml").unlink(missing_ok=True)
        (folder / f"{name}.sql").unlink()
    return lost(models, before)


def models_in(printed: str) -> list[Model]:
    """Return the models in the output of dbt; Refused, with the reason, if there are none."""
    # Other output of dbt is on separate lines.
    found = [line for line in printed.split("\n") if line.startswith(("[{", "[]"))]
    if not found:
        error = ERROR.search(printed)
        reason = " ".join((error[1] if error else printed).split())
        raise Refused(reason or "dbt printed nothing.")
    try:
        models: list[Model] = json.loads(found[0])
    except ValueError as problem:
        raise Refused("the list of models that dbt printed is cut off.") from problem
    if not models:
        raise Refused("dbt printed an empty list of models.")
    return models


def main() -> None:
    """Read the models from standard input and write them into the folder that is named."""
    if len(sys.argv) != len(["program", "folder"]):
        sys.exit(__doc__)
    try:
        models = models_in(sys.stdin.buffer.read().decode("utf-8", "replace"))
        for sentence in write(models, Path(sys.argv[1])):
            print(sentence)
    except Refused as problem:
        sys.exit(f"No model was changed in {sys.argv[1]}: {problem}")
    except OSError as problem:
        sys.exit(f"The models cannot be written into {sys.argv[1]}: {problem}")
    print(f"Wrote {len(models)} model{'s' * (len(models) != 1)} into {sys.argv[1]}.")


if __name__ == "__main__":
    main()
