"""The rate limit: a sliding window of one second, its headers and its refusals."""

from __future__ import annotations

from cma_emulator.server.limiter import Limiter
from support.served import Served

RATE = "X-Contentful-RateLimit-"


def test_no_second_has_more_than_the_limit() -> None:
    """In any period of one second, the number of answers is at most the limit."""
    now = [0.0]
    limiter = Limiter(3, lambda: now[0])
    answered = []
    for step in range(400):
        now[0] = step / 50
        if limiter.take("token"):
            answered.append(now[0])
    windows = [[at for at in answered if begin <= at < begin + 1] for begin in answered]
    assert max(len(window) for window in windows) == 3
    assert len(answered) == 24


def test_each_token_has_a_separate_window() -> None:
    """One token's requests do not count against another's."""
    limiter = Limiter(1, lambda: 0.0)
    assert [limiter.take("a"), limiter.take("a"), limiter.take("b")] == [True, False, True]


def test_the_request_over_the_limit_is_refused(served: Served) -> None:
    """With a limit of 3, the fourth quick request is the API's 429, without Retry-After."""
    served.control("POST", "settings", {"rate_limit": 3})
    answers = [served.send("GET", "/organizations") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    remaining = [answer.headers[f"{RATE}Second-Remaining"] for answer in answers]
    assert remaining == ["2", "1", "0", "0"]
    assert [answer.headers[f"{RATE}Reset"] for answer in answers] == ["0", "0", "0", "1"]
    assert {answer.headers[f"{RATE}Second-Limit"] for answer in answers} == {"3"}
    body = answers[3].json()
    assert body["sys"] == {"type": "Error", "id": "RateLimitExceeded"}
    assert body["details"] == {"errors": [{"details": body["message"]}]}
    assert "Retry-After" not in answers[3].headers


def test_headers_can_advertise_another_limit(served: Served) -> None:
    """The headers show `advertised_rate_limit`, and the limit itself does not change."""
    served.control("POST", "settings", {"rate_limit": 2, "advertised_rate_limit": 10})
    answers = [served.send("GET", "/organizations") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert {answer.headers[f"{RATE}Second-Limit"] for answer in answers} == {"10"}


def test_control_routes_are_not_limited(served: Served) -> None:
    """Requests to control routes need no token and are neither limited nor logged."""
    served.control("POST", "settings", {"rate_limit": 1})
    for _ in range(5):
        served.stored("organizations")
    assert served.send("GET", "/organizations").status_code == 200
    assert len(served.control("GET", "requests")["requests"]) == 1


def test_a_delivery_token_is_a_403(served: Served) -> None:
    """A token of the delivery API gets a 403 with the error of a wrong token."""
    bearer = {"Authorization": "Bearer cma-emulator-delivery-token"}
    answer = served.session.get(f"{served.url}/spaces", headers=bearer)
    assert answer.status_code == 403
    assert answer.json()["sys"] == {"type": "Error", "id": "AccessTokenInvalid"}


def test_a_wrong_token_is_refused_with_rate_headers(served: Served) -> None:
    """A 401 has the recorded error and the headers for the rate limit."""
    for token in ("Bearer wrong", "Basic x", ""):
        answer = served.session.get(f"{served.url}/spaces", headers={"Authorization": token})
        assert answer.status_code == 401
        assert answer.json()["sys"] == {"type": "Error", "id": "AccessTokenInvalid"}
        assert f"{RATE}Second-Limit" in answer.headers
