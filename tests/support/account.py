"""The emulated Contentful account that tests edit, by real CMA requests and control routes."""

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
"""Control routes that change no record."""


class Account:
    """One emulator process and the account in it."""

    def __init__(self) -> None:
        """Start the emulator, or use the one at CMA_EMULATOR_URL."""
        self._started = ExitStack()
        self.url = os.environ.get("CMA_EMULATOR_URL") or self._started.enter_context(
            emulated_account(spaces=0, token=TOKEN)
        )
        # urllib3 because a session of requests is slower than the emulator's answer.
        self._pool = urllib3.connection_from_url(self.url, retries=False)
        self._remembered: dict[str, Any] | None = None
        self._now: str | None = None

    def stop(self) -> None:
        """Stop the emulator if it was started here."""
        self._pool.close()
        self._started.close()

    def reset(self, **world: Any) -> None:
        """Create a new account: by default an empty organization, without a rate limit."""
        small = {"seed": 7, "organizations": 1, "spaces": 0, "environments": 1, "entries": 0}
        fast = {"assets": 0, "rate_limit": 0, "latency_ms": 0, "token": TOKEN}
        self.control("POST", "reset", {**small, **fast, **world})
        self._remembered = self._now = None

    def remember(self) -> None:
        """Cache collections until a record changes, from now to the next reset.

        Planned edits change records unnoticed, so call this again after they were carried out.
        """
        self._remembered = {}

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Use a control route of the emulator."""
        answer = self._send(method, f"/_emulator/{path}", body, {})
        if path == "clock":
            self._now = answer["now"]
        return answer

    def stopped_at(self) -> str:
        """Return the time of the stopped clock, which only `control` moves."""
        return self._now or str(self.control("POST", "clock", {})["now"])

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Make a real CMA request with the right token; header names have _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named |= {"Authorization": f"Bearer {TOKEN}", "Content-Type": CONTENT}
        return self._send(method, path, body, named)

    def stored(self, path: str) -> list[dict[str, Any]]:
        """Return all records of a collection as the emulator stores them."""
        known = {} if self._remembered is None else self._remembered
        if path not in known:
            known[path] = self.control("GET", f"store/{path}")["items"]
        return known[path]

    def fetch(self, paths: Iterable[str]) -> None:
        """Cache several collections with one request, for later calls of `stored`."""
        if self._remembered is None:
            return
        unknown = sorted(set(paths) - self._remembered.keys())
        if unknown:
            found = self.control("POST", "collections", {"paths": unknown})["collections"]
            self._remembered.update(zip(unknown, found))

    def put(self, path: str, *records: dict[str, Any]) -> None:
        """Store records as given, even with past dates and odd ids."""
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
        """Plan a fault for requests with a matching path."""
        self.control("POST", "faults", {"path": path, "times": -1, "kind": "answer", **fault})

    def requests(self) -> list[dict[str, Any]]:
        """Return the log of API requests, oldest first."""
        return self.control("GET", "requests")["requests"]

    def forget_requests(self) -> None:
        """Empty the log of API requests."""
        self.control("DELETE", "requests")

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
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
    """Return the common prefix of the collections that a call may change, or None for all.

    An edit in an environment changes only that environment, and one in a space only that space.
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
