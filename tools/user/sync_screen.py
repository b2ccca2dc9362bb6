"""Where a sync is watched: one live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

EVERY_SECOND, EVERY_TEN_SECONDS = "1", "10"


class Screen:
    """Shows lines that stay, and on a terminal below them, in ``live``, how far the sync is."""

    def __init__(self, *, is_verbose: bool) -> None:
        """Begin with nothing shown; *is_verbose* has all shown as plain lines."""
        self.is_verbose = is_verbose
        self._console = Console(soft_wrap=True, markup=False, highlight=False, emoji=False)
        # FORCE_COLOR has a file taken for a terminal.
        is_terminal = self._console.file.isatty() and self._console.is_terminal
        self._is_live = is_terminal and not self._console.is_dumb_terminal and not is_verbose
        self.live = Progress(
            SpinnerColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
            console=self._console,
            transient=True,
            disable=not self._is_live,
        )
        self._task = self.live.add_task("The sync begins.", total=None)

    @property
    def between_lines(self) -> str:
        """Seconds after which the connector shall say how far it is."""
        return EVERY_SECOND if self._is_live else EVERY_TEN_SECONDS

    def say(self, line: str) -> None:
        """Show a line that stays."""
        if self._is_live:
            self._console.print(line)
        else:
            print(line, flush=True)

    def progress(self, time: str, sentence: str) -> None:
        """Show how far the sync is."""
        if self._is_live:
            self.live.update(self._task, description=sentence)
        else:
            self.say(f"{time} {sentence}")
