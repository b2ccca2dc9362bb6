"""An emulated account as a client sees it, over HTTP."""

from __future__ import annotations

from typing import Any

import requests

TOKEN = "a-token-of-the-tests"
SMALL = {"organizations": 1, "spaces": 2, "environments": 2, "entries": 24, "assets": 12}


class Served:
    """A session with the emulator, for API requests and control routes."""

    def __init__(self, url: str) -> None:
        """Connect to an emulator."""
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {TOKEN}"

    def reset(self, **settings: Any) -> None:
        """Make a new account."""
        self.control("POST", "reset", {**SMALL, "rate_limit": 0, "token": TOKEN, **settings})

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Use a control route."""
        answer = self.session.request(
            method, f"{self.url}/_emulator/{path}", json=body, timeout=10
        )
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """Send an API request; header names have _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.request(
            method, self.url + path, json=body, headers=named, timeout=10, allow_redirects=False
        )

    def get(self, path: str, **parameters: Any) -> Any:
        """Return the body of a successful GET; parameter names are sent unchanged."""
        answer = self.session.get(self.url + path, params=parameters, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refusal(self, path: str, **parameters: Any) -> tuple[int, Any]:
        """Return status and body of a GET, without the request id."""
        answer = self.session.get(self.url + path, params=parameters, timeout=10)
        return answer.status_code, without_request_id(answer)

    def change(self, method: str, path: str, record: Any, version: int | None = None) -> Any:
        """Return the record after a successful write, with the version of *record*."""
        if version is None:
            version = record["sys"]["version"]
        answer = self.send(method, path, record, X_Contentful_Version=str(version))
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """Return the record after a creation."""
        answer = self.send("POST", path, body, **headers)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def stored(self, path: str) -> list[Any]:
        """Return all records of a collection in the store."""
        items: list[Any] = self.control("GET", f"store/{path}")["items"]
        return items

    @property
    def me(self) -> Any:
        """Link to the user of the token."""
        return link_to("User", self.get("/users/me")["sys"]["id"])

    def new_sys(self, identifier: str, kind: str, now: str) -> dict[str, Any]:
        """Return the ``sys`` of a new record of the master environment of the first space."""
        return {
            "space": link_to("Space", self.space.rpartition("/")[2]),
            "id": identifier,
            "type": kind,
            "createdAt": now,
            "updatedAt": now,
            "environment": link_to("Environment", "master"),
            "createdBy": self.me,
            "updatedBy": self.me,
            "version": 1,
        }

    @property
    def space(self) -> str:
        """Path of the first space."""
        return f"/spaces/{self.stored('spaces')[0]['sys']['id']}"

    @property
    def place(self) -> str:
        """Path of the master environment of the first space."""
        return f"{self.space}/environments/master"


def link_to(kind: str, identifier: str) -> dict[str, Any]:
    """Return a link as the API writes it."""
    return {"sys": {"type": "Link", "linkType": kind, "id": identifier}}


def without_request_id(answer: requests.Response) -> Any:
    """Return the JSON of an error without its request id, which is checked."""
    body = answer.json()
    request_id = body.pop("requestId", None)
    assert request_id in (None, answer.headers["X-Contentful-Request-Id"])
    return body


def ids(page: Any) -> list[str]:
    """Return the ids of the items of a page, in its order."""
    return [item["sys"]["id"] for item in page["items"]]
