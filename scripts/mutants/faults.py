"""The small faults that can be planted in a module, as edits of its text.

A fault replaces the text of one node of the syntax tree and leaves the rest of the file as it is,
comments included, so that a diff shows nothing else.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

COMPARISONS = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==",
    "is": "is not", "is not": "is", "in": "not in", "not in": "in",
}  # fmt: skip
BOOLEANS = {"and": "or", "or": "and"}
ARITHMETIC = {
    "+": "-", "-": "+", "*": "/", "/": "*", "//": "/", "%": "+", "**": "*",
    "|": "&", "&": "|", "^": "|", "<<": ">>", ">>": "<<",
}  # fmt: skip
KEEPS_LEFT = (ast.Sub, ast.BitOr, ast.BitAnd)
SWAPPED_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list"}
LOGGING = {"debug", "info"}
TELLING = LOGGING | {"warning", "TypeVar", "cast", "NamedTuple"}


class Where(NamedTuple):
    """What stands around a node: functions and classes, as ``Class.method``.

    *entry* is the first line of the function that has to be called for the node to count, 0 where
    that is decided when the module is imported, or once for all.  *names* are those that the
    node's statement binds, or whatever is around it.
    """

    function: str = ""
    entry: int = 0
    names: tuple[str, ...] = ()

    def inside(self, node: ast.AST) -> Where:
        """Return what stands around the parts of a node."""
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            is_kept = any("cache" in ast.unparse(one) for one in node.decorator_list)
            is_called = not isinstance(node, ast.ClassDef) and not is_kept
            function = f"{self.function}.{node.name}".lstrip(".")
            return Where(function, first_line(node) * is_called, (*self.names, node.name))
        if not self.entry and isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            bound = [one.id for one in targets if isinstance(one, ast.Name)]
            return self._replace(names=(*self.names, *bound))
        return self


class Edit(NamedTuple):
    """Text to put between two byte offsets of a file, and the line on which it begins."""

    start: int
    end: int
    text: str
    line: int
    where: Where


class Source:
    """A module's text, by the positions that the syntax tree gives."""

    def __init__(self, text: bytes) -> None:
        """Take the text of a module; SyntaxError if it is none."""
        self.text = text
        self.tree = ast.parse(text)
        lengths = [len(line) for line in text.splitlines(keepends=True)]
        self._starts = [sum(lengths[:number]) for number in range(len(lengths) + 1)]

    def edits(self) -> list[Edit]:
        """Return every fault that can be planted, in the order of the text."""
        return sorted(set(self._below(self.tree, Where())))

    def span(self, node: Any) -> tuple[int, int]:
        """Return the byte offsets of a node's first and last character."""
        start = self._starts[node.lineno - 1] + node.col_offset
        return start, self._starts[node.end_lineno - 1] + node.end_col_offset

    def inner(self, node: ast.AST) -> str:
        """Return the text of a node, in parentheses where it might need them."""
        start, end = self.span(node)
        text = self.text[start:end].decode()
        return text if isinstance(node, (ast.Name, ast.Constant, ast.Call)) else f"({text})"

    def between(
        self, left: ast.AST, right: ast.AST, swaps: dict[str, str]
    ) -> Iterator[tuple[int, int, str]]:
        """Yield the edits of the operator that stands between two nodes."""
        start, end = self.span(left)[1], self.span(right)[0]
        words = "|".join(
            rf"\b{re.escape(word)}\b" if word.isascii() and word[0].isalpha() else re.escape(word)
            for word in sorted(swaps, key=len, reverse=True)
        )
        found = re.search(words.encode(), self.text[start:end])
        if found:
            yield start + found.start(), start + found.end(), swaps[found.group().decode()]

    def _below(self, node: ast.AST, where: Where) -> Iterator[Edit]:
        where = where.inside(node)
        # Outside of functions a text is a name in a table: whatever reads the table misses it.
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        is_name = is_text and not where.function
        for plant in () if is_name else PLANTS.get(type(node), ()):
            for start, end, text in plant(self, node):
                yield Edit(start, end, text, self.text.count(b"\n", 0, start) + 1, where)
        for child in children(node):
            yield from self._below(child, where)


def first_line(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    """Return the line on which a function begins for Python: that of its first decorator."""
    return min((one.lineno for one in node.decorator_list), default=node.lineno)


Spans = Iterator[tuple[int, int, str]]


def children(node: ast.AST) -> Iterable[ast.AST]:
    """Yield what can hold a fault: no types, docstrings, names of fields or texts for people."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "bases", "type_comment"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not is_left_out(node, child):
                yield child


def is_left_out(parent: ast.AST, child: ast.AST) -> bool:
    """Tell whether there is nothing worth planting in a node."""
    text = isinstance(child, ast.Constant) and isinstance(child.value, (str, bytes))
    if isinstance(child, ast.JoinedStr) or (text and not may_change(parent)):
        return True
    if isinstance(child, ast.ClassDef):
        return any(ast.unparse(base).split(".")[-1] == "Protocol" for base in child.bases)
    if isinstance(child, ast.If):
        return "TYPE_CHECKING" in ast.unparse(child.test)
    if isinstance(child, (ast.Assign, ast.AnnAssign)):
        targets = child.targets if isinstance(child, ast.Assign) else [child.target]
        return any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets)
    return False


def may_change(parent: ast.AST) -> bool:
    """Tell whether a text decides something there: it is compared, returned, asked for."""
    if isinstance(parent, ast.Call):
        return called(parent) not in TELLING and not called(parent)[:1].isupper()
    return isinstance(parent, (ast.Compare, ast.Return, ast.BoolOp, ast.IfExp, ast.arguments))


def called(node: ast.AST) -> str:
    """Return the last name of what is called, or "" for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
    return name if isinstance(name, str) else getattr(name, "id", "")


def compared(source: Source, node: ast.Compare) -> Spans:
    """Turn every comparison into the one beside it, or its contrary."""
    operands = [node.left, *node.comparators]
    for left, right in pairwise(operands):
        yield from source.between(left, right, COMPARISONS)


def joined(source: Source, node: ast.BoolOp) -> Spans:
    """Turn ``and`` into ``or`` and back."""
    for left, right in pairwise(node.values):
        yield from source.between(left, right, BOOLEANS)


def negated(source: Source, node: ast.UnaryOp) -> Spans:
    """Leave a ``not`` out."""
    if isinstance(node.op, ast.Not):
        start, end = source.span(node)
        yield start, end, source.text[start + len(b"not") : end].decode().strip()


def computed(source: Source, node: ast.BinOp) -> Spans:
    """Turn an operation into its contrary, or into its left side alone."""
    if any(isinstance(side, (ast.JoinedStr, ast.List)) for side in (node.left, node.right)):
        return
    if not any(isinstance(side, (ast.Dict, ast.DictComp)) for side in (node.left, node.right)):
        yield from source.between(node.left, node.right, ARITHMETIC)
    if isinstance(node.op, KEEPS_LEFT):
        yield (*source.span(node), source.inner(node.left))


def added(source: Source, node: ast.AugAssign) -> Spans:
    """Turn ``+=`` into ``-=`` and the like."""
    yield from source.between(node.target, node.value, ARITHMETIC)


def constant(source: Source, node: ast.Constant) -> Spans:
    """Turn true into false, a number into the next one, a text into none or some."""
    span = source.span(node)
    if isinstance(node.value, bool):
        yield (*span, str(not node.value))
    elif isinstance(node.value, (int, float)):
        yield (*span, str(node.value + 1))
    elif isinstance(node.value, str):
        yield (*span, '""' if node.value else '"text"')


def indexed(source: Source, node: ast.Subscript) -> Spans:
    """Take the last for the first, and leave a bound of a slice out."""
    index = node.slice
    if isinstance(index, ast.Slice):
        for bound in filter(None, (index.lower, index.upper)):
            yield (*source.span(bound), "")
    else:
        ends = {"0": "-1", "-1": "0"}
        text = ast.unparse(index)
        yield from ((*source.span(index), ends[word]) for word in [text] if word in ends)


def swapped(source: Source, node: ast.Call) -> Spans:
    """Take the least for the most, any for all, and leave the order as it comes."""
    if isinstance(node.func, ast.Name) and node.func.id in SWAPPED_CALLS:
        if node.func.id != "sorted":
            yield (*source.span(node.func), SWAPPED_CALLS[node.func.id])
        elif len(node.args) == 1:
            yield (*source.span(node), f"list({source.inner(node.args[0])})")


def decided(source: Source, node: ast.If | ast.IfExp) -> Spans:
    """Take a branch always, and never."""
    for answer in ("True", "False"):
        yield (*source.span(node.test), answer)


def looped(source: Source, node: ast.While) -> Spans:
    """Never begin a loop."""
    yield (*source.span(node.test), "False")


def filtered(source: Source, node: ast.comprehension) -> Spans:
    """Let everything pass a condition of a comprehension."""
    for condition in node.ifs:
        yield (*source.span(condition), "True")


def removed(source: Source, node: ast.stmt) -> Spans:
    """Leave a statement out: a call, a yield, a raise, a write into a collection."""
    if isinstance(node, ast.Expr):
        wanted = isinstance(node.value, (ast.Call, ast.Yield, ast.YieldFrom, ast.Await))
        wanted = wanted and called(node.value) not in LOGGING
    elif isinstance(node, ast.Assign):
        wanted = all(isinstance(target, ast.Subscript) for target in node.targets)
    elif isinstance(node, ast.Delete):
        wanted = not all(isinstance(target, ast.Name) for target in node.targets)
    else:
        wanted = True
    if wanted:
        yield (*source.span(node), "pass")


def left(source: Source, node: ast.stmt) -> Spans:
    """Leave a loop for its next turn and back."""
    yield (*source.span(node), "continue" if isinstance(node, ast.Break) else "break")


def returned(source: Source, node: ast.Return) -> Spans:
    """Return nothing."""
    if node.value is not None and ast.unparse(node.value) != "None":
        yield (*source.span(node.value), "None")


Plant = Callable[[Source, Any], Spans]
PLANTS: dict[type[ast.AST], tuple[Plant, ...]] = {
    ast.Compare: (compared,),
    ast.BoolOp: (joined,),
    ast.UnaryOp: (negated,),
    ast.BinOp: (computed,),
    ast.AugAssign: (added,),
    ast.Constant: (constant,),
    ast.Subscript: (indexed,),
    ast.Call: (swapped,),
    ast.If: (decided,),
    ast.IfExp: (decided,),
    ast.While: (looped,),
    ast.comprehension: (filtered,),
    ast.Expr: (removed,),
    ast.Assign: (removed,),
    ast.Delete: (removed,),
    ast.Raise: (removed,),
    ast.Break: (left,),
    ast.Continue: (left,),
    ast.Return: (returned,),
}
