"""Carries edits out, at once or right before a later request."""

from __future__ import annotations

from datetime import datetime

from support.account import Account
from support.model.calls import REMOVE, STORE, Call, Edit, found, is_real, place_of
from support.model.edits import ACTIONS, ENVIRONMENTS, SPACES, type_path
from support.model.rare_edits import RARE, READINESS, UNSEEN

ORIGIN = "2026-03-01T00:00:00Z"
EVERY_ACTION = {**ACTIONS, **RARE, **READINESS}
MAKING = ("put environment", "put space", "renew environment", "finish environment")
"""Edits after which all of an environment is read from its beginning."""


class Editor:
    """Makes CMA calls of edits by what the account holds, and carries them out."""

    def __init__(self, account: Account) -> None:
        """Edit this account, beginning with a small world in it and a clock that stands still."""
        self._account = account
        self.made: set[tuple[str, str]] = set()
        """Environments that were made, or may have been, or whose content has changed without a
        sign; whoever reads it empties it."""
        self.gone: set[str] = set()
        """Names of places that were deleted, or may have been; whoever reads it empties it."""
        self.has_other_default = False
        """Whether a default locale was changed."""
        self.quiet_for = 0.0
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
        """Carry an edit out; one that the account has no use for is left out."""
        calls = self.calls_of(edit)
        for one in calls:
            if one["method"] == STORE:
                self._account.put(one["path"][1:], *one["body"])
            elif one["method"] == REMOVE:
                self._account.control("DELETE", f"store{one['path']}")
        asked = [one for one in calls if is_real(one)]
        if len(asked) > 1:
            self._plan(asked, 1)
            self._account.call("GET", "/users/me")
        elif asked:
            (one,) = asked
            self._account.call(one["method"], one["path"], one["body"], **one["headers"])

    def plan(self, edit: Edit, before_request: int) -> None:
        """Have an edit carried out right before the n-th request from now.

        What no call of the API can do is left out.
        """
        calls = self.calls_of(edit)
        if calls and all(map(is_real, calls)):
            self._plan(calls, before_request)

    def _plan(self, calls: list[Call], before_request: int) -> None:
        planned = [
            {
                **one,
                "headers": {key.replace("_", "-"): one["headers"][key] for key in one["headers"]},
            }
            for one in calls
        ]
        order = {"before_request": before_request, "calls": planned}
        self._account.control("POST", "edits", order)

    def wait(self, seconds: float) -> None:
        """Move the account's clock on."""
        self._account.control("POST", "clock", {"advance_seconds": seconds})
        self.quiet_for += seconds

    def everything_changed(self) -> None:
        """Note that any row may be written again."""
        self.made.update((space, name) for space in SPACES for name in ENVIRONMENTS)

    def now(self) -> datetime:
        """Return the account's time in UTC, to the second as `Date` has it."""
        now = datetime.fromisoformat(self._account.stopped_at())
        return now.replace(microsecond=0)

    def calls_of(self, edit: Edit) -> list[Call]:
        """Return the calls of an edit, none where the account has no use for it now."""
        space = f"spaces/{edit.space}"
        if not edit.action.endswith("space") and found(self._account, space) is None:
            return []
        is_above = edit.action.endswith(("space", "environment", "role", "member", "alias"))
        if not is_above and found(self._account, place_of(edit)) is None:
            return []
        if edit.action in MAKING:
            self.made.update((edit.space, name) for name in ENVIRONMENTS)
        self.gone.update(_deleted(edit))
        self.has_other_default |= edit.action == "change default locale"
        if edit.action in UNSEEN or self._may_remove(edit):
            self.made.add((edit.space, edit.environment))
        calls = EVERY_ACTION[edit.action](self._account, edit)
        self.quiet_for = 0.0
        return [] if calls is None else calls if isinstance(calls, list) else [calls]

    def _may_remove(self, edit: Edit) -> bool:
        """Tell whether content of an environment is read again, because some of it may be gone.

        Two publications of a content type can remove a field and put it back.
        """
        if edit.action == "publish content type":
            content_type = found(self._account, type_path(edit))
            return content_type is not None and "publishedCounter" in content_type["sys"]
        return edit.action == "delete locale"


def _deleted(edit: Edit) -> set[str]:
    """Return the names of the places that an edit deletes."""
    if edit.action == "delete space":
        return {edit.space, *(f"{edit.space}/{one}" for one in ENVIRONMENTS)}
    is_gone = edit.action in ("delete environment", "renew environment")
    return {f"{edit.space}/{edit.environment}"} if is_gone else set()
