"""From a path to a resource, its scope and a record in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..paths import ENVIRONMENT, SPACE
from .endpoint import Endpoint, Special

ACTIONS = ("published", "archived")


@dataclass(frozen=True)
class Route:
    """What a path leads to: a collection, a record of it, or what can be done with that."""

    endpoint: Endpoint
    names: tuple[str, ...]
    kind: str
    special: Special | None = None


@dataclass(frozen=True)
class Match:
    """A route with the values of its placeholders."""

    route: Route
    scope: dict[str, str]

    @property
    def identifier(self) -> str | None:
        """The id of the record that the path names."""
        return self.scope.get("id")


@dataclass
class _Node:
    routes: dict[str, _Node] = field(default_factory=dict)
    route: Route | None = None


class Router:
    """All routes as a tree of path segments; what is written out goes before placeholders."""

    def __init__(self, endpoints: Iterable[Endpoint], specials: Iterable[Special]) -> None:
        """Lay out the routes of endpoints, with and without the environment segment."""
        self._root = _Node()
        for special in specials:
            self._add(special.path, special.endpoint, "special", special)
        for endpoint in endpoints:
            path = endpoint.resource.path
            self._add(path, endpoint, "collection")
            if not endpoint.resource.addressable:
                continue
            self._add(path + "/{id}", endpoint, "record")
            for action in ACTIONS:
                self._add(f"{path}/{{id}}/{action}", endpoint, action)
            if path.startswith(ENVIRONMENT + "/"):
                rest = path.removeprefix(ENVIRONMENT + "/")
                self._add(f"{ENVIRONMENT}/public/{rest}", endpoint, "public")

    def match(self, path: str) -> Match | None:
        """Return where a path leads, None for an unknown route."""
        return _find(self._root, path.strip("/").split("/"), 0, [])

    def _add(
        self, path: str, endpoint: Endpoint, kind: str, special: Special | None = None
    ) -> None:
        self._add_one(path, Route(endpoint, (), kind, special))
        if path.startswith(ENVIRONMENT + "/"):
            # Without the environment segment the path addresses master.
            shorter = SPACE + path.removeprefix(ENVIRONMENT)
            self._add_one(shorter, Route(endpoint, (), kind, special))

    def _add_one(self, path: str, route: Route) -> None:
        node, names = self._root, []
        for segment in path.split("/"):
            if segment.startswith("{"):
                names.append(segment[1:-1])
            key = "{}" if segment.startswith("{") else segment
            node = node.routes.setdefault(key, _Node())
        node.route = node.route or Route(route.endpoint, tuple(names), route.kind, route.special)


def _find(node: _Node, segments: list[str], start: int, values: list[str]) -> Match | None:
    if start == len(segments):
        if node.route is None:
            return None
        return Match(node.route, dict(zip(node.route.names, values, strict=True)))
    literal = node.routes.get(segments[start])
    match = _find(literal, segments, start + 1, values) if literal else None
    wild = node.routes.get("{}")
    if match is None and wild is not None:
        match = _find(wild, segments, start + 1, [*values, segments[start]])
    return match
