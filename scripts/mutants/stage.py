"""A set of tests, run over mutants on several copies of the project at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

from mutants.results import Results
from mutants.sample import Mutant
from mutants.trial import NO_LIMITS, Limits, Tree, Trial

UNMUTATED = "the unmutated code"
NOT_ABOUT_IT = {"emulator", "project"}
"""Folders whose tests do not run the connector."""


class Stage(NamedTuple):
    """Tests by their files, as far as an expression of markers selects them."""

    name: str
    files: list[str]
    marked: str


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


def in_order(files: Iterable[str], mutant: Mutant, seconds: dict[str, float]) -> list[str]:
    """Return the files that are named after the module, those of its room, the quickest first."""

    def place(file: str) -> tuple[bool, bool, float]:
        named = Path(file).stem.startswith(f"test_{Path(mutant.module).stem}")
        return not named, mutant.room not in Path(file).parts, seconds.get(file, 0)

    return sorted(files, key=place)


def measured(stage: Stage, tree: Tree, results: Results) -> dict[str, Any]:
    """Return what is known of a run of the unmutated code, all of whose tests passed."""
    known = results.get(stage.name, UNMUTATED)
    if known is None or results.is_old(stage.name, UNMUTATED):
        trial = tree.run(stage.files, stage.marked, NO_LIMITS)
        if trial.outcome != "survived":
            raise RuntimeError(f"The {stage.name} tests fail without any fault.\n{trial.output}")
        of_files = {"slowest": trial.slowest(), "files": trial.seconds_of()}
        results.add(stage.name, UNMUTATED, outcome="survived", seconds=trial.seconds, **of_files)
        known = results.get(stage.name, UNMUTATED) or {}
    return known


def tried(
    stage: Stage, mutants: list[Mutant], trees: list[Tree], results: Results, patience: float
) -> Iterator[tuple[Mutant, Trial]]:
    """Yield every mutant that has no result yet with what came of it, and keep that.

    ``patience`` is in seconds: so much longer than usual may a test take.
    """
    mutants = [mutant for mutant in mutants if results.get(stage.name, mutant.key) is None]
    if not mutants or not stage.files:
        return
    usual = measured(stage, trees[0], results)
    limits = Limits(patience + 5 * usual["slowest"], 3 * (patience + usual["seconds"]))
    free: SimpleQueue[Tree] = SimpleQueue()
    for tree in trees:
        free.put(tree)

    def trial(mutant: Mutant) -> Trial:
        tree = free.get()
        try:
            with tree.with_fault(mutant.module, mutant.text):
                files = in_order(stage.files, mutant, usual["files"])
                return tree.run(files, stage.marked, limits)
        finally:
            free.put(tree)

    pool = ThreadPoolExecutor(len(trees))
    try:
        pending = {pool.submit(trial, mutant): mutant for mutant in mutants}
        for done in as_completed(pending):
            mutant, came = pending[done], done.result()
            kept = {"outcome": came.outcome, "by": came.by, "seconds": round(came.seconds, 1)}
            results.add(stage.name, mutant.key, **kept)
            yield mutant, came
    finally:
        pool.shutdown(cancel_futures=True)
