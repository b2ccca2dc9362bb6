"""The promise, as a state machine that attacks it.

After any history of edits, any failure and any crash, one more successful sync makes the warehouse
equal to the account; nothing is lost, nothing deleted lingers, nothing unchanged is written twice.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

import contentful_cma.extract.scan
import contentful_cma.sync.plan
import contentful_cma.sync.run
from support.account import Account
from support.model.edits import ACTIONS, ENVIRONMENTS, KEYS, SPACES, Edit
from support.model.history import TABLES, Disturbance, Fault, History

HISTORIES = int(os.environ.get("HISTORIES", "120"))
"""How many are played for `make test`; `.ci/run` asks for more."""

HISTORIES_OF_A_PART = 1000

CONTENT = tuple(name for name in ACTIONS if name.endswith((" entry", " asset")))
PATHS = (
    *("/spaces", "/organizations", "/spaces/*/environments", "*/locales", "*/content_types"),
    *("*/entries", "*/assets", "*/tags", "*/roles", "/spaces/s1/*", "*"),
)


def edits_of(*actions: str) -> st.SearchStrategy[Edit]:
    """Return edits of these actions, anywhere."""
    place = st.sampled_from(SPACES), st.sampled_from(ENVIRONMENTS)
    return st.builds(
        Edit, st.sampled_from(actions), *place, st.sampled_from(KEYS), st.integers(0, 3)
    )


def faults(
    statuses: tuple[int, ...], times: tuple[int, ...], kinds: tuple[str, ...] = ("answer",)
) -> st.SearchStrategy[Fault]:
    """Return faults of these kinds, anywhere; -1 times is for ever."""
    status, often = st.sampled_from(statuses), st.sampled_from(times)
    return st.builds(
        Fault,
        st.sampled_from(PATHS),
        status,
        often,
        after=st.integers(0, 5),
        kind=st.sampled_from(kinds),
    )


EDIT = st.one_of(edits_of("put entry"), edits_of(*CONTENT), edits_of(*ACTIONS))
FAULT = st.one_of(
    faults((500, 503, 403, 401), (-1, 1)),
    faults((500,), (-1, 1), ("cut", "malformed", "reset")),
    faults((429,), (1,)),
)
PLANNED = st.lists(st.tuples(st.integers(1, 25), EDIT), max_size=4).map(tuple)
# A step of 100 seconds makes a checkpoint after every batch.
STEP = st.sampled_from((0.0, 10.0, 100.0))
# Content is what most can go wrong with; few tables make fast histories.
SELECTIONS = st.one_of(
    st.just(("CONTENT_TYPES", "ENTRIES")),
    st.just(("ENTRIES", "ENTRY_SNAPSHOTS")),
    st.just(("SPACES", "LOCALES", "ENTRIES", "ASSETS")),
    st.lists(st.sampled_from(TABLES), min_size=1, max_size=4, unique=True).map(tuple),
    st.just(TABLES),
)
SECONDS = st.sampled_from((0.001, 0.4, 1, 30, 61, 3600))


class Promise(RuleBasedStateMachine):
    """Edits, syncs and disturbances in any order."""

    account: ClassVar[Account]

    def __init__(self) -> None:
        """Begin with a small account and an empty warehouse."""
        super().__init__()
        # Each checkpoint collects garbage, which must not look through Hypothesis each time.
        gc.freeze()
        self.history = History(self.account)

    @initialize(tables=SELECTIONS)
    def begin(self, tables: tuple[str, ...]) -> None:
        """Select some tables to begin with."""
        self.history.tables = tables

    @rule(edits=st.lists(EDIT, min_size=1, max_size=5))
    def edit(self, edits: list[Edit]) -> None:
        """Edit the account several times in one instant."""
        for one in edits:
            self.history.editor.apply(one)

    @rule(seconds=SECONDS)
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.history.editor.wait(seconds)

    @rule(disturbance=st.builds(Disturbance, step=STEP))
    def sync(self, disturbance: Disturbance) -> None:
        """Sync in peace."""
        self.history.sync(disturbance)

    @rule(disturbance=st.builds(Disturbance, edits=PLANNED, step=STEP))
    def sync_while_edited(self, disturbance: Disturbance) -> None:
        """Sync while the account is edited between requests."""
        self.history.sync(disturbance)

    @rule(disturbance=st.builds(Disturbance, operations=st.integers(0, 40), step=STEP))
    def sync_and_crash(self, disturbance: Disturbance) -> None:
        """Sync until an operation fails."""
        self.history.sync(disturbance)

    @rule(
        disturbance=st.builds(
            Disturbance, st.lists(FAULT, min_size=1, max_size=2).map(tuple), PLANNED, step=STEP
        )
    )
    def sync_with_faults(self, disturbance: Disturbance) -> None:
        """Sync while requests fail."""
        self.history.sync(disturbance)

    @rule(tables=SELECTIONS)
    def choose_tables(self, tables: tuple[str, ...]) -> None:
        """Change which tables are selected."""
        self.history.tables = tables

    @rule(
        environment_id=st.sampled_from(("*", "master", "master,dev", "live", "master,live")),
        space_ids=st.sampled_from(("", "s1")),
        max_records_per_page=st.sampled_from(("1", "2", "3", "1000")),
        enable_incremental_sync=st.sampled_from(("true", "true", "false")),
    )
    def configure(self, **chosen: str) -> None:
        """Change the other settings."""
        self.history.settings = chosen

    def teardown(self) -> None:
        """End in peace."""
        self.history.finish()


@pytest.fixture(params=(60, 8))
def small_scale(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make small accounts take the ways of large ones, in the same order each time.

    Sketches have the least number of cells, or so few that differences cannot always be told.
    """
    monkeypatch.setattr(contentful_cma.sync.run, "AT_ONCE", 1)
    monkeypatch.setattr(contentful_cma.extract.scan, "PAGES_OF_A_PART", 1)
    monkeypatch.setattr(contentful_cma.sync.plan, "FEWEST_CELLS", request.param)
    monkeypatch.setattr(contentful_cma.sync.plan, "MOST_CELLS", request.param)
    yield
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def attack(account: Account, histories: int, part: int = 0) -> None:
    """Play the histories of the part with this number, the same ones each time."""
    Promise.account = account
    profile = settings(
        max_examples=histories,
        stateful_step_count=8,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(part)(Promise), settings=profile)


@pytest.mark.usefixtures("small_scale")
def test_the_promise(account: Account) -> None:
    """After any history one more successful sync makes the warehouse equal to the account."""
    attack(account, HISTORIES // 2)


# Hypothesis remembers all histories of a run; many short runs keep that small.
@pytest.mark.deep
@pytest.mark.usefixtures("small_scale")
def test_the_promise_in_many_histories(
    account: Account, part: int, record_property: Callable[[str, object], None]
) -> None:
    """After any of 20,000 histories one more sync makes the warehouse equal to the account."""
    attack(account, HISTORIES_OF_A_PART // 2, part)
    record_property("histories", HISTORIES_OF_A_PART // 2)
