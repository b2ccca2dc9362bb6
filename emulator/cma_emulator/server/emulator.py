"""The emulator: one account, its rate limit, ordered faults and the log."""

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
from ..endpoints.catalog import account_of
from ..endpoints.respond import refused, respond
from ..errors import rate_limited, token_invalid
from ..samples import awkward
from ..settings import Settings
from .faults import Fault, Faults
from .journal import Entry, Journal
from .limiter import Limiter
from .seeding import put_raw

GZIP_FROM = 1400
"""Bytes from which an answer is compressed, if the client accepts gzip."""

LIVE = frozenset(
    (
        *("rate_limit", "advertised_rate_limit", "latency_ms", "token", "gzip", "roles_paging"),
        "changelog_link_type",
        *("lag_seconds", "clock_skew_seconds", "mixed_releases"),
    )
)
"""Settings that can change without a reset."""


@dataclass(frozen=True)
class Outcome:
    """An answer, the fault that alters its transport, and its entry in the log."""

    answer: Answer
    fault: Fault | None
    entry: Entry


class Emulator:
    """Answers requests; holds all state that a reset replaces."""

    def __init__(self, settings: Settings) -> None:
        """Create the account."""
        self.reset(settings)

    def reset(self, settings: Settings) -> None:
        """Create a new account; reset faults, clock, log and planned edits."""
        self.account = account_of(settings)
        for path, record in awkward.records(self.account.maker) if settings.awkward else ():
            put_raw(self.account, path, record)
        self.faults = Faults()
        self.journal = Journal()
        self.limiter = Limiter(settings.rate_limit)
        self.limiter.advertised = settings.advertised_rate_limit

    def change(self, changes: dict[str, Any]) -> None:
        """Change settings that do not affect the account."""
        others = changes.keys() - LIVE
        if others:
            raise ValueError(f"{sorted(others)} need a reset (POST /_emulator/reset)")
        settings = self.account.settings.with_changes(changes)
        self.account.settings = settings
        self.limiter.limit = settings.rate_limit
        self.limiter.advertised = settings.advertised_rate_limit

    async def handle(self, request: Request) -> Outcome:
        """Return the outcome of a request from the network."""
        entry = self.journal.log(request)
        fault = self.faults.take(request)
        refusal = self._refusal(request, fault)
        seconds = self.account.settings.latency_ms / 1000
        if fault is not None and fault.where != "body":
            seconds += fault.seconds
        if seconds:
            await asyncio.sleep(seconds)
        for edit in self.journal.due():
            self.journal.log_edit(edit, self.carry_out(edit).status)
        answer = self._answer(request, fault, refusal)
        entry.status = 0 if fault is not None and fault.kind == "reset" else answer.status
        return Outcome(answer, fault, entry)

    def carry_out(self, request: Request) -> Answer:
        """Carry out a planned call, which is not counted, logged or limited and needs no token."""
        return respond(self.account, request, str(uuid4()))

    def _refusal(self, request: Request, fault: Fault | None) -> Any:
        """Return the refusal of a request, if any; replaced answers do not count as requests."""
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
            forwarded = fault.forwarded(request)
            answer = fault.altered(respond(self.account, forwarded, request_id))
        else:
            answer = respond(self.account, request, request_id)
        is_limited = refusal is not None and answer.status == rate_limited().status
        rates = self.limiter.headers(request.token or "", refused=is_limited)
        headed = Answer(answer.status, answer.body, {**answer.headers, **common, **rates})
        if fault is not None and fault.kind == "gzip-members":
            packed = fault.packed(headed.body or b"")
            encoding = (fault.headers or {}).get("Content-Encoding") or "gzip"
            return Answer(headed.status, packed, {**headed.headers, "Content-Encoding": encoding})
        return self._packed(request, headed)

    def _packed(self, request: Request, answer: Answer) -> Answer:
        accepts = "gzip" in request.headers.get("accept-encoding", "")
        if not accepts or not self.account.settings.gzip or len(answer.body or b"") < GZIP_FROM:
            return answer
        # Level 1 is the fastest: clients need gzip, not small answers.
        packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        body = packer.compress(answer.body or b"") + packer.flush()
        return Answer(answer.status, body, {**answer.headers, "Content-Encoding": "gzip"})
