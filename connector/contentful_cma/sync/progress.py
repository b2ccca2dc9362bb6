"""Logs the progress of a sync every few seconds, with the estimated time that is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from contentful_cma.api.client import Client, Log
from contentful_cma.extract.batch import Job

from .writer import Writer

PROGRESS_SECONDS = 10.0
"""Least seconds between two lines."""

STEPS = (
    "the account",
    "lists of environments",
    "content",
    "organizations and spaces",
    "environments",
    "child records",
    "usage",
)
"""The steps of a sync, in their order."""

_MINUTE, _HOUR = 60.0, 3600.0


class ProgressLog:
    """Counts the jobs of a step by their places, and logs how many places are done.

    There is no timer: each job that has read a page checks if a line is due.
    """

    def __init__(self, client: Client, log: Log, writer: Writer, seconds: float) -> None:
        """Begin before the first step, with *seconds* between two lines."""
        self._client = client
        self._log = log
        self._writer = writer
        self._seconds = seconds
        self._began_at = self._logged_at = client.clock()
        self._step = ""
        self._open: Counter[str] = Counter()
        self._jobs_done = 0
        self._requests_before = 0

    def begin(self, jobs: Iterable[Job], step: str = "") -> list[Job]:
        """Return the jobs of the next *step*; without a name, they belong to the present step."""
        if step:
            self._step = step
            self._open.clear()
            self._jobs_done, self._requests_before = 0, self._client.requests_made
        added = list(jobs)
        self._open.update(job.place.name for job in added)
        return added

    def done(self, job: Job) -> None:
        """Note that a job has ended."""
        self._open[job.place.name] -= 1
        self._jobs_done += 1
        self.log_if_due()

    def log_if_due(self) -> None:
        """Log the progress if a line is due."""
        now = self._client.clock()
        if now - self._logged_at >= self._seconds:
            self._logged_at = now
            self._log.info(self._line(now - self._began_at))

    def _line(self, elapsed: float) -> str:
        """Return the progress after *elapsed* seconds, as a sentence."""
        number, sent = STEPS.index(self._step) + 1, self._client.requests_made
        counts = [f"{self._writer.rows_written:,} rows"]
        counts.append("1 request" if sent == 1 else f"{sent:,} requests")
        if len(self._open) > 1:
            read = sum(jobs == 0 for jobs in self._open.values())
            counts.insert(0, f"{read:,} of {len(self._open):,} places")
        seconds = self._requests_left() * elapsed / max(sent, 1)
        time = f" (about {rounded_duration(seconds)} left)" if seconds > 0 else ""
        return f"Step {number} of {len(STEPS)}, {self._step}{time}: {', '.join(counts)}."

    def _requests_left(self) -> float:
        """Return the requests that open listings and the jobs after them need.

        A later job is estimated by the average of the jobs so far.
        """
        jobs = sum(self._open.values())
        under_way = min(jobs, self._client.at_once)
        sent = self._client.requests_made - self._requests_before
        each = sent / max(self._jobs_done + under_way, 1)
        return self._client.left.pages + (jobs - under_way) * each


def rounded_duration(seconds: float) -> str:
    """Return a time in words, rounded up to a round number."""
    for unit, size, most in (("second", 1.0, 90.0), ("minute", _MINUTE, 90 * _MINUTE)):
        if seconds < most:
            step = 10 if unit == "second" else 1
            number = -(-seconds // (size * step)) * step
            return f"{number:.0f} {unit}{'' if number == 1 else 's'}"
    return f"{seconds / _HOUR:.1f} hours"
