"""Plant small faults in the connector, one at a time, and see whether the tests notice.

``PYTHONPATH=scripts python -m mutants --seed 1 --count 300``
"""

from __future__ import annotations

import argparse
import math
import os
import random
import signal
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from mutants.results import Results
from mutants.sample import Mutant, judged, mutants, sample
from mutants.stage import Effort, stages, tried
from mutants.trial import Tree

ROOT = Path(__file__).resolve().parent.parent.parent
WHOLE = "not deep"


def main() -> int:
    """Try a sample of mutants and print the score; the exit status is 0 whatever it is."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped; the next run goes on from here."))
    asked = arguments()
    found = mutants(asked.root, asked.folder)
    wanted = [mutant for mutant in found if asked.only in mutant.module]
    taken = sample(wanted, asked.count, asked.seed)
    reasons = judged(asked.root / asked.equivalent)
    print(f"Seed {asked.seed}: {len(taken)} of {len(wanted)} mutants, {asked.jobs} at a time.")
    for key in sorted(set(reasons) - {mutant.key for mutant in found}):
        print(f"Judged equivalent, but no longer there: {key}")
    score = Score([mutant for mutant in taken if mutant.key in reasons])
    rest = [mutant for mutant in taken if mutant.key not in reasons]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mutants-")))
        trees = [
            stack.enter_context(closing(Tree(asked.root, folder / str(number))))
            for number in range(asked.jobs)
        ]
        results = Results(asked.root / asked.results, trees[0].digest(), fresh=asked.fresh)
        for stage in stages(trees[0], asked.fast, WHOLE)[: 1 if asked.fast_only else 2]:
            news = tried(stage, rest, trees, results, Effort(asked.patience, asked.most))
            for number, (mutant, trial) in enumerate(news, 1):
                done = f"{stage.name} {number}: {trial.outcome} in {trial.seconds:.1f} s"
                print(f"{done}, {mutant.module}:{mutant.line} {trial.by}".rstrip(), flush=True)
            rest = score.noted(stage.name, rest, results)
    print("\n".join(score.lines(rest)))
    return 0


def arguments() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(1, 10_000))  # noqa: S311 - no secret
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--only", default="", help="a part of the modules' paths")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--patience", type=float, default=10, help="seconds of the processor before a hang"
    )
    parser.add_argument(
        "--most", type=float, default=math.inf, help="seconds of fast tests that a fault meets"
    )
    parser.add_argument("--fresh", action="store_true", help="forget all earlier results")
    parser.add_argument("--fast-only", action="store_true", help="leave the slow tests out")
    parser.add_argument("--fast", default=WHOLE, help="markers of the fast tests")
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("--folder", default="connector")
    parser.add_argument("--equivalent", default="scripts/mutants/equivalent.json")
    parser.add_argument("--results", default=".mutants/results.jsonl")
    return parser.parse_args()


class Score:
    """What came of a sample."""

    def __init__(self, equivalent: list[Mutant]) -> None:
        """Take the mutants that are not tried."""
        self._equivalent = equivalent
        self._outcomes: Counter[str] = Counter()
        self._seconds: list[float] = []
        self._old = 0

    def noted(self, stage: str, tried: list[Mutant], results: Results) -> list[Mutant]:
        """Take the results of a stage and return the mutants that survived it."""
        survivors = []
        for mutant in tried:
            result = results.get(stage, mutant.key) or {"outcome": "survived", "seconds": 0.0}
            if result["outcome"] == "survived":
                survivors.append(mutant)
            else:
                self._outcomes[f"{result['outcome']} by the {stage} tests"] += 1
                self._old += results.is_old(stage, mutant.key)
            self._seconds.append(result["seconds"])
        return survivors

    def lines(self, survivors: list[Mutant]) -> Iterator[str]:
        """Yield the survivors as diffs, and the score."""
        yield from (f"\nSurvived: {mutant.diff()}" for mutant in survivors)
        killed = sum(self._outcomes.values())
        counts = [f"{number} {words}" for words, number in sorted(self._outcomes.items())]
        yield "\n" + ", ".join([*counts, f"{len(survivors)} survived"]) + "."
        if self._seconds:
            mean, median = statistics.fmean(self._seconds), statistics.median(self._seconds)
            yield f"A run took {mean:.1f} s in the mean, {median:.1f} s in the median."
        if self._old:
            yield f"{self._old} were killed before the code changed; --fresh tries them again."
        tested = killed + len(survivors)
        share = f" = {100 * killed / tested:.1f} %" if tested else ""
        judged_so = f"{len(self._equivalent)} of {tested + len(self._equivalent)}"
        yield f"Score: {killed} / {tested}{share}; {judged_so} are judged equivalent."


if __name__ == "__main__":
    try:
        sys.exit(main())
    except RuntimeError as error:
        sys.exit(str(error))
