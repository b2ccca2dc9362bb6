"""One emulated account: its settings, its clock and its records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from .. import paths
from ..records import Record, Scope, changed, link, link_id
from ..settings import Settings
from .catalog import Catalog, Sample
from .clock import Clock
from .lifecycle import Moment, created, lived, published
from .maker import Maker
from .resource import Resource
from .store import Collection, Store
from .virtual import Family, Virtual


class Account:
    """The account that the emulator serves."""

    def __init__(self, settings: Settings, catalog: Catalog) -> None:
        """Plan an account; its records are made at their first request."""
        self.settings = settings
        self.maker = Maker(settings)
        self.clock = Clock()
        self.user = self.maker.user_id(0)
        self._catalog = catalog
        self._store = Store(self._populated)
        self._ids = 0
        self._families: dict[str, Family] = {}
        self._forgotten: set[str] = set()
        self._places = set(catalog.places(self.maker))

    def resource(self, path: str) -> Resource:
        """Return the resource with a path."""
        return self._catalog.resources[path]

    def collection(self, path: str, scope: Scope) -> Collection:
        """Return the records at a path in a scope."""
        return self._store.collection(path, scope)

    def moment(self) -> Moment:
        """Return the current time and the token's user."""
        skew = round(self.settings.clock_skew_seconds * 1000)
        return Moment(self.clock.now_ms(), self.user, skew)

    def unseen(self, collection: Collection) -> frozenset[str]:
        """Return the keys of records that are too new to be listed (`Settings.lag_seconds`)."""
        lag = round(self.settings.lag_seconds * 1000)
        return collection.made_after(self.clock.now_ms() - lag) if lag else frozenset()

    def new_id(self) -> str:
        """Return an id that no record has."""
        self._ids += 1
        return self.maker.identifier("new", self._ids)

    def add(self, path: str, scope: Scope, identifier: str, body: Record) -> Record:
        """Store a new record and return it."""
        record = created(self.resource(path), scope, identifier, body, self.moment())
        self.collection(path, scope).put(identifier, record)
        return record

    def forget(self, address: str) -> None:
        """Drop all records below a record; they are not generated again."""
        self._store.drop(address)
        self._places.discard(address)
        self._forgotten.add(address)

    def environment_behind(self, space: str, name: str) -> str:
        """Return the environment that a name or an alias in a path refers to."""
        scope = {"space": space}
        if self.collection(paths.ENVIRONMENTS, scope).get(name) is not None:
            return name
        alias = self.collection(paths.ENVIRONMENT_ALIASES, scope).get(name)
        return name if alias is None else str(link_id(alias["environment"]))

    def clone(self, space: str, source: str, target: str) -> None:
        """Copy all records of an environment to another; ids and creation times stay."""
        old = {"space": space, "environment": source}
        new = {"space": space, "environment": target}
        moved = partial(_moved, place=f"spaces/{space}/environments/", target=target)
        for path, resource in self._catalog.resources.items():
            if resource.cloned:
                original = self.collection(path, old)
                base = original.base and replace(original.base, constants=_constants(new))
                self._store.keep(path, new, original.copy(moved, base))

    def sampled(self, resource: Resource, scope: Scope, sample: Sample) -> Record:
        """Return a generated record with all of its ``sys``."""
        body = {**sample.body, "sys": sample.sys}
        if sample.life:
            (_, birth), *rest = sample.life
            return lived(resource, created(resource, scope, sample.identifier, body, birth), rest)
        first, last = self.maker.times(resource.type, sample.identifier)
        record = created(resource, scope, sample.identifier, body, Moment(first, self.user))
        if sample.published:
            return published(resource, record, Moment(last, self.user))
        if "updatedAt" in sample.sys or not resource.dated:
            return record
        return changed(record, updatedAt=Moment(last, self.user).stamp(resource))

    def is_generated(self, address: str) -> bool:
        """Return whether an address is inside a generated organization, space or environment."""
        steps = address.split("/")
        outer = ("/".join(steps[:2]), "/".join(steps[:4]))
        depth = 1 + (steps[2:3] == ["environments"] and len(steps) > len(("s", "id", "e")))
        return len(steps) == 1 or all(place in self._places for place in outer[:depth])

    def _virtual(self, path: str, scope: Scope) -> Virtual:
        """Return the virtual records of a space as one of its environments has them."""
        family = self._catalog.origins[path].family
        assert family is not None  # noqa: S101 - the caller has checked it
        key = f"{path} {scope['space']}"
        if key not in self._families:
            self._families[key] = family(self.maker, scope)
        return Virtual(self._families[key], _constants(scope))

    def _populated(self, path: str, scope: Scope) -> Collection:
        if not self.is_generated(path.format(**scope)):
            return Collection(self.clock)
        if self._catalog.origins[path].family is not None:
            return Collection(self.clock, self._virtual(path, scope))
        collection, resource = Collection(self.clock), self.resource(path)
        for sample in self._samples(resource, scope):
            collection.kept[sample.identifier] = self.sampled(resource, scope, sample)
        collection.generated = dict(collection.kept)
        return collection

    def _samples(self, resource: Resource, scope: Scope) -> Iterable[Sample]:
        origin = self._catalog.origins[resource.path]
        if origin.nested is not None:
            name = resource.scope_names[-1]
            parent, key = paths.PARENTS[name], scope[name]
            original = self.collection(parent, scope).original(key)
            deleted = f"{parent.format(**scope)}/{key}" in self._forgotten
            if original is None or deleted:
                return ()
            return origin.nested(self.maker, scope, original)
        return origin.samples(self.maker, scope) if origin.samples else ()


def _constants(scope: Scope) -> tuple[tuple[str, str], ...]:
    """Return the values that all virtual records of an environment share."""
    return tuple((name, scope[name]) for name in ("space", "environment"))


def _moved(record: Record, place: str, target: str) -> Record:
    """Return a record as another environment has it."""
    old = str(link_id(record["sys"].get("environment")))
    urn = record["sys"].get("urn")
    new = urn and urn.replace(f"{place}{old}/", f"{place}{target}/")
    return changed(record, environment=link("Environment", target), urn=new)
