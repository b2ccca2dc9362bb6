"""Carry out edits, at once or right before a later request."""

from __future__ import annotations

from datetime import datetime

from support.account import Account
from support.model.calls import REMOVE, STORE, Call, Edit, found, is_real, place_of
from support.model.edits import ACTIONS, ENVIRONMENTS, SPACES, type_path
from support.model.rare_edits import RARE, READINESS, UNSEEN

ORIGIN = "2026-03-01T00:00:00Z"
EVERY_ACTION = {**ACTIONS, **RARE, **READINESS}
MAKING = ("put environment", "put space", "renew environment", "finish environment")
"""Edits after which all rows of an environment are read again."""


class Editor:
    """Convert edits to calls that fit the account, and carry them out."""

    def __init__(self, account: Account) -> None:
        """Edit this account, starting with a small space and a stopped clock."""
        self._account = account
        self.made: set[tuple[str, str]] = set()
        """Environments that may have been created, or whose content changed while its `updatedAt`
        stayed; the reader empties it."""
        self.deleted: set[str] = set()
        """Names of places that may have been deleted; the reader empties it."""
        self.has_other_default = False
        """Whether a default locale was changed."""
        self.seconds_since_edit = 0.0
        """Seconds since the last edit."""
        account.reset()
        account.remember()
        account.control("POST", "clock", {"now": ORIGIN})
        self.apply(Edit("put space"))
        self.apply(Edit("put content type"))
        self.apply(Edit("put content type", value=1))
        self.apply(Edit("put entry"))
        self.wait(1)

    def apply(self, edit: Edit) -> None:
        """Carry out an edit, unless it does not fit the account."""
        calls = self.calls_of(edit)
        for one in calls:
            if one["method"] == STORE:
                self._account.put(one["path"][1:], *one["body"])
            elif one["method"] == REMOVE:
                self._account.control("DELETE", f"store{one['path']}")
        real = [one for one in calls if is_real(one)]
        if len(real) > 1:
            self._plan(real, 1)
            self._account.call("GET", "/users/me")
        elif real:
            (one,) = real
            self._account.call(one["method"], one["path"], one["body"], **one["headers"])

    def plan(self, edit: Edit, before_request: int, path: str | None = None) -> None:
        """Plan an edit right before the n-th request from now, or the n-th request to a path.

        Edits that the API does not offer are skipped.
        """
        calls = self.calls_of(edit)
        if calls and all(map(is_real, calls)):
            self._plan(calls, before_request, path)

    def _plan(self, calls: list[Call], before_request: int, path: str | None = None) -> None:
        planned = [
            {
                **one,
                "headers": {key.replace("_", "-"): one["headers"][key] for key in one["headers"]},
            }
            for one in calls
        ]
        order = {"before_request": before_request, "calls": planned, "path": path}
        self._account.control("POST", "edits", order)

    def wait(self, seconds: float) -> None:
        """Advance the account's clock."""
        self._account.control("POST", "clock", {"advance_seconds": seconds})
        self.seconds_since_edit += seconds

    def everything_changed(self) -> None:
        """Note that any row may be rewritten."""
        self.made.update((space, name) for space in SPACES for name in ENVIRONMENTS)

    def now(self) -> datetime:
        """Return the account's time in UTC, to the second like `Date`."""
        now = datetime.fromisoformat(self._account.stopped_at())
        return now.replace(microsecond=0)

    def calls_of(self, edit: Edit) -> list[Call]:
        """Return the calls of an edit, or none if it does not fit the account now."""
        space = f"spaces/{edit.space}"
        if not edit.action.endswith("space") and found(self._account, space) is None:
            return []
        is_above = edit.action.endswith(("space", "environment", "role", "member", "alias"))
        if not is_above and found(self._account, place_of(edit)) is None:
            return []
        if edit.action in MAKING:
            self.made.update((edit.space, name) for name in ENVIRONMENTS)
        self.deleted.update(_deleted(edit))
        self.has_other_default |= edit.action == "change default locale"
        if edit.action in UNSEEN or self._may_remove(edit):
            self.made.add((edit.space, edit.environment))
        calls = EVERY_ACTION[edit.action](self._account, edit)
        self.seconds_since_edit = 0.0
        return [] if calls is None else calls if isinstance(calls, list) else [calls]

    def _may_remove(self, edit: Edit) -> bool:
        """Return whether content is read again, because some values may have been removed.

        Two publications of a content type can remove a field and add it again.
        """
        if edit.action == "publish content type":
            content_type = found(self._account, type_path(edit))
            return content_type is not None and content_type["sys"]["publishedCounter"] > 0
        return edit.action == "delete locale"


def _deleted(edit: Edit) -> set[str]:
    """Return the names of the places that an edit deletes."""
    if edit.action == "delete space":
        return {edit.space, *(f"{edit.space}/{one}" for one in ENVIRONMENTS)}
    is_gone = edit.action in ("delete environment", "renew environment")
    return {f"{edit.space}/{edit.environment}"} if is_gone else set()
