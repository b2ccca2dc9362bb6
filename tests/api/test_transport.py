"""TLS and proxies: the token is sent only to verified hosts."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from contentful_cma.errors import RequestFailed, Unanswered
from contentful_cma.sync.setup_checks import check_token
from support.account import TOKEN, Account
from support.core import in_account, in_warehouse
from support.listener import Listener, serving
from support.warehouse import Warehouse

Configuration = dict[str, str]

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def _without_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the proxy and certificate variables of the machine that runs the tests."""
    for name in (*PROXIES, *BUNDLES, "NO_PROXY", "no_proxy", "NETRC"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create a self-signed certificate for localhost, with its key in the same folder."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl, which creates the certificate, was not found")
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(file.with_suffix(".key")), "-out", str(file)]
    subprocess.run(
        [openssl, "req", "-x509", *kind, *subject, *files], check=True, capture_output=True
    )
    return file


@pytest.fixture
def untrusted(certificate: Path) -> Iterator[Listener]:
    """Run an https server with a certificate that no authority has signed."""
    with serving(Listener(certificate)) as listener:
        yield listener


@pytest.fixture
def proxy() -> Iterator[Listener]:
    """Run a proxy that refuses every request."""
    with serving(Listener()) as listener:
        yield listener


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"PYTHONHTTPSVERIFY": "0"},
        {"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": ""},
        {"SSL_CERT_FILE": "/dev/null", "SSL_CERT_DIR": ""},
    ],
    ids=str,
)
def test_an_untrusted_certificate_ends_the_sync(
    warehouse: Warehouse,
    untrusted: Listener,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
) -> None:
    """An untrusted certificate fails the sync before any request, and no variable changes that."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    given = {"access_token": TOKEN, "base_url": untrusted.url}
    run = warehouse.sync(given)
    assert isinstance(run.error, RequestFailed)
    expected = f"the TLS certificate of {untrusted.url}, or of a proxy before it, could not be"
    assert "REQUESTS_CA_BUNDLE must be the file of its certificate authority" in str(run.error)
    assert (". SSL_CERT_FILE is not used" in str(run.error)) is ("SSL_CERT_FILE" in environment)
    assert expected in str(run.error)
    assert expected in str(check_token(given))
    assert (untrusted.received, run.written, run.deleted) == ([], [], [])
    assert max(run.slept, default=0) < 1


BUNDLE_RULE = "a readable file of certificates"
PROXY_RULE = "the http:// or https:// URL of a proxy"
UNUSABLE = [
    ("REQUESTS_CA_BUNDLE", "/no/such.pem", BUNDLE_RULE, "/no/such.pem"),
    ("CURL_CA_BUNDLE", "/no/such.pem", BUNDLE_RULE, "/no/such.pem"),
    ("REQUESTS_CA_BUNDLE", "/dev/null", BUNDLE_RULE, "/dev/null"),
    ("HTTPS_PROXY", "socks5://ann:s3cret@localhost:9", PROXY_RULE, "socks5://localhost:9"),
    ("https_proxy", "not a URL", PROXY_RULE, "not a URL"),
    ("ALL_PROXY", "http://", PROXY_RULE, "http://"),
    ("all_proxy", "ftp://ann:s3cret@localhost:9", PROXY_RULE, "ftp://localhost:9"),
    ("HTTPS_PROXY", "http://ann:s3cret/2@localhost:9", PROXY_RULE, "http://localhost:9"),
    ("HTTPS_PROXY", "http://ann:s3cret", PROXY_RULE, "http://ann"),
    ("HTTPS_PROXY", "http://ann:s3cret%E2%82%AC@localhost:9", PROXY_RULE, "http://localhost:9"),
]


@pytest.mark.parametrize("case", UNUSABLE, ids=str)
def test_an_invalid_variable_is_named(
    warehouse: Warehouse,
    untrusted: Listener,
    monkeypatch: pytest.MonkeyPatch,
    case: tuple[str, str, str, str],
) -> None:
    """Syncs and setup tests name an invalid variable and its value at once, without passwords."""
    name, value, rule, shown = case
    monkeypatch.setenv(name, value)
    given = {"access_token": TOKEN, "base_url": untrusted.url}
    run = warehouse.sync(given)
    for problem in (str(run.error), str(check_token(given))):
        assert f"{name} must be {rule} (got '{shown}'" in problem
        assert "s3cret" not in problem
    assert (type(run.error), untrusted.received, run.written) == (RequestFailed, [], [])
    assert max(run.slept, default=0) < 1


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (407, ": it requires a valid user name and password"),
        (403, ": it does not allow this host"),
        (404, ""),
    ],
)
def test_a_proxy_that_refuses_is_named(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, status: int, reason: str
) -> None:
    """If a proxy refuses, the error names the proxy and its variable, and there is no retry."""
    with serving(Listener(refusal=status)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//ann:s3cret@"))
        run = warehouse.sync({"access_token": TOKEN})
        problem = check_token({"access_token": TOKEN})
        requests = len(proxy.received)
    for found in (str(run.error), str(problem)):
        named = f"the proxy {proxy.url} of HTTPS_PROXY"
        assert found.endswith(f"{named} answered {status} to the request for a tunnel{reason}")
        assert "s3cret" not in found
    assert type(run.error) is RequestFailed
    # The sync lists organizations and spaces at once; the setup test makes one request.
    assert requests <= 3


def test_a_proxy_without_tls_is_named(
    warehouse: Warehouse, proxy: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An https URL for a proxy without TLS fails the sync, and the error names the variable."""
    value = proxy.url.replace("http://", "https://")
    monkeypatch.setenv("HTTPS_PROXY", value)
    run = warehouse.sync({"access_token": TOKEN})
    assert f"HTTPS_PROXY must be {PROXY_RULE} (got '{value}': it does not use" in str(run.error)
    assert (type(run.error), max(run.slept, default=0) < 1) == (RequestFailed, True)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (
            "http://nowhere.invalid:9",
            "the host of the proxy http://nowhere.invalid:9 of HTTPS_PROXY cannot be",
        ),
        ("http://localhost:1", "the proxy http://localhost:1 of HTTPS_PROXY refuses connections"),
    ],
)
def test_an_unreachable_proxy_is_named_and_retried(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, value: str, reason: str
) -> None:
    """An unreachable proxy is retried, and the error names the proxy and its variable."""
    monkeypatch.setenv("HTTPS_PROXY", value)
    run = warehouse.sync({"access_token": TOKEN, "retry_attempts": "1"})
    assert reason in str(run.error)
    assert "; given up after 2 tries" in str(run.error)


def test_a_base_url_without_a_valid_host_is_refused(warehouse: Warehouse) -> None:
    """A host name that cannot exist fails the sync at once, and the error names the setting."""
    run = warehouse.sync({"access_token": TOKEN, "base_url": "https://.example.com"})
    assert "base_url must name a host (got 'https://.example.com')" in str(run.error)
    assert (type(run.error), max(run.slept, default=0) < 1) == (RequestFailed, True)


def test_a_certificate_of_another_host_is_refused(
    warehouse: Warehouse, untrusted: Listener, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A trusted certificate that was issued for another host is refused."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    elsewhere = untrusted.url.replace("localhost", "127.0.0.1")
    run = warehouse.sync({"access_token": TOKEN, "base_url": elsewhere})
    assert "could not be verified" in str(run.error)
    assert untrusted.received == []


def test_private_authorities_can_be_trusted(
    warehouse: Warehouse, untrusted: Listener, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """REQUESTS_CA_BUNDLE names the trusted authorities, such as those of a TLS proxy."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    run = warehouse.sync({"access_token": TOKEN, "base_url": untrusted.url})
    assert run.error is None
    assert untrusted.received
    assert all(f"Bearer {TOKEN}" in request for request in untrusted.received)


def test_a_proxy_does_not_see_the_token(
    warehouse: Warehouse, proxy: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy receives only requests for a tunnel to the API, and not the token."""
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    run = warehouse.sync({"access_token": TOKEN, "retry_attempts": "0"})
    assert isinstance(run.error, Unanswered)
    assert f"the proxy {proxy.url} of HTTPS_PROXY answered 502" in str(run.error)
    assert proxy.received
    assert all(request.startswith("CONNECT api.contentful.com:443 ") for request in proxy.received)
    assert TOKEN not in str(proxy.received)


def test_requests_without_tls_bypass_proxies(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    proxy: Listener,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Requests to a loopback host, which may be without TLS, bypass all proxies."""
    for name in PROXIES:
        monkeypatch.setenv(name, proxy.url)
    account.put_space("a")
    run = warehouse.sync(configuration)
    assert (run.error, proxy.received) == (None, [])
    assert in_warehouse(warehouse) == in_account(account)


def test_a_netrc_does_not_replace_the_token(
    warehouse: Warehouse,
    untrusted: Listener,
    certificate: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A user and password in `.netrc` for the host are not sent."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login ann password not-for-contentful\n", "utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    assert warehouse.sync({"access_token": TOKEN, "base_url": untrusted.url}).error is None
    assert all(f"'Authorization': 'Bearer {TOKEN}'" in request for request in untrusted.received)
