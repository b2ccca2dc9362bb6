"""Rows of the core tables: the expected ones, and those in the warehouse."""

from __future__ import annotations

from support.account import Account
from support.warehouse import Warehouse

NO_LICENSE = dict.fromkeys(
    (
        *("license_id", "license_product_id", "license_product_name"),
        *("license_is_trial", "license_expires_at"),
    )
)
"""License columns of a space without a license in the API."""


def expected_space(account: Account, record: dict, default_locale: str | None = "en-US") -> dict:
    """Return the documented row for a space as the emulator stores it."""
    sys = record["sys"]
    return {
        "id": sys["id"],
        "name": record["name"],
        "organization_id": sys["organization"]["sys"]["id"],
        "default_locale": default_locale,
        "type": "Space",
        "version": sys["version"],
        "created_at": sys["createdAt"],
        "updated_at": sys["updatedAt"],
        "created_by_id": sys["createdBy"]["sys"]["id"],
        "created_by_type": sys["createdBy"]["sys"]["linkType"],
        "updated_by_id": sys["updatedBy"]["sys"]["id"],
        "updated_by_type": sys["updatedBy"]["sys"]["linkType"],
        "archived_at": sys.get("archivedAt"),
        **_license(account, sys),
    }


def _license(account: Account, sys: dict) -> dict:
    if "license" not in sys:
        return NO_LICENSE
    name = sys["license"]["sys"]["id"]
    path = f"organizations/{sys['organization']['sys']['id']}/available_licenses"
    held = next(one for one in account.stored(path) if one["sys"]["id"] == name)
    return {
        "license_id": name,
        "license_product_id": held["productId"],
        "license_product_name": held["productName"],
        "license_is_trial": held["isTrial"],
        "license_expires_at": held["expiresAt"],
    }


def expected_organization(record: dict) -> dict:
    """Return the documented row for an organization."""
    sys = record["sys"]
    return {
        "id": sys["id"],
        "name": record["name"],
        "type": "Organization",
        "default_user_language": record.get("defaultUserLanguage"),
        "version": sys["version"],
        "created_at": sys["createdAt"],
        "updated_at": sys["updatedAt"],
    }


def in_account(account: Account) -> tuple[list[dict], list[dict]]:
    """Return the expected rows of SPACES and ORGANIZATIONS, by id."""
    spaces = [expected_space(account, record) for record in account.stored("spaces")]
    organizations = [expected_organization(record) for record in account.stored("organizations")]
    return sorted(spaces, key=_id), sorted(organizations, key=_id)


def _id(row: dict) -> str:
    return row["id"]


def in_warehouse(warehouse: Warehouse) -> tuple[list[dict], list[dict]]:
    """Return the rows of SPACES and ORGANIZATIONS in the warehouse, by id."""
    return warehouse.rows("SPACES"), warehouse.rows("ORGANIZATIONS")
