"""Contentful's Content Management API as a Fivetran connector: the wiring to the Connector SDK.

Everything else is in ``contentful_cma``, which does not know the SDK.
See https://fivetran.com/docs/connector-sdk/technical-reference
"""

from __future__ import annotations

import os
from typing import Any

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
except ImportError:  # the SDK has setup forms since 2.13, and Python 3.9 gets an older one
    ConfigurationForm = None


INSTANTS = {
    table.name: [name for name, kind in table.declared() if kind == "UTC_DATETIME"]
    for table in TABLES
}
"""The columns that hold an instant, by table."""

BETWEEN_LINES = "CONTENTFUL_PROGRESS_SECONDS"
"""The environment variable for the seconds between two lines of the log that tell of progress."""


class FivetranOperations:
    """Fivetran's operations, also where an old SDK lacks one."""

    can_truncate = hasattr(op, "truncate")
    delete = staticmethod(op.delete)
    checkpoint = staticmethod(op.checkpoint)

    @staticmethod
    def upsert(table: str, data: dict[str, Any]) -> None:
        """Write a whole row; the SDK parses an instant that is a text, which takes longer."""
        op.upsert(table, with_datetimes(data, INSTANTS[table]))

    @staticmethod
    def truncate(table: str) -> None:
        """Delete all rows that the table has now; SDKs before 2.8.3 cannot."""
        if FivetranOperations.can_truncate:
            op.truncate(table)

    @staticmethod
    def warning(message: str) -> None:
        """Show a warning on the dashboard; SDKs before 2.11 can only log it."""
        getattr(op, "warning", log.warning)(message)


def validate_configuration(configuration: dict[str, Any]) -> None:
    """Raise one ValueError that names every setting that is wrong, if any is."""
    configure(configuration)


def schema(configuration: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each selected table with its primary key and the type of every column."""
    return [table.schema() for table in selected(configure(configuration))]


def update(configuration: dict[str, Any], state: dict[str, Any]) -> None:
    """Bring the warehouse up to date; ValueError for a configuration that cannot be used."""
    validate_configuration(configuration)
    seconds = float(os.environ.get(BETWEEN_LINES, PROGRESS_SECONDS))
    sync(configuration, state, FivetranOperations, log, Clocks(between_lines=seconds))


def configuration_form() -> Any:
    """Return the setup form: every setting as a field, and three tests; no network is used."""
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
    """Test that organizations and spaces can be listed and that some are selected."""
    return _result(check_account(configuration))


def test_environment(configuration: dict[str, Any]) -> Any:
    """Test that the environment exists in at least one space."""
    return _result(check_environment(configuration))


def _field(setting: Setting) -> Any:
    """Return a setting as a field of the form: a list to choose from, or a text."""
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
    """Return what came of a check as the form shows it."""
    return Test().success() if problem is None else Test().failure(problem)


if ConfigurationForm is None:
    connector = Connector(update=update, schema=schema)
else:
    connector = Connector(update=update, schema=schema, configuration_form=configuration_form)
