"""One emulated account: its settings, its clock and its records."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from .. import paths
from ..records import Record, Scope, changed, link, link_id
from ..settings import Settings
from .catalogue import Catalogue, Sample
from .clock import Clock
from .lifecycle import Moment, created, lived, published
from .maker import Maker
from .resource import Resource
from .store import Collection, Store
from .virtual import Family, Virtual


class Account:
    """The account that the emulator serves."""

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        """Plan an account; its records are made when they are first asked for."""
        self.settings = settings
        self.maker = Maker(settings)
        self.clock = Clock()
        self.user = self.maker.user_id(0)
        self._catalogue = catalogue
        self._store = Store(self._populated)
        self._ids = 0
        self._families: dict[str, Family] = {}
        self._forgotten: set[str] = set()
        self._places = set(catalogue.places(self.maker))

    def resource(self, path: str) -> Resource:
        """Return the resource with a path."""
        return self._catalogue.resources[path]

    def collection(self, path: str, scope: Scope) -> Collection:
        """Return the records at a path in a scope."""
        return self._store.collection(path, scope)

    def moment(self) -> Moment:
        """Return now, and the user whose token it is."""
        skew = round(self.settings.clock_skew_seconds * 1000)
        return Moment(self.clock.now_ms(), self.user, skew)

    def unseen(self, collection: Collection) -> frozenset[str]:
        """Return the keys of records that are too young for the listing of their collection."""
        lag = round(self.settings.lag_seconds * 1000)
        return collection.made_after(self.clock.now_ms() - lag) if lag else frozenset()

    def new_id(self) -> str:
        """Return an id that no record has yet."""
        self._ids += 1
        return self.maker.identifier("new", self._ids)

    def add(self, path: str, scope: Scope, identifier: str, body: Record) -> Record:
        """Keep a new record under its id, and return it."""
        record = created(self.resource(path), scope, identifier, body, self.moment())
        self.collection(path, scope).put(identifier, record)
        return record

    def forget(self, address: str) -> None:
        """Drop all that is below a record, never to be generated again."""
        self._store.drop(address)
        self._places.discard(address)
        self._forgotten.add(address)

    def environment_behind(self, space: str, name: str) -> str:
        """Return the environment that a name in a path leads to, through an alias if it is one."""
        environments = self.collection(paths.ENVIRONMENTS, {"space": space})
        if environments.get(name) is None:
            for environment in environments.records():
                if name in map(link_id, environment["sys"].get("aliases", ())):
                    return str(environment["sys"]["id"])
        return name

    def clone(self, space: str, source: str, target: str) -> None:
        """Give an environment all that another one has; ids and creation times stay."""
        old = {"space": space, "environment": source}
        new = {"space": space, "environment": target}
        moved = partial(_moved, place=f"spaces/{space}/environments/", target=target)
        for path, resource in self._catalogue.resources.items():
            if resource.cloned:
                original = self.collection(path, old)
                base = self._virtual(path, new) if original.base else None
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
        """Say whether what is at an address belongs to the generated account."""
        steps = address.split("/")
        outer = ("/".join(steps[:2]), "/".join(steps[:4]))
        depth = 1 + (steps[2:3] == ["environments"] and len(steps) > len(("s", "id", "e")))
        return len(steps) == 1 or all(place in self._places for place in outer[:depth])

    def _virtual(self, path: str, scope: Scope) -> Virtual:
        """Return the virtual records of a space as one of its environments shows them."""
        family = self._catalogue.origins[path].family
        assert family is not None  # noqa: S101 - asked only for such resources
        key = f"{path} {scope['space']}"
        if key not in self._families:
            self._families[key] = family(self.maker, scope)
        constants = (("space", scope["space"]), ("environment", scope["environment"]))
        return Virtual(self._families[key], constants)

    def _populated(self, path: str, scope: Scope) -> Collection:
        if not self.is_generated(path.format(**scope)):
            return Collection(self.clock)
        if self._catalogue.origins[path].family is not None:
            return Collection(self.clock, self._virtual(path, scope))
        collection, resource = Collection(self.clock), self.resource(path)
        for sample in self._samples(resource, scope):
            collection.kept[sample.identifier] = self.sampled(resource, scope, sample)
        collection.generated = dict(collection.kept)
        return collection

    def _samples(self, resource: Resource, scope: Scope) -> Iterable[Sample]:
        origin = self._catalogue.origins[resource.path]
        if origin.nested is not None:
            name = resource.scope_names[-1]
            parent, key = paths.PARENTS[name], scope[name]
            original = self.collection(parent, scope).original(key)
            gone = f"{parent.format(**scope)}/{key}" in self._forgotten
            return () if original is None or gone else origin.nested(self.maker, scope, original)
        return origin.samples(self.maker, scope) if origin.samples else ()


def _moved(record: Record, place: str, target: str) -> Record:
    """Return a record as another environment has it."""
    old = str(link_id(record["sys"].get("environment")))
    urn = record["sys"].get("urn")
    new = urn and urn.replace(f"{place}{old}/", f"{place}{target}/")
    return changed(record, environment=link("Environment", target), urn=new)
