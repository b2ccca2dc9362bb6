"""One emulated account: its settings, its clock and its records."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from .clock import Clock
from .lifecycle import Moment, created, published
from .records import Record, Scope, changed, link, link_id
from .resource import Resource, Sample
from .resources import CLONED, PARENTS
from .resources.content import LOCALES
from .resources.space import ENVIRONMENTS, MASTER
from .settings import Settings
from .store import Collection, Store
from .virtual import Family, Virtual
from .worlds import account
from .worlds.maker import Maker


class World:
    """The account that the emulator serves."""

    def __init__(self, settings: Settings) -> None:
        """Plan an account; its records are made when they are first asked for."""
        self.settings = settings
        self.maker = Maker(settings)
        self.clock = Clock()
        self.store = Store(self._populated)
        self.user = account.user_id(self.maker, 0)
        self._ids = 0
        self._families: dict[str, Family] = {}
        self._forgotten: set[str] = set()
        self._places = set(account.places(self.maker))

    def new_id(self) -> str:
        """Return an id that no record has yet."""
        self._ids += 1
        return self.maker.identifier("new", self._ids)

    def forget(self, address: str) -> None:
        """Drop all that is below a record, never to be generated again."""
        self.store.drop(address)
        self._places.discard(address)
        self._forgotten.add(address)

    def environment_behind(self, space: str, name: str) -> str:
        """Return the environment that a name in a path leads to, through an alias if it is one."""
        environments = self.store.collection(ENVIRONMENTS, {"space": space})
        if environments.get(name) is None:
            for environment in environments.records():
                if name in map(link_id, environment["sys"].get("aliases", ())):
                    return str(environment["sys"]["id"])
        return name

    def furnish(self, space: str, code: str) -> None:
        """Give a new space its master environment with one locale."""
        moment = Moment(self.clock.now_ms(), self.user)
        scope = {"space": space, "environment": MASTER}
        body = {"name": MASTER, "sys": {**account.READY, "aliases": []}}
        environment = created(ENVIRONMENTS, scope, MASTER, body, moment)
        self.store.collection(ENVIRONMENTS, scope).put(MASTER, environment)
        identifier = self.new_id()
        locale = created(LOCALES, scope, identifier, account.locale(code, code), moment)
        self.store.collection(LOCALES, scope).put(identifier, locale)

    def clone(self, space: str, source: str, target: str) -> None:
        """Give an environment all that another one has; ids and creation times stay."""
        old = {"space": space, "environment": source}
        new = {"space": space, "environment": target}
        moved = partial(_moved, place=f"spaces/{space}/environments/", target=target)
        for resource in CLONED:
            original = self.store.collection(resource, old)
            base = self.virtual(resource, new) if original.base else None
            self.store.keep(resource, new, original.copy(moved, base))

    def virtual(self, resource: Resource, scope: Scope) -> Virtual:
        """Return the virtual records of a space as one of its environments shows them."""
        assert resource.family is not None  # noqa: S101 - asked only for such resources
        key = f"{resource.type} {scope['space']}"
        if key not in self._families:
            self._families[key] = resource.family(self.maker, scope)
        constants = (("space", scope["space"]), ("environment", scope["environment"]))
        return Virtual(self._families[key], constants)

    def sampled(self, resource: Resource, scope: Scope, sample: Sample) -> Record:
        """Return a generated record with all of its ``sys``."""
        first, last = self.maker.times(resource.type, sample.identifier)
        body = {**sample.body, "sys": sample.sys}
        record = created(resource, scope, sample.identifier, body, Moment(first, self.user))
        if sample.published:
            return published(resource, record, Moment(last, self.user))
        if "updatedAt" in sample.sys or not resource.dated:
            return record
        return changed(record, updatedAt=Moment(last, self.user).stamp(resource))

    def _populated(self, resource: Resource, scope: Scope) -> Collection:
        if not self._is_generated(resource, scope):
            return Collection()
        if resource.family is not None:
            return Collection(self.virtual(resource, scope))
        collection = Collection()
        for sample in self._samples(resource, scope):
            collection.kept[sample.identifier] = self.sampled(resource, scope, sample)
        collection.generated = dict(collection.kept)
        return collection

    def _samples(self, resource: Resource, scope: Scope) -> Iterable[Sample]:
        if resource.nested is not None:
            name = resource.scope_names[-1]
            parent, key = PARENTS[name], scope[name]
            original = self.store.collection(parent, scope).original(key)
            gone = f"{parent.address(scope)}/{key}" in self._forgotten
            return () if original is None or gone else resource.nested(self.maker, scope, original)
        return resource.samples(self.maker, scope) if resource.samples else ()

    def _is_generated(self, resource: Resource, scope: Scope) -> bool:
        """Say whether a collection is part of the generated account, not of what was added."""
        return self.is_generated(resource.address(scope))

    def is_generated(self, address: str) -> bool:
        """Say whether what is at an address belongs to the generated account."""
        steps = address.split("/")
        outer = ("/".join(steps[:2]), "/".join(steps[:4]))
        depth = 1 + (steps[2:3] == ["environments"] and len(steps) > len(("s", "id", "e")))
        return len(steps) == 1 or all(place in self._places for place in outer[:depth])


def _moved(record: Record, place: str, target: str) -> Record:
    """Return a record as another environment has it."""
    old = str(link_id(record["sys"].get("environment")))
    urn = record["sys"].get("urn")
    new = urn and urn.replace(f"{place}{old}/", f"{place}{target}/")
    return changed(record, environment=link("Environment", target), urn=new)
