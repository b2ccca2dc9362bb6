"""Routing from a path to an endpoint, its scope and a record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ..paths import ENVIRONMENT, SPACE
from .endpoint import Endpoint, Special

ACTIONS = ("published", "archived")


@dataclass(frozen=True)
class Route:
    """The target of a path: a collection, a record or an action (``kind``) of an endpoint."""

    endpoint: Endpoint
    names: tuple[str, ...]
    kind: str
    special: Special | None = None
    is_older: bool = False


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
    """All routes as a tree of path segments; literal segments have priority over placeholders."""

    def __init__(self, endpoints: Iterable[Endpoint], specials: Iterable[Special]) -> None:
        """Add the routes of all endpoints, with and without the environment segment."""
        self._root = _Node()
        for special in specials:
            self._add(special.path, Route(special.endpoint, (), "special", special))
        for endpoint in endpoints:
            path = endpoint.resource.path
            self._add_all(path, endpoint)
            if endpoint.older is not None:
                older = f"{path.rpartition('/')[0]}/{endpoint.older}"
                self._add_all(older, endpoint, is_older=True)

    def match(self, path: str) -> Match | None:
        """Return the route of a path and its values, or None for an unknown route."""
        return _find(self._root, path.strip("/").split("/"), 0, [])

    def _add_all(self, path: str, endpoint: Endpoint, *, is_older: bool = False) -> None:
        """Add the routes of a collection and of its records."""
        kinds = {path: "collection"}
        if endpoint.resource.addressable:
            kinds[path + "/{id}"] = "record"
            kinds |= {f"{path}/{{id}}/{action}": action for action in ACTIONS}
            if path.startswith(ENVIRONMENT + "/"):
                public = f"{ENVIRONMENT}/public/{path.removeprefix(ENVIRONMENT + '/')}"
                kinds |= {public: "public", public + "/{id}": "public record"}
        for one, kind in kinds.items():
            self._add(one, Route(endpoint, (), kind, is_older=is_older))

    def _add(self, path: str, route: Route) -> None:
        self._add_one(path, route)
        if path.startswith(ENVIRONMENT + "/"):
            # Without the environment segment the path addresses master.
            self._add_one(SPACE + path.removeprefix(ENVIRONMENT), route)

    def _add_one(self, path: str, route: Route) -> None:
        node, names = self._root, []
        for segment in path.split("/"):
            if segment.startswith("{"):
                names.append(segment[1:-1])
            key = "{}" if segment.startswith("{") else segment
            node = node.routes.setdefault(key, _Node())
        node.route = node.route or replace(route, names=tuple(names))


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
