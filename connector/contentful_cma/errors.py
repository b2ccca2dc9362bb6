"""The errors of this package, as a tree.

    ContentfulError
    |- RequestFailed       a request to the API has failed
    |  |- TokenRefused     401: the token is unknown, expired, of another API or of another region
    |  |- AccountUnreadable  403, 404, 410, 422, 501 for the list of spaces
    |  |- NotReadable      403, 404, 410, 422, 501 for another endpoint: plan, rights or absence
    |  |- QueryRefused     400: the API does not accept the parameters
    |  |  |- QueryInvalid  422: as QueryRefused; without optional parameters, as NotReadable
    |  |  |- AnswerTooBig  400: the response would exceed the API's maximum size
    |  |  |  |- AnswerTooDeep  200: a record is nested too deeply to be parsed or written
    |  |- Unanswered       429, 5xx, timeouts and damaged bodies, after all retries
    |- ListingChanged      records moved between two pages of a listing
    |- DifferenceTooLarge  too many deletions to be detected from the state
    |- ListingSuspect      a listing is suddenly empty, and a second listing has to confirm this
    |- AccountEmpty        the list of spaces is suddenly empty
    |- StateUnusable       the saved state is damaged, or belongs to another account
    |- StateTooLarge       the state is larger than Fivetran's limit

Wrong settings are a plain ``ValueError``, which Fivetran shows best.
"""

from __future__ import annotations


class ContentfulError(Exception):
    """The base class of the errors of this package."""


class RequestFailed(ContentfulError):
    """A request to the API has failed.

    - ``endpoint``: the path without query.
    - ``status``: the HTTP status, None without a response.
    - ``request_id``: the id that Contentful's support needs, None if the response had no id.
    """

    def __init__(
        self, endpoint: str, status: int | None, request_id: str | None, reason: str
    ) -> None:
        """Build the message with the endpoint, the status and the request id."""
        self.endpoint = endpoint
        self.status = status
        self.request_id = request_id
        self.reason = reason
        self._answered = "got no answer" if status is None else f"answered {status}"
        number = f"request id {request_id}" if request_id else "no request id"
        super().__init__(f"GET {endpoint} {self._answered} ({number}): {reason}")

    @property
    def summary(self) -> str:
        """The message without the request id, so equal failures have equal messages."""
        return f"GET {self.endpoint} {self._answered}: {self.reason}"


def summary_of(error: ContentfulError) -> str:
    """Return the message of an error; equal failures have equal messages."""
    return error.summary if isinstance(error, RequestFailed) else str(error)


class TokenRefused(RequestFailed):
    """401, or 403 for a token of another API: the token cannot read anything."""


class AccountUnreadable(RequestFailed):
    """The API refuses the list of spaces, so the contents of the account are unknown."""


class NotReadable(RequestFailed):
    """The endpoint is refused by the plan or the token's rights, or does not exist."""


class QueryRefused(RequestFailed):
    """400: the API does not accept the parameters; a retry would not help."""


class QueryInvalid(QueryRefused, NotReadable):
    """422: a parameter is not accepted, or the endpoint is refused; the API does not say which.

    As after a 400, the request can be repeated without its optional parameters.  If that fails
    too, the endpoint is refused.
    """


class AnswerTooBig(QueryRefused):
    """The response would exceed 7,340,032 bytes; request fewer records."""


class AnswerTooDeep(AnswerTooBig):
    """A record in the response is nested too deeply for JSON; other records can be read alone."""


class Unanswered(RequestFailed):
    """No usable response within the allowed retries and time."""


class ListingChanged(ContentfulError):
    """Records moved between two pages of a listing, so it cannot be trusted."""


class DifferenceTooLarge(ContentfulError):
    """More records were deleted since the last sync than the sketch can identify."""


class ListingSuspect(ContentfulError):
    """A listing of many known records, or of places, is empty; the read is repeated in an hour."""


class AccountEmpty(ContentfulError):
    """All spaces of the account are missing, or a listing is empty by mistake."""


class StateUnusable(ContentfulError):
    """The saved state has another version or account, or was changed outside this connector."""


class StateTooLarge(ContentfulError):
    """The state of a checkpoint exceeds Fivetran's size limit."""
