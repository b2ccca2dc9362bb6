"""Programs for which the rights of files count, even if root runs the tests."""

from __future__ import annotations

import os
import shutil

import pytest


def with_rights() -> list[str]:
    """Return the beginning of a command whose program has no right but those of its user."""
    if os.geteuid():
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("setpriv takes the rights of root away, and was not found")
    return [setpriv, "--bounding-set=-all", "--inh-caps=-all"]
