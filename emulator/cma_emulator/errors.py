"""Errors as the API answers them; each is a `Refusal`, in the words of the API."""

from __future__ import annotations

from typing import Any

from .backends import BackEnd
from .records import Record

NOT_FOUND = "The resource could not be found."
TOO_BIG = "Response size too big. Maximum allowed response size: 7340032B."
RATE_LIMITED = (
    "You have exceeded the rate limit of the Organization this Space belongs to by making too many"
    " API requests within a short timespan. Please wait a moment before trying the request again."
)


class Refusal(Exception):
    """An error answer: HTTP status, ``sys.id``, message and details."""

    def __init__(
        self, status: int, identifier: str, message: str | None = None, details: Any = None
    ) -> None:
        """Set the parts of the answer; None leaves a key out."""
        super().__init__(f"{status} {identifier}: {message}")
        self.status = status
        self.identifier = identifier
        self.message = message
        self.details = details

    def body(self, back_end: BackEnd, request_id: str) -> Record:
        """Return the error in the key order of a back end."""
        parts = {
            "sys": {"type": "Error", "id": self.identifier},
            "message": self.message,
            "details": self.details,
            "requestId": request_id if self.message is not None else None,
        }
        return {key: parts[key] for key in back_end.error if parts[key] is not None}


def bad_request(message: str, details: Any = None) -> Refusal:
    """Return the 400 of a request that the API cannot carry out."""
    return Refusal(400, "BadRequest", message, details)


def invalid_query(path: str) -> Refusal:
    """Return the 400 of a filter or an order on a path that the type does not have."""
    error = {
        "name": "unknown",
        "path": path.split("."),
        "details": f'The path "{path}" is not recognized',
    }
    message = (
        "The query you sent was invalid. Probably a filter or ordering specification is not"
        " applicable to the type of a field."
    )
    return Refusal(400, "InvalidQuery", message, {"errors": [error]})


def not_found(back_end: BackEnd, kind: str, scope: dict[str, str], identifier: str) -> Refusal:
    """Return the 404 of a record; only the content plane names the record."""
    details = None
    if back_end.error_details:
        details = {"type": kind, "id": identifier}
        details |= {key: scope[key] for key in ("environment", "space") if key in scope}
    return Refusal(404, "NotFound", NOT_FOUND, details)


def unknown_route() -> Refusal:
    """Return the 404 of a path or a method that does not exist."""
    return Refusal(404, "UnknownRoute", "The requested route does not exist.")


def token_invalid(status: int = 401) -> Refusal:
    """Return the 401 of a token that is missing, wrong or revoked.

    A token of the delivery API gets the same error with status 403.
    """
    message = "The access token you sent could not be found or is invalid."
    return Refusal(status, "AccessTokenInvalid", message)


def version_mismatch() -> Refusal:
    """Return the 409 of a wrong version; its body has only ``sys``."""
    return Refusal(409, "VersionMismatch")


def conflict() -> Refusal:
    """Return the 409 of API keys, with ``sys.id`` "Conflict"."""
    return Refusal(409, "Conflict", "The resource was changed by somebody else.")


def version_missing(name: str) -> Refusal:
    """Return the 422 of the taxonomy for a version that is missing, 0 or negative."""
    text = {
        "invalid_type": "Invalid input: expected number, received NaN",
        "too_small": "Too small: expected number to be >0",
    }[name]
    header = "x-contentful-version"
    flat = {"formErrors": [], "fieldErrors": {header: [text]}}
    error = {"name": name, "path": [header], "details": text}
    details = {"flatten": flat, "errors": [error]}
    return Refusal(422, "ValidationFailed", "Validation error", details)


def server_error() -> Refusal:
    """Return the 500 that the API answers to some invalid requests."""
    return Refusal(500, "ServerError", "Internal server error")


def validation_failed(name: str, path: list[Any], value: Any, details: str) -> Refusal:
    """Return the 422 of a body that breaks a rule."""
    error = {"name": name, "path": path, "value": value, "details": details}
    message = "The resource you sent in the body is invalid."
    return Refusal(422, "ValidationFailed", message, {"errors": [error]})


def rate_limited() -> Refusal:
    """Return the 429; its details repeat the message."""
    return Refusal(429, "RateLimitExceeded", RATE_LIMITED, {"errors": [{"details": RATE_LIMITED}]})


STANDARD = {
    400: bad_request("The request could not be understood."),
    401: token_invalid(),
    403: Refusal(403, "AccessDenied", "You are not allowed to access this resource."),
    404: Refusal(404, "NotFound", NOT_FOUND),
    409: version_mismatch(),
    410: Refusal(410, "Gone", "The resource is no longer available."),
    422: Refusal(422, "UnprocessableEntity", "The request could not be processed."),
    429: rate_limited(),
    500: Refusal(500, "ServerError", "Internal server error"),
    501: Refusal(501, "NotImplemented", "This is not implemented."),
    502: Refusal(502, "BadGateway", "Bad gateway"),
    504: Refusal(504, "GatewayTimeout", "Gateway timeout"),
}
"""The default bodies of ordered error answers, by status; a 503 has no body."""
