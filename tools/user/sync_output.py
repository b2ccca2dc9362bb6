"""The output of ``fivetran debug``: the lines to show, and the failure of a sync."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from tools.command_line import OWNER_ONLY, named
from tools.user.live_line import LiveLine

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

from contentful_cma.redact import masked_token

LINE = re.compile(
    r"(?P<time>\d\d:\d\d:\d\d)\S* (?P<level>[A-Z]+) +⚡ (?P<origin>\w+) +(?P<text>.*)", re.DOTALL
)
"""A message: time, level, origin and text.  Lines of another form continue it."""

COUNT = re.compile(r"[A-Z_]+: [\d,]+ written, [\d,]+ deleted\.")
TOTALS = re.compile(r"[\d,]+ rows written, [\d,]+ deleted, ([\d,]+) requests? ")
"""Messages of the connector that the summary at the end contains."""

OFFLINE = re.compile(r"unable to check for a newer version of |retrying after \d+ seconds")
"""The SDK's message without a connection to PyPI, where it looks for newer versions."""

PROGRESS = re.compile(r"Step \d+ of \d+, ")
BAD = ("ERROR", "SEVERE", "CRITICAL")
ERROR = re.compile(
    r"^\s*Error: (?:failed while executing \w+\(\) error: )?(?P<message>.*?)\s*"
    r"(?:^\s*Traceback|^\s*See logs|\Z)",
    re.DOTALL | re.MULTILINE,
)
KIND = re.compile(r"^\s*(?P<kind>\w+): the message is above$", re.MULTILINE)
"""The message of an error, and its name in the traceback below."""

FULL = re.compile(
    r"^.*(?:no space left on device|not enough space on the disk|disk quota exceeded).*$",
    re.IGNORECASE | re.MULTILINE,
)
DISK_FULL = "DiskFull"
"""The messages of systems about a full disk, anywhere in a traceback, and their common name."""


@dataclass(frozen=True)
class Failure:
    """The failure of a sync: the name of the error, "" if it is unknown, and its message."""

    kind: str
    message: str


class RunLog:
    """A file with the whole output, for its owner only; a full disk ends it, not the sync."""

    def __init__(self, path: Path) -> None:
        """Empty the file; BlockingIOError while another sync writes it."""
        self.is_whole = True
        self._name = named(path)
        self._file: TextIO | None = None
        try:
            if fcntl is None:
                # Windows does not delete a file that another program has open.
                path.unlink(missing_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT, OWNER_ONLY)
            self._file = os.fdopen(handle, "w", encoding="utf-8")
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.chmod(OWNER_ONLY)
            self._file.truncate()
        except BlockingIOError:
            self.close()
            raise
        except OSError:
            self.is_whole = False

    def close(self) -> None:
        """End the file."""
        try:
            if self._file is not None:
                self._file.close()
        except OSError:
            self.is_whole = False

    @property
    def where(self) -> str:
        """The place of the traceback, in words."""
        if self.is_whole:
            return f"the traceback is in {self._name}"
        return f"the traceback could not be written to {self._name}, and --verbose shows it"

    def write(self, line: str) -> None:
        """Keep a line."""
        try:
            if self._file is not None:
                self._file.write(f"{line}\n")
                self._file.flush()
        except OSError:
            self.is_whole = False


class Output:
    """Sorts the printed lines: shows those of the connector, keeps warnings and errors.

    No line that is shown or kept contains the *token*.
    """

    def __init__(
        self, live: LiveLine, log: RunLog, token: str, *, is_verbose: bool = False
    ) -> None:
        """Start without lines; *is_verbose* shows every line as it is."""
        self.warnings: list[str] = []
        self.errors: list[str] = []
        self.requests: int | None = None
        self._live = live
        self._log = log
        self._token = token
        self._is_verbose = is_verbose
        self._kept: list[str] = []
        self._last = ""

    def take(self, line: str) -> None:
        """Keep a line, and show it if users need it."""
        line = masked_token(line, self._token)
        self._log.write(line)
        if self._is_verbose:
            self._live.say(line)
        message = LINE.fullmatch(line)
        if message is not None:
            self._begin(**message.groupdict())
        elif self._kept:
            self._kept[-1] += f"\n{line}"
        else:
            self._last = line.strip() or self._last

    def failure(self) -> Failure:
        """Return the reason why the sync failed."""
        said = self.errors[-1] if self.errors else self._last or "no reason was printed"
        full, found, kind = FULL.search(said), ERROR.search(said), KIND.search(said)
        if full is not None:
            return Failure(DISK_FULL, full[0].strip())
        message = found["message"] if found else said.lstrip("✗ ")
        return Failure(kind["kind"] if kind else "", " ".join(message.split()))

    def _begin(self, time: str, level: str, origin: str, text: str) -> None:
        """Take the first line of a message."""
        text = text.strip()
        if origin == "sdk" and OFFLINE.match(text):
            level = "DEBUG"
        self._kept = self.errors if level in BAD else self.warnings if level == "WARNING" else []
        if level in BAD or level == "WARNING":
            self._kept.append(text)
        if level == "WARNING" or (level == "INFO" and origin == "connector"):
            self._show(time, text)

    def _show(self, time: str, text: str) -> None:
        totals = TOTALS.match(text)
        if totals is not None:
            self.requests = int(totals[1].replace(",", ""))
        if self._is_verbose or totals is not None or COUNT.fullmatch(text):
            return
        if PROGRESS.match(text):
            self._live.show(text, f"{time} {text}")
        else:
            self._live.say(f"{time} {text}")
