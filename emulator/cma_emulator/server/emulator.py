"""The emulator as a whole: one account, its rate limit, the faults on order and the log."""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from uuid import uuid4

from ..answers import Answer, Request
from ..backends import GATEKEEPER
from ..endpoints.catalogue import account_of
from ..endpoints.respond import refused, respond
from ..errors import rate_limited, token_invalid
from ..samples import awkward
from ..settings import Settings
from .faults import Fault, Faults
from .journal import Entry, Journal
from .limiter import Limiter
from .seeding import put_raw

GZIP_FROM = 1400
"""Bytes from which an answer is compressed for who accepts that."""

LIVE = frozenset(
    (
        *("rate_limit", "advertised_rate_limit", "latency_ms", "token", "gzip", "roles_paging"),
        *("lag_seconds", "clock_skew_seconds", "mixed_releases", "organization_listings"),
    )
)
"""Settings that may change without a new account."""


@dataclass(frozen=True)
class Outcome:
    """An answer and what happens to it on its way."""

    answer: Answer
    fault: Fault | None
    entry: Entry


class Emulator:
    """Answers requests; everything that changes between two tests is in here."""

    def __init__(self, settings: Settings) -> None:
        """Make the account and forget everything."""
        self.reset(settings)

    def reset(self, settings: Settings) -> None:
        """Start over with a new account; faults, clock, log and planned edits are gone."""
        self.account = account_of(settings)
        for path, record in awkward.records(self.account.maker) if settings.awkward else ():
            put_raw(self.account, path, record)
        self.faults = Faults()
        self.journal = Journal()
        self.limiter = Limiter(settings.rate_limit)
        self.limiter.advertised = settings.advertised_rate_limit

    def change(self, changes: dict[str, Any]) -> None:
        """Change how requests are answered, but not the account."""
        refusal = changes.keys() - LIVE
        if refusal:
            raise ValueError(f"{sorted(refusal)} need a reset")
        settings = self.account.settings.with_changes(changes)
        self.account.settings = settings
        self.limiter.limit = settings.rate_limit
        self.limiter.advertised = settings.advertised_rate_limit

    async def handle(self, request: Request) -> Outcome:
        """Return what becomes of a request from the network."""
        entry = self.journal.note(request)
        fault = self.faults.take(request)
        refusal = self._refusal(request, fault)
        seconds = self.account.settings.latency_ms / 1000
        if fault is not None and fault.where != "body":
            seconds += fault.seconds
        if seconds:
            await asyncio.sleep(seconds)
        for edit in self.journal.due():
            self.journal.done(edit, self.carry_out(edit).status)
        answer = self._answer(request, fault, refusal)
        entry.status = 0 if fault is not None and fault.kind == "reset" else answer.status
        return Outcome(answer, fault, entry)

    def carry_out(self, request: Request) -> Answer:
        """Carry out a call with the emulator's own authority: not counted, logged or limited."""
        return respond(self.account, request, str(uuid4()))

    def _refusal(self, request: Request, fault: Fault | None) -> Any:
        """Return the refusal of a request; a faulted one does not count against the limit."""
        if fault is not None and fault.replaces_answer:
            return None
        if request.token != self.account.settings.token:
            is_delivery = request.token == self.account.settings.delivery_token
            return token_invalid(403 if is_delivery else 401)
        return None if self.limiter.take(request.token) else rate_limited()

    def _answer(self, request: Request, fault: Fault | None, refusal: Any) -> Answer:
        request_id = str(uuid4())
        ahead = timedelta(seconds=fault.clock_ahead_seconds if fault else 0)
        common = {
            "X-Contentful-Request-Id": request_id,
            "Date": format_datetime(self.account.clock.now() + ahead, usegmt=True),
            "Server": "Contentful",
        }
        if fault is not None and fault.replaces_answer:
            ordered = fault.answer(request_id)
            return Answer(ordered.status, ordered.body, {**common, **ordered.headers})
        if refusal is not None:
            answer = refused(refusal, GATEKEEPER, request_id)
        elif fault is not None:
            asked = fault.asked(request)
            answer = fault.told(respond(self.account, asked, request_id))
        else:
            answer = respond(self.account, request, request_id)
        is_limited = refusal is not None and answer.status == rate_limited().status
        rates = self.limiter.headers(request.token or "", refused=is_limited)
        headed = Answer(answer.status, answer.body, {**answer.headers, **common, **rates})
        return self._packed(request, headed)

    def _packed(self, request: Request, answer: Answer) -> Answer:
        accepts = "gzip" in request.headers.get("accept-encoding", "")
        if not accepts or not self.account.settings.gzip or len(answer.body or b"") < GZIP_FROM:
            return answer
        # The cheapest level: a client must see gzip, but must not wait for it.
        packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        body = packer.compress(answer.body or b"") + packer.flush()
        return Answer(answer.status, body, {**answer.headers, "Content-Encoding": "gzip"})
