"""One example for each table: a record as the API sends it, and the rows that it has to become.

The records follow the recorded answers of the API and its reference; nothing here is computed by
the connector.
"""

from __future__ import annotations

from .content import CONTENT
from .core import CORE
from .example import Example
from .experience import EXPERIENCE
from .history import HISTORY
from .model import MODEL
from .people import PEOPLE
from .structure import STRUCTURE
from .usage import USAGE
from .work import WORK

EXAMPLES: tuple[Example, ...] = (
    *CORE,
    *PEOPLE,
    *STRUCTURE,
    *MODEL,
    *CONTENT,
    *WORK,
    *USAGE,
    *HISTORY,
    *EXPERIENCE,
)

COMPUTED = ("SPACE_MEMBERS", "WEBHOOK_HEALTH", "ORGANIZATION_USAGE", "SPACE_USAGE")
"""Tables whose records the emulator makes of others or of the date."""

__all__ = ["COMPUTED", "EXAMPLES", "Example"]
