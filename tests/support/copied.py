"""Changes to a copy of the connector that no setting can make."""

from __future__ import annotations

import re
from pathlib import Path


def set_constant(module: Path, name: str, value: object) -> None:
    """Change a constant of a module, or the default of a field."""
    source = module.read_text("utf-8")
    pattern = rf"^( *{name}(?:: \w+)?) = .*$"
    changed, lines = re.subn(pattern, rf"\1 = {value}", source, flags=re.MULTILINE)
    assert lines == 1
    module.write_text(changed, "utf-8")
