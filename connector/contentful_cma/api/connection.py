"""Explains failed connections: the host, the proxy, or an environment variable of this machine.

`requests` reads these variables for https.  Plain http, allowed for this machine only, does not
use them.
"""

from __future__ import annotations

import os
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import requests
from requests.exceptions import InvalidSchema, InvalidURL, ProxyError

from contentful_cma.settings.configuration import Configuration

from .response import RawResponse

BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name trusted certificate authorities; the first one that is set counts."""

UNREAD = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Variables that other programs read for the same purpose."""

_NO_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")
_NO_TLS = "only use HTTP"
"""Messages of the libraries below `requests` about a proxy that refuses a tunnel or lacks TLS."""

_REFUSALS = {
    403: ": it does not allow this host",
    407: ": it requires a valid user name and password",
}
_MAY_PASS = (408, 429)
"""Refusals of a proxy that are temporary."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PASSWORD = re.compile(r"^([^:\[]*):(?!\d{1,5}\Z).*", re.DOTALL)
"""Text after a colon that is not a port, if a URL has a user and no host."""


@dataclass(frozen=True)
class Proxy:
    """The URL of a proxy without user name and password, and the variable that names it."""

    url: str
    variable: str

    def __str__(self) -> str:
        """Return the proxy as a phrase for messages."""
        return f"the proxy {self.url} of {self.variable}"


def proxy_for(url: str, proxies: Mapping[str, str]) -> Proxy | None:
    """Return the proxy for a URL, None if there is none."""
    value = requests.utils.select_proxy(url, proxies)
    if not value:
        return None
    # Python prefers the names in lower case.
    names = sorted((name for name in os.environ if os.environ[name] == value), key=str.isupper)
    kinds = ("https_proxy", "all_proxy")
    variables = (name for kind in kinds for name in names if name.lower() == kind)
    return Proxy(_without_user(value), next(variables, "the system settings"))


def connection_problem(
    error: Exception, configuration: Configuration, proxy: Proxy | None
) -> RawResponse:
    """Return the outcome of a request whose connection failed."""
    host = configuration.base_url
    causes = list(_causes(error))
    final = _bad_bundle(host) or _unverified(causes, host, proxy) or _bad_url(causes, host, proxy)
    if final:
        return RawResponse(problem=final, is_final=True)
    refused = _NO_TUNNEL.search(str(causes[-1]))
    if refused and proxy:
        return _without_tunnel(int(refused[1]), proxy)
    whose = str(proxy) if isinstance(error, ProxyError) else host
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return RawResponse(problem=f"the host of {whose} cannot be found ({cause.strerror})")
        if isinstance(cause, ConnectionRefusedError):
            return RawResponse(problem=f"{whose} refuses connections ({cause.strerror})")
    through = f", through {proxy}" if proxy else ""
    if isinstance(error, requests.Timeout):
        seconds = configuration.request_timeout_seconds
        return RawResponse(
            problem=f"no complete answer within {seconds:g} seconds{through}", is_late=True
        )
    # The text of these errors is long and names internal classes; the kind is enough.
    return RawResponse(
        problem=f"the connection failed or was cut off ({type(error).__name__}){through}"
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error and its causes, the outermost first."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _bundle() -> tuple[str, str]:
    """Return the variable that names trusted authorities, and its value, "" if it is unset."""
    found = ((name, os.environ[name]) for name in BUNDLES if os.environ.get(name))
    return next(found, (BUNDLES[0], ""))


def _bad_bundle(host: str) -> str | None:
    """Return why the file of authorities cannot be used, None if there is no problem."""
    name, path = _bundle()
    if not path or Path(path).is_dir() or not host.startswith("https:"):
        return None
    try:
        ssl.create_default_context(cafile=path)
    except OSError as problem:
        is_other = isinstance(problem, ssl.SSLError)
        reason = "there is no certificate in it" if is_other else problem.strerror
        return f"{name} must be a readable file of certificates (got {path!r}: {reason})"
    return None


def _unverified(causes: list[BaseException], host: str, proxy: Proxy | None) -> str | None:
    """Return a message if a certificate could not be verified, with the variable that helps."""
    if not any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return None
    name, path = _bundle()
    unread = "".join(f". {other} is not used" for other in UNREAD if os.environ.get(other))
    return (
        f"the TLS certificate of {host}, or of {proxy or 'a proxy before it'}, could not be"
        " verified, so the token was not sent. If your company issues its own certificates,"
        f" {name} must be the file of its certificate authority (got {path!r}){unread}"
    )


def _bad_url(causes: list[BaseException], host: str, proxy: Proxy | None) -> str | None:
    """Return a message if the URL of the proxy, or of the host without one, cannot be used."""
    error = causes[0]
    if proxy is None:
        is_bad = isinstance(error, InvalidURL)
        return f"base_url must name a host (got {host!r})" if is_bad else None
    if isinstance(error, InvalidSchema):
        why = ": SOCKS needs the Python package PySocks"
    elif isinstance(error, UnicodeError):
        why = ": its user name and password must be Latin-1"
    elif any(_NO_TLS in str(cause) for cause in causes):
        why = ": it does not use TLS, so its URL must begin with http://"
    elif isinstance(error, InvalidURL) or re.search(r"\s", proxy.url):
        # Old versions of `requests` look up a host with a space in its name.
        why = ""
    else:
        return None
    name, url = proxy.variable, proxy.url
    return f"{name} must be the http:// or https:// URL of a proxy (got {url!r}{why})"


def _without_tunnel(status: int, proxy: Proxy) -> RawResponse:
    """Return that a proxy refused a tunnel; its refusals are final, its own failures are not."""
    reason = _REFUSALS.get(status, "")
    problem = f"{proxy} answered {status} to the request for a tunnel{reason}"
    is_final = status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _MAY_PASS
    return RawResponse(problem=problem, is_final=is_final)


def _without_user(url: str) -> str:
    """Return the URL of a proxy without user name and password, even if it is malformed."""
    scheme = _SCHEME.match(url)
    rest = url[scheme.end() :] if scheme else url
    _, _, host = rest.rpartition("@")
    quoted = _PASSWORD.sub(r"\1", re.split(r"[/?#]", host, maxsplit=1)[0])
    return (scheme[0] if scheme else "") + quoted
