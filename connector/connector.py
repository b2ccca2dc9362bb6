"""Entry points of the Fivetran connector for Contentful's Content Management API.

This module is the only one that uses the Connector SDK; the sync is in ``contentful_cma``.
See https://fivetran.com/docs/connector-sdk/technical-reference
"""

from __future__ import annotations

import os
from functools import partial
from inspect import signature
from typing import Any, Callable, cast

from fivetran_connector_sdk import Connector
from fivetran_connector_sdk import Logging as log  # noqa: N813 - the name all connectors use
from fivetran_connector_sdk import Operations as op  # noqa: N813 - the name all connectors use

from contentful_cma.settings.options import SETTINGS, Setting
from contentful_cma.sync import Clocks, sync
from contentful_cma.sync.progress import PROGRESS_SECONDS
from contentful_cma.sync.setup_checks import check_account, check_environment, check_token
from contentful_cma.tables import TABLES, configure, selected
from contentful_cma.values import with_datetimes

try:
    from fivetran_connector_sdk import ConfigurationForm, Test, form_field
except ImportError:  # SDK 2.13 added setup forms, and Python 3.9 gets an older SDK
    ConfigurationForm = None


INSTANTS = {
    table.name: [name for name, kind in table.declared() if kind == "UTC_DATETIME"]
    for table in TABLES
}
"""The columns of type UTC_DATETIME, by table."""

BETWEEN_LINES = "CONTENTFUL_PROGRESS_SECONDS"
"""The environment variable for the seconds between two progress lines in the log."""


def deferred_truncation(operations: Any) -> Callable[[str], None] | None:
    """Return the operation that deletes a table's old rows after a successful sync, or None.

    SDK 3.1 (November 2026) has this operation, but its name could not be tried.  So this accepts
    either a separate function, or an argument of ``truncate`` that is off by default.
    """
    names = [one for one in dir(operations) if "truncate" in one and "defer" in one]
    if names:
        return cast("Callable[[str], None]", getattr(operations, names[0]))
    try:
        arguments = signature(operations.truncate).parameters.values()
    except (AttributeError, TypeError, ValueError):
        return None
    flags = [one.name for one in arguments if "defer" in one.name and one.default is False]
    return partial(operations.truncate, **{flags[0]: True}) if flags else None


DEFERRED = deferred_truncation(op)


class FivetranOperations:
    """Fivetran's operations, with replacements for operations that an old SDK lacks."""

    can_truncate = hasattr(op, "truncate")
    if DEFERRED is not None:
        truncate_at_the_end = staticmethod(DEFERRED)
    delete = staticmethod(op.delete)
    checkpoint = staticmethod(op.checkpoint)

    @staticmethod
    def upsert(table: str, data: dict[str, Any]) -> None:
        """Write a row; instants become datetimes, because the SDK takes longer to parse texts."""
        op.upsert(table, with_datetimes(data, INSTANTS[table]))

    @staticmethod
    def truncate(table: str) -> None:
        """Delete all current rows of the table; does nothing with SDKs before 2.8.3."""
        if FivetranOperations.can_truncate:
            op.truncate(table)

    @staticmethod
    def warning(message: str) -> None:
        """Show a warning on the dashboard; SDKs before 2.11 can only log."""
        getattr(op, "warning", log.warning)(message)


def validate_configuration(configuration: dict[str, Any]) -> None:
    """Raise one ValueError with all wrong settings, if any."""
    configure(configuration)


def schema(configuration: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each selected table with its primary key and column types."""
    return [table.schema() for table in selected(configure(configuration))]


def update(configuration: dict[str, Any], state: dict[str, Any]) -> None:
    """Sync the selected tables; ValueError for wrong settings."""
    validate_configuration(configuration)
    seconds = float(os.environ.get(BETWEEN_LINES, PROGRESS_SECONDS))
    sync(configuration, state, FivetranOperations, log, Clocks(between_lines=seconds))


def configuration_form() -> Any:
    """Return the setup form: a field per setting, and three tests; without network access."""
    form = ConfigurationForm()
    for setting in SETTINGS:
        form.add_field(_field(setting))
    form.add_test(label="The token is accepted", func=test_token)
    form.add_test(label="Organizations and spaces can be read", func=test_account)
    form.add_test(label="The environment exists", func=test_environment)
    return form


def test_token(configuration: dict[str, Any]) -> Any:
    """Test that the API accepts the token."""
    return _result(check_token(configuration))


def test_account(configuration: dict[str, Any]) -> Any:
    """Test that organizations and spaces can be listed, and that the settings select some."""
    return _result(check_account(configuration))


def test_environment(configuration: dict[str, Any]) -> Any:
    """Test that the environment exists in at least one space."""
    return _result(check_environment(configuration))


def _field(setting: Setting) -> Any:
    """Return a setting as a field of the form: a list of choices, or a text field."""
    shared = {
        "name": setting.key,
        "label": setting.label,
        "placeholder": setting.shown_default.replace("`", ""),
        "description": f"{setting.meaning} Accepted: {setting.accepted}.",
    }
    if setting.choices:
        choices = [form_field.DropdownFieldParam(value=one, label=one) for one in setting.choices]
        return form_field.DropdownField(fields=choices, **shared)
    kind = form_field.TextField.password if setting.secret else form_field.TextField.plain_text
    required = setting.key == "access_token"
    return form_field.TextField(field_type=kind, required=required, **shared)


def _result(problem: str | None) -> Any:
    """Return the result of a check for the form."""
    return Test().success() if problem is None else Test().failure(problem)


if ConfigurationForm is None:
    connector = Connector(update=update, schema=schema)
else:
    connector = Connector(update=update, schema=schema, configuration_form=configuration_form)
