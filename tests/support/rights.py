"""Run programs for which file permissions apply, even if root runs the tests."""

from __future__ import annotations

import os
import shutil

import pytest


def with_rights() -> list[str]:
    """Return the start of a command whose program has only the rights of its user."""
    if os.geteuid():
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("setpriv, which removes the rights of root, was not found")
    return [setpriv, "--bounding-set=-all", "--inh-caps=-all"]
