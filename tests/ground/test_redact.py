"""Redaction of texts and JSON from other sources."""

from __future__ import annotations

import time
from typing import Any

import pytest

from contentful_cma.redact import address, masked, masked_json, origin, widgets
from support.cases import thinned


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://a.example.com/x/y", "https://a.example.com/x/y"),
        ("https://a.example.com:8443/x?key=1#2", "https://a.example.com:8443/x"),
        ("https://ann:pass@a.example.com/x@2/y", "https://a.example.com/x@2/y"),
        ("https://ann:p@ss@a.example.com/x", "https://a.example.com/x"),
        ("//ann:pass@a.example.com/x", "//a.example.com/x"),
        ("https://ann:pa/ss@a.example.com/x", None),
        ("https://ann:pa?ss@a.example.com/x", None),
        ("https://ann:pa#ss@a.example.com/x", None),
        ("https://[::1/x", None),
        ("", ""),
        (7, None),
    ],
)
def test_an_address_has_no_user_query_and_fragment(given: object, expected: object) -> None:
    """User, query and fragment are removed; if they cannot be separated, the address is NULL."""
    assert address(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://hooks.example.com/services/T0/B0/key", "https://hooks.example.com"),
        ("http://ann:pass@localhost:9000?x", "http://localhost:9000"),
        ("hooks.example.com/key", None),
        ("//hooks.example.com/key", None),
        ("mailto:ann@example.com", None),
    ],
)
def test_an_origin_is_scheme_and_host(given: str, expected: object) -> None:
    """A webhook's address is reduced to scheme and host, because its path may be a secret."""
    assert origin(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Not found.", "Not found."),
        ("no my-token here", "no <access_token> here"),
        ("no CFPAT-other_1 here", "no <access_token> here"),
        ("failed while executing", "failed while executing"),
        ("not-my-tokens, my-token2, 2my-token", "not-my-tokens, my-token2, 2my-token"),
        ("?a=1%3Dmy-token%0A", "?a=1%3D<access_token>%0A"),
        (r"\nmy-token\n \u00e9my-token", r"\n<access_token>\n \u00e9<access_token>"),
        ("my-token: (my-token) -my-token_", "<access_token>: (<access_token>) -<access_token>_"),
        ("aCFPAT-other_1", "a<access_token>"),
        ("mail ada.b+c@example.co.uk, please", "mail <e-mail>, please"),
        ("at https://a:b@c.example.com/d?e: closed", "at https://c.example.com closed"),
        ("at https://a:b/c@d.example.com closed", "at <url> closed"),
    ],
)
def test_messages_are_redacted(given: str, expected: str) -> None:
    """Tokens, e-mail addresses and all parts of URLs except scheme and host are redacted."""
    assert masked(given, "my-token") == expected


@pytest.mark.parametrize("part", thinned(["a.", "a", "a@a.", "a@", "https://", "a:", "CFPAT-"], 2))
def test_redaction_takes_linear_time(part: str) -> None:
    """Redaction takes time in proportion to the length, even if the text is repetitive."""
    begun = time.process_time()
    masked(part * (1_000_000 // len(part)))
    assert time.process_time() - begun < 5


def test_json_is_redacted_at_any_depth() -> None:
    """Texts in lists and objects are redacted at any depth, and other values stay."""
    value: Any = {"url": "https://a.example.com/b", "number": 1, "nothing": None}
    expected: Any = {"url": "https://a.example.com", "number": 1, "nothing": None}
    for _ in range(3000):
        value, expected = [value], [expected]
    found, wanted = masked_json(value), expected
    for _ in range(3000):
        found, wanted = found[0], wanted[0]
    assert found == wanted


def test_only_built_in_widgets_keep_their_settings() -> None:
    """Apps, extensions and unnamed kinds of widgets lose their settings, which are parameters."""
    kinds = ("builtin", "sidebar-builtin", "editor-builtin", "app", "extension", None)
    given = [{"widgetId": "x", "widgetNamespace": kind, "settings": {"a": 1}} for kind in kinds]
    kept = [kind for kind, one in zip(kinds, widgets(given)) if "settings" in one]
    assert kept == ["builtin", "sidebar-builtin", "editor-builtin"]


def test_a_short_token_redacts_nothing() -> None:
    """A text shorter than any token is not redacted, because it may be part of a word."""
    assert masked("failed while executing", "x") == "failed while executing"
    assert masked("failed while trying", "while") == "failed while trying"


@pytest.mark.parametrize(
    ("name", "is_kept"), [("slugEditor", True), ("datePicker", True), ("my-extension", False)]
)
def test_a_widget_from_before_namespaces_is_built_in_by_its_name(
    name: str, *, is_kept: bool
) -> None:
    """Without a namespace, only widgets with the name of a built-in one keep their settings."""
    widget = {"fieldId": "slug", "widgetId": name, "settings": {"helpText": "Short"}}
    kept = {"fieldId": "slug", "widgetId": name}
    assert widgets([dict(widget)]) == [widget if is_kept else kept]
