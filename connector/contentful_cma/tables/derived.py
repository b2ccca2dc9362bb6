"""Row values that are computed from several parts of a record: status, title, links, files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from contentful_cma import redact, values
from contentful_cma.values import Record, Row


@dataclass(frozen=True)
class ContentModel:
    """The parts of an environment's content model and locales that affect rows of content.

    ``display_fields`` maps the id of a content type to the id of its display field, or to None.
    """

    default_locale: Optional[str] = None
    display_fields: Mapping[str, Optional[str]] = field(default_factory=dict)


NO_MODEL = ContentModel()


def status_row(record: Record, row: Row, _model: ContentModel) -> Row:
    """Fill in ``status`` of a record that can be published."""
    row["status"] = status(record)
    return row


def entry_row(record: Record, row: Row, model: ContentModel) -> Row:
    """Fill in ``status``, ``title`` and ``links`` of an entry."""
    row["status"] = status(record)
    display = model.display_fields.get(row["content_type_id"])
    row["title"] = None if display is None else _localized(record, display, model, values.text)
    row["links"] = list(outgoing_links(record))
    return row


def asset_row(record: Record, row: Row, model: ContentModel) -> Row:
    """Fill in ``status``, ``title`` and the file columns of an asset."""
    row["status"] = status(record)
    row["fields"] = redact.without_uploads(row["fields"])
    row["title"] = _localized(record, "title", model, values.text)
    file = values.members(_localized(record, "file", model, values.json))
    row["file_name"] = values.text(file.get("fileName"))
    row["content_type"] = values.text(file.get("contentType"))
    row["url"] = values.text(file.get("url"))
    details = values.members(file.get("details"))
    image = values.members(details.get("image"))
    row["size"] = values.whole(details.get("size"))
    row["width"] = values.whole(image.get("width"))
    row["height"] = values.whole(image.get("height"))
    return row


def workflow_row(_record: Record, row: Row, _model: ContentModel) -> Row:
    """Remove the actions from the steps of a workflow."""
    row["steps"] = redact.without_actions(row["steps"])
    return row


def entity_row(_record: Record, row: Row, _model: ContentModel) -> Row:
    """Remove the queries from the URLs of files that Contentful has not yet fetched."""
    if row["type"] == "Asset":
        row["fields"] = redact.without_uploads(row["fields"])
    return row


def comment_row(record: Record, row: Row, _model: ContentModel) -> Row:
    """Fill in field and locale of a comment from its parent's link: ``fields.title.en-US``."""
    parent = values.members(values.members(record.get("sys")).get("parentEntity"))
    ref = values.members(parent.get("sys")).get("ref")
    steps = ref.split(".") if isinstance(ref, str) else []
    _, row["field_id"], row["locale"] = (*steps, *[None] * _STEPS_OF_A_REF)[:_STEPS_OF_A_REF]
    return row


_STEPS_OF_A_REF = 3


def status(record: Record) -> str:
    """Return `draft`, `changed`, `published` or `archived`, derived from the versions.

    Publishing version n creates version n + 1, which has the published content until the next edit
    (https://www.contentful.com/developers/docs/tutorials/general/determine-entry-asset-state/).
    """
    sys = values.members(record.get("sys"))
    if sys.get("archivedVersion") is not None:
        return "archived"
    published = values.whole(sys.get("publishedVersion"))
    if published is None:
        return "draft"
    version = values.whole(sys.get("version"))
    return "changed" if version is not None and version > published + 1 else "published"


def outgoing_links(record: Record) -> Iterator[dict[str, Any]]:
    """Yield every reference of an entry: link fields, arrays of links, nodes of rich text.

    Each reference has these keys:

    - ``field`` and ``locale``
    - ``position``: from 0 in the field and locale
    - ``kind``: `field`, or `block`, `inline`, `hyperlink` in rich text
    - ``type``: `Entry`, `Asset`, or the type of a resource link, such as `Contentful:Entry`
    - ``target``: an id, or the URN of a resource link
    """
    fields = record.get("fields")
    for name, locales in fields.items() if type(fields) is dict else ():
        for locale, value in locales.items() if type(locales) is dict else ():
            # Skip texts and numbers, the most common values: they contain no link.
            if type(value) is dict or type(value) is list:
                for position, (kind, sys) in enumerate(_references(value)):
                    yield {
                        "field": name,
                        "locale": locale,
                        "position": position,
                        "kind": kind,
                        "type": values.text(sys.get("linkType")),
                        "target": values.text(sys.get("id", sys.get("urn"))),
                    }


def _references(value: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return the kind and the ``sys`` of every link in a field value, in reading order."""
    if type(value) is dict:
        if "nodeType" in value:
            return _in_rich_text(value)
        value = [value]
    return [("field", sys) for sys in map(_link_sys, value) if sys is not None]


def _in_rich_text(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return the kind and the ``sys`` of each link in a rich text."""
    # A stack, because rich text can be nested deeper than Python can recurse.
    found = []
    waiting = [document]
    while waiting:
        node = waiting.pop()
        data = node.get("data")
        if data and type(data) is dict:
            sys = _link_sys(data.get("target"))
            if sys is not None:
                # embedded-entry-block, embedded-entry-inline, entry-hyperlink, asset-hyperlink ...
                found.append((str(node.get("nodeType")).rsplit("-", 1)[-1], sys))
        content = node.get("content")
        if content and type(content) is list:
            waiting += [child for child in reversed(content) if type(child) is dict]
    return found


def _link_sys(value: Any) -> dict[str, Any] | None:
    """Return the ``sys`` of a link, None for any other value."""
    sys = value.get("sys") if type(value) is dict else None
    if type(sys) is dict and sys.get("type") in _LINK_TYPES:
        return sys
    return None


_LINK_TYPES = ("Link", "ResourceLink")


def _localized(record: Record, name: str, model: ContentModel, convert: Any) -> Any:
    """Return a field in the default locale, converted."""
    locales = values.members(values.members(record.get("fields")).get(name))
    return convert(locales.get(model.default_locale))
