"""Generated tags, extensions, editor interfaces and app installations of an environment."""

from __future__ import annotations

from collections.abc import Iterator

from ..records import Record, Scope, link
from ..resource import Sample
from .account import owner_of
from .content import TAG, TYPES
from .maker import Maker
from .organization import app_id

WIDGETS = {
    "Symbol": "singleLine",
    "Text": "markdown",
    "RichText": "richTextEditor",
    "Integer": "numberEditor",
    "Date": "datePicker",
    "Link": "entryLinkEditor",
    "Array": "entryLinksEditor",
}


def tags(_maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield a public tag that entries have, and a private one that nothing has."""
    yield Sample(TAG, {"name": "Editorial"}, {"visibility": "public"})
    yield Sample("unused", {"name": "Unused"}, {"visibility": "private"})


def extensions(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield an extension with its source, and one that is loaded from elsewhere."""
    place = ("extension", scope["space"])
    own: Record = {
        "name": "Rating",
        "fieldTypes": [{"type": "Integer"}],
        "srcdoc": "<!doctype html><html lang='en'><body>Rate it</body></html>",
        "sidebar": False,
    }
    parameters = {"apiKey": "SECRET-of-the-extension"}
    yield Sample(maker.identifier(*place, 0), {"extension": own, "parameters": parameters})
    far = {**own, "name": "Maps", "src": "https://maps.example.com/?token=SECRET-of-the-source"}
    del far["srcdoc"]
    yield Sample(maker.identifier(*place, 1), {"extension": {**far, "sidebar": True}})


def controls(fields: list[Record]) -> list[Record]:
    """Return how fields are edited unless somebody chose otherwise."""
    return [
        {
            "fieldId": field["id"],
            "widgetId": WIDGETS.get(field["type"], "objectEditor"),
            "widgetNamespace": "builtin",
        }
        for field in fields
    ]


def editor_interfaces(_maker: Maker, _scope: Scope) -> Iterator[Sample]:
    """Yield one for each content type."""
    settings = {"widgetId": "publication-widget", "widgetNamespace": "sidebar-builtin"}
    for name, fields in TYPES.items():
        body = {"controls": controls(fields), "sidebar": [{**settings, "settings": {}}]}
        yield Sample(name, body, {"id": "default", "contentType": link("ContentType", name)})


def app_installations(maker: Maker, scope: Scope) -> Iterator[Sample]:
    """Yield the installation of the organization's app; it has no id of its own."""
    organization = owner_of(maker, scope["space"])
    app = app_id(maker, organization)
    sys = {
        "id": None,
        "appDefinition": link("AppDefinition", app),
        "organization": link("Organization", organization),
    }
    yield Sample(app, {"parameters": {"apiKey": "SECRET-of-the-installation"}}, sys)
