"""The emulated Contentful account that tests edit: real CMA verbs plus the emulator's controls."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

import urllib3

from tools.user.emulated_account import emulated_account

TOKEN = "CFPAT-test-token-that-must-never-leak"
CONTENT = "application/vnd.contentful.management.v1+json"

CHANGELESS = tuple(f"/_emulator/{one}" for one in ("clock", "faults", "requests", "collections"))
"""Routes that change no record."""


class Account:
    """One emulator process and the account in it."""

    def __init__(self) -> None:
        """Start the emulator, or take the one that CMA_EMULATOR_URL names."""
        self._started = ExitStack()
        self.url = os.environ.get("CMA_EMULATOR_URL") or self._started.enter_context(
            emulated_account(spaces=0, token=TOKEN)
        )
        # A session of requests takes longer than the emulator needs for an answer.
        self._pool = urllib3.connection_from_url(self.url, retries=False)
        self._remembered: dict[str, Any] | None = None
        self._now: str | None = None

    def stop(self) -> None:
        """Stop the emulator, if it was started here."""
        self._pool.close()
        self._started.close()

    def reset(self, **world: Any) -> None:
        """Make a new account; by default one organization, nothing in it and no rate limit."""
        small = {"seed": 7, "organizations": 1, "spaces": 0, "environments": 1, "entries": 0}
        quiet = {"assets": 0, "rate_limit": 0, "latency_ms": 0, "token": TOKEN}
        self.control("POST", "reset", {**small, **quiet, **world})
        self._remembered = self._now = None

    def remember(self) -> None:
        """Ask for a collection once only until something changes, from now to the next reset.

        Edits that were planned change things unseen: whoever plans them says so by this again.
        """
        self._remembered = {}

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Use a route of the emulator that the real API does not have."""
        answer = self._ask(method, f"/_emulator/{path}", body, {})
        if path == "clock":
            self._now = answer["now"]
        return answer

    def stopped_at(self) -> str:
        """Return the time of a clock that stands still, which nothing but `control` moves."""
        return self._now or str(self.control("POST", "clock", {})["now"])

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Make a real CMA request with the right token; header names have _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named |= {"Authorization": f"Bearer {TOKEN}", "Content-Type": CONTENT}
        return self._ask(method, path, body, named)

    def stored(self, path: str) -> list[dict[str, Any]]:
        """Return all records of a collection as the emulator keeps them."""
        known = {} if self._remembered is None else self._remembered
        if path not in known:
            known[path] = self.control("GET", f"store/{path}")["items"]
        return known[path]

    def fetch(self, paths: Iterable[str]) -> None:
        """Read several collections at once that `stored` is about to be asked for."""
        if self._remembered is None:
            return
        unknown = sorted(set(paths) - self._remembered.keys())
        if unknown:
            found = self.control("POST", "collections", {"paths": unknown})["collections"]
            self._remembered.update(zip(unknown, found))

    def put(self, path: str, *records: dict[str, Any]) -> None:
        """Store records as they are, past dates and odd ids included."""
        self.control("POST", f"store/{path}", {"items": records})

    def put_space(self, space_id: str, updated: str = "2025-01-02T03:04:05Z", **more: Any) -> None:
        """Store a space of the first organization."""
        organization = self.stored("organizations")[0]["sys"]["id"]
        self.put("spaces", space_record(space_id, organization, updated, **more))

    def rename_space(self, space_id: str, name: str) -> None:
        """Rename a space as the web app does."""
        space = self.call("GET", f"/spaces/{space_id}")
        version = str(space["sys"]["version"])
        self.call("PUT", f"/spaces/{space_id}", {"name": name}, X_Contentful_Version=version)

    def fault(self, path: str, **fault: Any) -> None:
        """Order a fault for requests whose path matches."""
        self.control("POST", "faults", {"path": path, "times": -1, "kind": "answer", **fault})

    def requests(self) -> list[dict[str, Any]]:
        """Return the log of API requests, oldest first."""
        return self.control("GET", "requests")["requests"]

    def forget_requests(self) -> None:
        """Empty the log of API requests."""
        self.control("DELETE", "requests")

    def _ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        if self._remembered and method != "GET" and not path.startswith(CHANGELESS):
            changed = _changed_by(path)
            kept = {} if changed is None else self._remembered
            self._remembered = {k: v for k, v in kept.items() if not k.startswith(changed or "")}
        sent = None if body is None else json.dumps(body)
        answer = self._pool.request(method, path, body=sent, headers=headers)
        assert answer.status < 400, f"{method} {path}: {answer.status} {answer.data!r}"
        return json.loads(answer.data) if answer.data else None


_PLACE = re.compile(r"(?:/_emulator/store)?/(spaces/[^/]+(?:/environments/[^/]+(?=/.))?)/")


def _changed_by(path: str) -> str | None:
    """Return how the paths of collections begin that a call may change, None for all of them.

    An edit in an environment changes nothing beyond it, and one in a space only what is in it.
    """
    found = _PLACE.match(path)
    return found and f"{found[1]}/"


def space_record(space_id: str, organization: str, updated: str, **more: Any) -> dict[str, Any]:
    """Return a space in the shape that the API has today."""
    user = {"sys": {"type": "Link", "linkType": "User", "id": "user-1"}}
    owner = {"sys": {"type": "Link", "linkType": "Organization", "id": organization}}
    sys_part = {
        "type": "Space",
        "id": space_id,
        "version": 3,
        "createdBy": user,
        "createdAt": "2024-05-06T07:08:09Z",
        "updatedBy": user,
        "updatedAt": updated,
        "organization": owner,
    }
    return {"name": f"Space {space_id}", **more, "sys": sys_part}
