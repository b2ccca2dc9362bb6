"""The routes under ``/_emulator/``, with which tests control the emulator.

They need no token, and they are neither limited nor logged.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as HttpRoute

from ..answers import to_json
from ..records import at
from .emulator import Emulator
from .faults import Fault
from .seeding import put_raw, remove_raw, stored


def control_routes(emulator: Emulator) -> list[HttpRoute]:
    """Return the routes that control an emulator."""
    controls = Controls(emulator)
    store = "/_emulator/store/{path:path}"
    return [
        HttpRoute("/_emulator/reset", controls.reset, methods=["POST"]),
        HttpRoute("/_emulator/settings", controls.settings, methods=["POST"]),
        HttpRoute("/_emulator/requests", controls.requests, methods=["GET"]),
        HttpRoute("/_emulator/requests", controls.forget_requests, methods=["DELETE"]),
        HttpRoute("/_emulator/faults", controls.faults, methods=["GET"]),
        HttpRoute("/_emulator/faults", controls.order_fault, methods=["POST"]),
        HttpRoute("/_emulator/faults", controls.clear_faults, methods=["DELETE"]),
        HttpRoute("/_emulator/clock", controls.clock, methods=["POST"]),
        HttpRoute("/_emulator/edits", controls.edits, methods=["POST"]),
        HttpRoute("/_emulator/edits", controls.edited, methods=["GET"]),
        HttpRoute("/_emulator/collections", controls.collections, methods=["POST"]),
        HttpRoute(store, controls.stored, methods=["GET"]),
        HttpRoute(store, controls.put, methods=["POST"]),
        HttpRoute(store, controls.remove, methods=["DELETE"]),
    ]


class Controls:
    """The handlers of the control routes."""

    def __init__(self, emulator: Emulator) -> None:
        """Control an emulator; its settings now are the defaults of each reset."""
        self._emulator = emulator
        self._settings = emulator.account.settings

    async def reset(self, request: HttpRequest) -> Response:
        """Create a new account; omitted settings are those of the command line."""
        changes = await _body(request)
        try:
            settings = self._settings.with_changes(changes)
        except ValueError as problem:
            return _refused(problem)
        self._emulator.reset(settings)
        return JSONResponse(asdict(settings) | {"token": None})

    async def settings(self, request: HttpRequest) -> Response:
        """Change settings that need no new account, such as the rate limit."""
        try:
            self._emulator.change(await _body(request))
        except ValueError as problem:
            return _refused(problem)
        return Response(status_code=204)

    async def requests(self, _request: HttpRequest) -> Response:
        """Return the log of requests."""
        return _json({"requests": self._emulator.journal.as_json()})

    async def forget_requests(self, _request: HttpRequest) -> Response:
        """Empty the log."""
        self._emulator.journal.entries.clear()
        return Response(status_code=204)

    async def faults(self, _request: HttpRequest) -> Response:
        """Return the open faults."""
        return _json({"faults": [asdict(fault) for fault in self._emulator.faults.orders]})

    async def order_fault(self, request: HttpRequest) -> Response:
        """Order a fault."""
        try:
            self._emulator.faults.orders.append(Fault(**await _body(request)))
        except (TypeError, ValueError) as problem:
            return _refused(problem)
        return Response(status_code=204)

    async def clear_faults(self, _request: HttpRequest) -> Response:
        """Cancel all faults."""
        self._emulator.faults.orders.clear()
        return Response(status_code=204)

    async def clock(self, request: HttpRequest) -> Response:
        """Set the clock or move it forward; the answer has its time."""
        body, clock = await _body(request), self._emulator.account.clock
        try:
            if "now" in body:
                clock.set(body["now"])
            clock.advance(float(body.get("advance_seconds", 0)))
        except (TypeError, ValueError, AttributeError, OverflowError) as problem:
            return _refused(problem)
        return JSONResponse({"now": clock.now().isoformat()})

    async def edits(self, request: HttpRequest) -> Response:
        """Plan calls before a later request."""
        body = await _body(request)
        try:
            before = int(body.get("before_request", 1))
            self._emulator.journal.plan(before, body["calls"], body.get("path"))
        except (KeyError, TypeError, ValueError) as problem:
            return _refused(problem)
        return Response(status_code=204)

    async def edited(self, _request: HttpRequest) -> Response:
        """Return the edits that were carried out, with the status of each."""
        return _json({"edits": self._emulator.journal.edits})

    async def stored(self, request: HttpRequest) -> Response:
        """Return all records of a collection, as stored."""
        collection = stored(self._emulator.account, request.path_params["path"])
        if collection is None:
            return _unknown()
        return _json({"items": list(collection.records())})

    async def collections(self, request: HttpRequest) -> Response:
        """Return all records of several collections, as stored, in the order of the paths."""
        paths = (await _body(request))["paths"]
        found = [stored(self._emulator.account, path) for path in paths]
        listed = [list(one.records()) for one in found if one is not None]
        return _unknown() if len(listed) < len(found) else _json({"collections": listed})

    async def put(self, request: HttpRequest) -> Response:
        """Store a record, or all of ``{"items": [...]}``, without changes."""
        body = await _body(request)
        records = body["items"] if "items" in body and "sys" not in body else [body]
        if not all(isinstance(at(record, "sys"), dict) for record in records):
            return _refused(ValueError("a record must have sys, a JSON object"))
        for record in records:
            if not put_raw(self._emulator.account, request.path_params["path"], record):
                return _unknown()
        return Response(status_code=204)

    async def remove(self, request: HttpRequest) -> Response:
        """Remove a record without any check."""
        path, _, identifier = request.path_params["path"].rpartition("/")
        if not remove_raw(self._emulator.account, path, identifier):
            return _unknown()
        return Response(status_code=204)


async def _body(request: HttpRequest) -> Any:
    raw = await request.body()
    return await request.json() if raw else {}


def _json(value: Any) -> Response:
    return Response(to_json(value), media_type="application/json")


def _refused(problem: Exception) -> Response:
    return JSONResponse({"problem": str(problem)}, status_code=422)


def _unknown() -> Response:
    return JSONResponse({"problem": "there is no such collection or record"}, status_code=404)
