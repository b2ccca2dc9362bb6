"""What can go wrong, as a tree.

    ContentfulError
    |- RequestFailed       a request to the API came to nothing
    |  |- TokenRefused     401: the token is unknown, expired, of another API or of another region
    |  |- AccountUnreadable  403, 404, 410, 422, 501 for the list of spaces
    |  |- NotReadable      the same for anything else: the plan, the rights or absence forbid it
    |  |- QueryRefused     400: the API does not take these parameters
    |  |  |- AnswerTooBig  400: the answer would exceed what the API sends at once
    |  |  |  |- AnswerTooDeep  200: a record is nested too deeply to be parsed or written
    |  |- Unanswered       retried until the budget was spent: 429, 5xx, time-outs, damaged bodies
    |- ListingChanged      records moved between two pages of a listing
    |- DifferenceTooLarge  more was deleted than can be told from the state
    |- ListingSuspect      a listing is suddenly empty, which a second one has to confirm
    |- AccountEmpty        the same for the list of spaces
    |- StateUnusable       the state that Fivetran handed over is damaged, or another account's
    |- StateTooLarge       there is more to remember than Fivetran keeps

Bad settings are a plain ``ValueError``, because that is what Fivetran shows best.
"""

from __future__ import annotations


class ContentfulError(Exception):
    """The root of every error that this package raises on purpose."""


class RequestFailed(ContentfulError):
    """A request that came to nothing.

    ``endpoint`` is the path without query, ``status`` the HTTP status (None without an answer) and
    ``request_id`` what Contentful's support asks for (None where the answer had none).
    """

    def __init__(
        self, endpoint: str, status: int | None, request_id: str | None, reason: str
    ) -> None:
        """Build the one sentence that names the endpoint, the status and the request id."""
        self.endpoint = endpoint
        self.status = status
        self.request_id = request_id
        self.reason = reason
        self._answered = "got no answer" if status is None else f"answered {status}"
        number = f"request id {request_id or 'none'}"
        super().__init__(f"GET {endpoint} {self._answered} ({number}): {reason}")

    @property
    def summary(self) -> str:
        """The same sentence without the request id: it is the same for the same failure."""
        return f"GET {self.endpoint} {self._answered}: {self.reason}"


class TokenRefused(RequestFailed):
    """401, or 403 for a token of another API: nothing can be read with this token."""


class AccountUnreadable(RequestFailed):
    """The list of spaces is refused, so nothing says what there is to read."""


class NotReadable(RequestFailed):
    """The plan, the token's rights or plain absence keep this endpoint closed."""


class QueryRefused(RequestFailed):
    """400: the API does not accept the parameters; asking again would not help."""


class AnswerTooBig(QueryRefused):
    """The answer would have more than 7,340,032 bytes; fewer records fit."""


class AnswerTooDeep(AnswerTooBig):
    """A record in the answer nests deeper than JSON can be handled; others can be read alone."""


class Unanswered(RequestFailed):
    """No usable answer within the retries or the time allowed."""


class ListingChanged(ContentfulError):
    """Records moved between two pages of a listing, so it cannot be trusted."""


class DifferenceTooLarge(ContentfulError):
    """So much was deleted since the last sync that the sketch cannot tell what."""


class ListingSuspect(ContentfulError):
    """A listing has no record where many, or places, were known; it is read again in an hour."""


class AccountEmpty(ContentfulError):
    """The account has lost all of its spaces, or a listing is empty by mistake."""


class StateUnusable(ContentfulError):
    """The saved state is of another version or account, or not as this connector wrote it."""


class StateTooLarge(ContentfulError):
    """The state that a checkpoint needs has more bytes than Fivetran keeps."""
