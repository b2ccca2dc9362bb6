"""Progress of a program: one live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import textwrap
import time
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

EVERY_SECOND, EVERY_TEN_SECONDS = "1", "10"


class LiveLine:
    """Shows lines that stay, and below them on a terminal one that is redrawn.

    A line that is wider than the terminal continues below: no word is cut off.
    """

    def __init__(
        self, sentence: str, *, stream: TextIO | None = None, is_plain: bool = False
    ) -> None:
        """Start with a *sentence*; *is_plain* shows no live line on a terminal either."""
        self._console = Console(file=stream, markup=False, highlight=False, emoji=False)
        # With FORCE_COLOR, rich takes a file for a terminal.
        is_terminal = self._console.file.isatty() and self._console.is_terminal
        self.is_live = is_terminal and not self._console.is_dumb_terminal and not is_plain
        self._sentence = sentence
        self._began_at = time.monotonic()
        is_unicode = self._console.encoding.startswith("utf")
        self._spinner = Spinner("dots" if is_unicode else "line")
        self._live = Live(
            console=self._console,
            get_renderable=self._drawn,
            refresh_per_second=10,
            transient=True,
        )

    def __enter__(self) -> None:
        """Show the line."""
        if self.is_live:
            self._live.start()

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _problem: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Remove the line."""
        if self.is_live:
            self._live.stop()

    @property
    def between_lines(self) -> str:
        """Seconds after which the connector reports its progress again."""
        return EVERY_SECOND if self.is_live else EVERY_TEN_SECONDS

    def say(self, line: str) -> None:
        """Show a line that stays."""
        if self.is_live:
            self._console.print(line, soft_wrap=True)
        else:
            print(line, file=self._console.file, flush=True)

    def show(self, sentence: str, plain: str = "") -> None:
        """Replace the sentence of the live line; without one show *plain*, if it is not empty."""
        if self.is_live:
            self._sentence = sentence
        elif plain:
            self.say(plain)

    def _drawn(self) -> Text:
        now = time.monotonic()
        minutes, seconds = divmod(int(now - self._began_at), 60)
        line = f"{self._spinner.render(now)} {minutes}:{seconds:02} {self._sentence}"
        width = max(self._console.width - 1, 20)
        return Text("\n".join(textwrap.wrap(line, width, break_on_hyphens=False)))
