"""JSON Patch (RFC 6902), with only the operations that clients send: add, replace and remove."""

from __future__ import annotations

import copy
from typing import Any

from ..errors import bad_request
from ..records import Record


def patched(record: Record, operations: Any) -> Record:
    """Return a copy of a record after a list of operations, or raise the 400 of an invalid one."""
    if not isinstance(operations, list):
        raise bad_request("The body you sent is not a valid JSON Patch document.")
    result = copy.deepcopy(record)
    for operation in operations:
        try:
            _apply(result, operation)
        except (KeyError, IndexError, TypeError, ValueError):
            raise bad_request("The patch could not be applied.") from None
    return result


def _apply(document: Any, operation: Any) -> None:
    steps = [step.replace("~1", "/").replace("~0", "~") for step in operation["path"].split("/")]
    *inner, last = steps[1:]
    for step in inner:
        document = document[int(step)] if isinstance(document, list) else document[step]
    match operation["op"]:
        case "add" if isinstance(document, list):
            document.insert(len(document) if last == "-" else int(last), operation["value"])
        case "add":
            document[last] = operation["value"]
        case "replace":
            key = int(last) if isinstance(document, list) else last
            document[key] = operation["value"]
        case "remove":
            del document[int(last) if isinstance(document, list) else last]
        case _:
            raise ValueError(operation["op"])
