"""Begin a new table: write the four places where a table lives, each with what is left to do.

What has to be decided by whoever adds the table stands in comments that `make check` refuses.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from command_line import start

ROOT = Path(__file__).resolve().parent.parent
TABLES = "connector/contentful_cma/tables"
ENDPOINTS = "emulator/cma_emulator/endpoints"
SAMPLES = "emulator/cma_emulator/samples"
EXAMPLES = "tests/support/examples"
"""The four places, each with one module for each group."""

SCOPES = {
    "/spaces/{space_id}/environments/{environment_id}/": "ENVIRONMENT",
    "/spaces/{space_id}/": "SPACE",
    "/organizations/{organization_id}/": "ORGANIZATION",
    "/": "ACCOUNT",
}
"""The scopes by the beginning of the path, the longest first."""

PLACES = {"ENVIRONMENT": "MASTER", "SPACE": "SHOP", "ORGANIZATION": "ACME"}
"""The key columns of the examples, by scope."""

EXAMPLE_IDS = {"{space_id}": "shop", "{environment_id}": "master", "{organization_id}": "acme"}

TABLE = """
{name} = Table(
    "{name}",
    {scope},
    "{path}",
    "",  # TODO: what a row is, in one sentence
    (
        # TODO: a line for each column, see columns.py; none for what may be a secret
        NAME,
    ),
    # TODO: largest_page, query, key, sys, read and needs, where they differ from those of Table
)
"""

ENDPOINT = """
{name} = Endpoint(
    Resource(
        path={address},
        type="{kind}",
        back_end={back_end},
        # TODO: paging, verbs, orders and filters as the reference or a recorded answer has them
    ),
    origin=Origin(samples.{sample}),
)
"""

SAMPLE = '''
def {sample}(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield two records."""
    for number in range(2):
        place = ("{sample}", *scope.values(), number)
        # TODO: what a record has beside `sys`, once with and once without what may be missing
        yield Sample(maker.identifier(*place), {{"name": maker.title(*place)}})
'''

EXAMPLE = """
{name} = Example(
    "{name}",
    "{collection}",
    "{sample}-one",
    # TODO: a record as the API sends it, with every key that a column reads
    {{"name": "One", "sys": {sys}("{kind}", "{sample}-one")}},
    # TODO: its whole row, written down by hand
    ({{{keys}"id": "{sample}-one", "name": "One", **{managed}}},),
    # TODO: what an edit replaces, and what is then different in the row
    {{"name": "Another"}},
    {{"name": "Another"}},
    IN_{scope},
)
"""


@dataclass(frozen=True)
class Asked:
    """A new table: its name, its group and the path of its collection as the reference has it."""

    name: str
    group: str
    endpoint: str

    def words(self) -> dict[str, str]:
        """Return what the templates are filled with."""
        prefix = next(one for one in SCOPES if self.endpoint.startswith(one))
        scope, path = SCOPES[prefix], self.endpoint.removeprefix(prefix)
        below = {"ACCOUNT": f'"{path}"'}.get(scope, f'f"{{paths.{scope}}}/{path}"')
        collection = self.endpoint.removeprefix("/")
        for placeholder, known in EXAMPLE_IDS.items():
            collection = collection.replace(placeholder, known)
        is_content = scope == "ENVIRONMENT"
        return {
            "name": self.name,
            "scope": scope,
            "path": path,
            "address": below,
            "sample": self.name.lower(),
            "kind": kind_of(self.name),
            "back_end": "CONTENT" if is_content else "GATEKEEPER",
            "collection": collection,
            "sys": "content" if is_content else "managed",
            "managed": "CONTENT_ROW" if is_content else "MANAGED_ROW",
            "keys": f"**{PLACES[scope]}, " if scope in PLACES else "",
        }


@dataclass(frozen=True)
class Beginning:
    """What to write into the module of a group: text, its place in a list, and its imports."""

    folder: str
    text: str
    listed_in: str
    imports: tuple[str, ...]


def kind_of(name: str) -> str:
    """Return what ``sys.type`` probably is: TEAM_MEMBERSHIPS have TeamMembership."""
    words = "".join(word.capitalize() for word in name.split("_"))
    return words[:-3] + "y" if words.endswith("ies") else words.removesuffix("s")


def problems(asked: Asked, root: Path) -> Iterator[str]:
    """Yield in words why a table cannot be begun."""
    modules = {path.stem: path for path in (root / TABLES).glob("*.py")}
    groups = sorted(modules.keys() & {path.stem for path in (root / EXAMPLES).glob("[!_]*.py")})
    if asked.group not in groups:
        yield f"GROUP is one of {', '.join(groups)}."
    elif f"\n{asked.name} = " in modules[asked.group].read_text(encoding="utf-8"):
        yield f"{asked.name} stands in {TABLES}/{asked.group}.py already."
    if not re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*", asked.name):
        yield "NAME is in capitals, with underscores: BRAND_KITS."
    prefix = next((one for one in SCOPES if asked.endpoint.startswith(one)), "")
    if not prefix or not re.fullmatch(r"[a-z0-9_/-]+", asked.endpoint.removeprefix(prefix)):
        yield (
            "ENDPOINT is the path of a collection in an account, an organization, a space or an"
            " environment: '/spaces/{space_id}/brand_kits'. What is asked for each record of"
            " another table begins as a copy of COMMENTS, in the module history.py of each place."
        )


def beginnings(asked: Asked) -> list[Beginning]:
    """Return what to write into each of the four places."""
    words = asked.words()
    keys = words["keys"].strip("*, ")
    sys_names = ("Example", words["sys"], words["managed"], f"IN_{words['scope']}", keys)
    return [
        Beginning(
            TABLES,
            TABLE.format(**words),
            "TABLES",
            (
                "from .columns import NAME",
                f"from .places import {words['scope']}",
                "from .table import Table",
            ),
        ),
        Beginning(
            ENDPOINTS,
            ENDPOINT.format(**words),
            "ENDPOINTS",
            (
                *(() if words["scope"] == "ACCOUNT" else ("from .. import paths",)),
                "from ..account.catalogue import Origin",
                "from ..account.resource import Resource",
                f"from ..backends import {words['back_end']}",
                f"from ..samples import {asked.group} as samples",
                "from .endpoint import Endpoint",
            ),
        ),
        Beginning(
            SAMPLES,
            SAMPLE.format(**words),
            "",
            (
                "from collections.abc import Iterator",
                "from ..account.catalogue import Sample",
                "from ..account.maker import Maker",
                "from ..records import Scope",
            ),
        ),
        Beginning(
            EXAMPLES,
            EXAMPLE.format(**words),
            asked.group.upper(),
            tuple(f"from .example import {name}" for name in sys_names if name),
        ),
    ]


def begun(source: str, beginning: Beginning, name: str) -> str:
    """Return a module with a beginning in it: before the list that names it, or at its end."""
    lines = source.splitlines()
    if beginning.listed_in:
        listing = _assigned(ast.parse(source))[beginning.listed_in]
        last = listing.elts[-1]
        line, column = (last.end_lineno or 0) - 1, last.end_col_offset or 0
        lines[line] = f"{lines[line][:column]}, {name}{lines[line][column:]}"
        top = listing.lineno - 1
        lines[top:top] = [*beginning.text.splitlines(), "", ""]
    else:
        lines += ["", *beginning.text.splitlines()]
    return _importing("\n".join(lines) + "\n", beginning.imports)


def _assigned(tree: ast.Module) -> Mapping[str, ast.Tuple]:
    return {
        target.id: node.value
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Tuple)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }


def _importing(source: str, wanted: tuple[str, ...]) -> str:
    """Return a module with the imports that it lacks after those that it has."""
    nodes = [
        one for one in ast.parse(source).body if isinstance(one, (ast.Import, ast.ImportFrom))
    ]
    known = {alias.asname or alias.name for node in nodes for alias in node.names}
    lines = source.splitlines()
    after = nodes[-1].end_lineno or 0
    lines[after:after] = [one for one in wanted if one.rpartition(" ")[2] not in known]
    return "\n".join(lines) + "\n"


def write(asked: Asked, root: Path) -> list[Path]:
    """Write the four beginnings below *root* and return their files."""
    paths = []
    for beginning in beginnings(asked):
        path = root / beginning.folder / f"{asked.group}.py"
        text = begun(path.read_text(encoding="utf-8"), beginning, asked.name)
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    ruff = Path(sys.executable).parent / "ruff"
    for options in (["check", "--quiet", "--select", "I", "--fix"], ["format", "--quiet"]):
        subprocess.run([ruff, *options, *paths], check=True, cwd=root)
    return paths


def left_to_do(paths: list[Path], root: Path) -> Iterator[str]:
    """Yield each line that is left to write, with its place."""
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if "# TODO: " in line:
                yield f"{path.relative_to(root)}:{number}: {line.partition('# TODO: ')[2]}"


def main() -> int:
    """Begin the table that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    for name in ("name", "group", "endpoint"):
        parser.add_argument(name)
    given = parser.parse_args()
    asked = Asked(given.name, given.group, given.endpoint)
    wrong = list(problems(asked, ROOT))
    if wrong:
        usage = (
            "make table NAME=BRAND_KITS GROUP=structure ENDPOINT='/spaces/{space_id}/brand_kits'"
        )
        print("\n".join([*wrong, f"For example: {usage}"]))
        return 2
    print(f"{asked.name} has begun in four files. What is left to write, and to take out:\n")
    print("\n".join(left_to_do(write(asked, ROOT), ROOT)))
    print("\nThen: make docs, make check, make test, and a line in CHANGELOG.md.")
    print("Where records go with a space or a member, scripts/twelve_edits.py counts them.")
    return 0


if __name__ == "__main__":
    start(main)
