"""The operations of old and new SDKs that the connector uses."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any, ClassVar

import pytest

CONNECTOR = Path(__file__).resolve().parents[2] / "connector"


@pytest.fixture(scope="module")
def connector() -> Any:
    """Give the module that Fivetran runs."""
    sys.path.insert(0, str(CONNECTOR))
    spec = importlib.util.spec_from_file_location(
        "connector_of_the_tests", CONNECTOR / "connector.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Plain:
    """The operations of an SDK before 3.1."""

    @staticmethod
    def truncate(table: str) -> None:
        """Delete all rows."""


class WithArgument:
    """Operations whose truncation can be deferred by an argument."""

    called: ClassVar[list[tuple[str, bool]]] = []

    @classmethod
    def truncate(cls, table: str, deferred: bool = False) -> None:  # noqa: FBT001, FBT002
        """Delete all rows, now or at the end."""
        cls.called.append((table, deferred))


class WithFunction(Plain):
    """Operations that have a function for it."""

    called: ClassVar[list[str]] = []

    @classmethod
    def deferred_truncate(cls, table: str) -> None:
        """Delete all rows at the end."""
        cls.called.append(table)


class Without:
    """The operations of an SDK before 2.8.3."""


def test_a_truncation_is_deferred_if_the_sdk_can(connector: Any) -> None:
    """A deferred truncation uses an argument or a function of the SDK, if there is one."""
    connector.deferred_truncation(WithArgument)("TAGS")
    assert WithArgument.called == [("TAGS", True)]
    connector.deferred_truncation(WithFunction)("TAGS")
    assert WithFunction.called == ["TAGS"]
    assert connector.deferred_truncation(Plain) is None
    assert connector.deferred_truncation(Without) is None
