"""A set of tests, run over mutants on several copies of the project at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from mutants.chosen import Calls
from mutants.results import Results
from mutants.sample import Mutant
from mutants.trial import NO_LIMITS, Limits, Tree, Trial

UNMUTATED = "the unmutated code"
NOT_ABOUT_IT = {"emulator", "project"}
"""Folders whose tests do not run the connector."""

AS_LONG = 5
"""So many times as long as without a fault may tests take."""

UNNOTICED = Trial("survived", "", 0, "")


class Stage(NamedTuple):
    """Tests by their files, as far as an expression of markers selects them."""

    name: str
    files: list[str]
    marked: str

    @property
    def is_recorded(self) -> bool:
        """Whether its tests run in the process of pytest, where their calls can be noted."""
        return self.name == "fast"


def stages(tree: Tree, fast: str, whole: str) -> tuple[Stage, Stage]:
    """Return the fast tests and the slow ones, which are all others.

    Fast is what stands in a folder of ``tests/`` and has the markers of ``fast``; a test directly
    in ``tests/`` is slow, and one without the markers of ``whole`` is in neither.
    """
    tests = {file: number for file, number in tree.test_files(whole).items() if is_about(file)}
    foldered = [file for file in tests if len(Path(file).parts) > len(("tests", file))]
    quick = {file: number for file, number in tree.test_files(fast).items() if file in foldered}
    slow = [file for file, number in tests.items() if number > quick.get(file, 0)]
    return Stage("fast", list(quick), fast), Stage("slow", slow, whole)


def is_about(file: str) -> bool:
    """Tell whether the tests of a file run the connector."""
    return not NOT_ABOUT_IT & set(Path(file).parts)


class Effort(NamedTuple):
    """What a mutant may cost.

    ``patience`` is in seconds of the processor: so much longer than usual may tests take.
    ``most`` is how many seconds of fast tests it meets at most, by what they take without a fault.
    """

    patience: float
    most: float = math.inf


class Measured:
    """What is known of a run of the unmutated code, all of whose tests passed."""

    def __init__(self, stage: Stage, folder: str, tree: Tree, results: Results) -> None:
        """Run it, unless that is known of this code."""
        self._stage, self._results = stage, results
        recorded = results.path.with_name(f"calls-{stage.name}.json")
        options = [f"--record-calls-of={folder}", f"--record-calls-in={recorded.resolve()}"]
        options = ["-p", "mutants.recorder", *options] if stage.is_recorded else []
        known = results.get(stage.name, UNMUTATED)
        if known is None or results.is_old(stage.name, UNMUTATED):
            trial = tree.run(stage.files, stage.marked, NO_LIMITS, *options)
            if trial.outcome != "survived":
                raise RuntimeError(
                    f"The {stage.name} tests fail without any fault.\n{trial.output}"
                )
            results.add(stage.name, UNMUTATED, outcome="survived", seconds=trial.seconds)
        self._seconds = (results.get(stage.name, UNMUTATED) or {})["seconds"]
        self._calls = Calls.read(recorded, tree.root, folder) if stage.is_recorded else None

    def rounds(self, mutant: Mutant, asked: Effort) -> Iterator[tuple[list[str], Limits]]:
        """Yield the tests that a mutant has to meet, and for how long they may take."""
        if self._calls is None:
            yield self._stage.files, Limits(asked.patience + AS_LONG * self._seconds)
            return
        tests = self._calls.in_order(mutant, self._results.noticed(mutant.module))
        for part in self._calls.rounds(tests, asked.most):
            seconds = sum(self._calls.seconds[one] for one in part)
            yield part, Limits(asked.patience + AS_LONG * seconds)


def tried(
    stage: Stage, mutants: list[Mutant], trees: list[Tree], results: Results, asked: Effort
) -> Iterator[tuple[Mutant, Trial]]:
    """Yield every mutant that has no result yet with what came of it, and keep that.

    That one survived some of the tests is not kept.
    """
    mutants = [mutant for mutant in mutants if results.get(stage.name, mutant.key) is None]
    if not mutants or not stage.files:
        return
    folder = mutants[0].module.partition("/")[0]
    measured = Measured(stage, folder, trees[0], results)
    free: SimpleQueue[Tree] = SimpleQueue()
    for tree in trees:
        free.put(tree)

    def trial(mutant: Mutant) -> Trial:
        tree, seconds, came = free.get(), 0.0, UNNOTICED
        try:
            with tree.with_fault(mutant.module, mutant.text):
                for tests, limits in measured.rounds(mutant, asked):
                    came = tree.run(tests, stage.marked, limits)
                    seconds += came.seconds
                    if came.outcome != "survived":
                        break
        finally:
            free.put(tree)
        return came._replace(seconds=seconds)

    pool = ThreadPoolExecutor(len(trees))
    try:
        pending = {pool.submit(trial, mutant): mutant for mutant in mutants}
        for done in as_completed(pending):
            mutant, came = pending[done], done.result()
            kept = {"outcome": came.outcome, "by": came.by, "seconds": round(came.seconds, 1)}
            if came.outcome != "survived" or asked.most == math.inf:
                results.add(stage.name, mutant.key, **kept)
            yield mutant, came
    finally:
        pool.shutdown(cancel_futures=True)
