"""The start, the files and the end of every command-line program of the project."""

from __future__ import annotations

import errno
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

INTERRUPTED = 128 + signal.SIGINT
NO_READER = 128 + 13
"""Exit statuses of shells: after Ctrl-C, and for output that is no longer read."""

HELP = {"-h", "--help"}
OWNER_ONLY = 0o600
"""The mode of a file that only its owner can read."""

NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
REMEDIES = {
    errno.EACCES: "change its owner or its rights",
    errno.EPERM: "change its owner or its rights",
    errno.EROFS: "use a copy of the project on a disk that can be written to",
    errno.EISDIR: "name a file instead of a folder",
    errno.ENOTDIR: "a folder is needed there, so move the file away",
    errno.EEXIST: "a folder is needed there, so move the file away",
    errno.ENOENT: "create its folder or name another one",
    **dict.fromkeys(NO_ROOM, "make room there"),
}
"""What to do about an error of the operating system."""


def start(main: Callable[[], int | None], about: str | None = None) -> NoReturn:
    """Run a program and exit with its status; an error with a file is one sentence and 1.

    *about* is the help of a program without `argparse`.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            # A console or pipe of Windows may lack letters that are used in Contentful.
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    status: int | None = 0
    try:
        try:
            if about and HELP & {*sys.argv[1:]}:
                print(about.strip())
            else:
                status = main()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BrokenPipeError:
        _print_no_more()
        status = NO_READER
    except OSError as problem:
        status = _failed(problem)
    sys.exit(status)


def _failed(problem: OSError) -> int:
    """Print the file of an error and return the exit status; other errors are raised again."""
    if problem.filename is None:
        if problem.errno not in {*NO_ROOM, errno.ENOENT}:
            raise problem
        _print_no_more()
    print(trouble(problem), file=sys.stderr)
    return 1


def _print_no_more() -> None:
    """Discard the rest of the output: Python flushes once more at its end, and would fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def trouble(problem: OSError) -> str:
    """Return in one sentence which path cannot be used, why, its owner and what to do."""
    reason = problem.strerror or type(problem).__name__
    remedy = REMEDIES.get(problem.errno or 0, "correct this")
    then = f"{remedy}, then run the command again."
    name = problem.filename2 or problem.filename
    if name is None:
        return f"The output or a temporary file cannot be written ({reason}): {then}"
    path = Path(os.fsdecode(name))
    obstacle = _obstacle(path)
    owner, subject = _owner(obstacle), "it" if obstacle == path else named(obstacle)
    belongs = f"{subject} belongs to {owner}; " if owner else ""
    return f"{named(path)} cannot be used ({reason}): {belongs}{then}"


def _obstacle(path: Path) -> Path:
    """Return the path that cannot be read or written: itself or a folder that it is in."""
    existing = [one for one in (path, *path.absolute().parents) if os.path.lexists(one)]
    closed = (one for one in existing if not os.access(one, os.R_OK | os.W_OK))
    return next(closed, existing[0]) if existing else path


def _owner(path: Path) -> str:
    """Return the owner of a path; "" if that is not known, as on Windows."""
    try:
        return path.owner()
    except KeyError:
        return f"user {path.stat().st_uid}"
    except (OSError, NotImplementedError):
        return ""


def named(path: Path) -> str:
    """Return a path as the user types it."""
    path, here = path.resolve(), Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def no_file(name: str, usage: str) -> str | None:
    """Return why *name* is not a file; None if it is.  OSError for one that cannot be read."""
    path = Path(name)
    if name and path.is_file():
        path.open("rb").close()
        return None
    kind = "is a folder, not a file" if path.is_dir() else "is not a file"
    problem = f"{name} {kind}." if path.exists() else f"There is no file {name}."
    return f"{problem}\n{usage}" if name else usage


def refused(sentence: str) -> int:
    """Print why nothing is done, and return the exit status of a wrong call."""
    print(sentence, file=sys.stderr)
    return 2


@contextmanager
def replaced(path: Path, mode: int = OWNER_ONLY) -> Iterator[Path]:
    """Give a new, empty file next to a path, which replaces it if the block succeeds.

    So a full disk does not damage the old file.  Only the owner can read the new one meanwhile.
    """
    if path.exists() and not path.is_file():
        # /dev/stdout is written directly, and a folder is an error.
        yield path
        return
    whole, new = path.resolve(), None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=whole.parent)
        os.close(handle)
        new = Path(name)
        yield new
        new.chmod(mode)
        new.replace(whole)
    except OSError as problem:
        if new is None or problem.filename == str(new) or problem.errno in NO_ROOM:
            problem.filename, problem.filename2 = str(path), None
        raise
    finally:
        if new is not None:
            new.unlink(missing_ok=True)


def write(path: Path, text: str, mode: int = OWNER_ONLY) -> None:
    """Write a whole text file, or keep the old one."""
    with replaced(path, mode) as new:
        new.write_text(text, encoding="utf-8")
