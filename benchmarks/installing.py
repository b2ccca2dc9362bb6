"""The peers, each in a separate environment below ``.peers/``, from PyPI and npm."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from .reading import Reader

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE / "peers"
INSTALLED = HERE / ".peers"
PYPI, NPM = "PyPI", "npm"
INSTALL_SECONDS = 150

PLAIN_LOOP = Reader(
    "plain sequential loop", (sys.executable, str(SCRIPTS / "plain_loop.py"), "{url}", "{folder}")
)


@dataclass(frozen=True)
class Peer:
    """A package and its readers, in which ``{home}`` and ``{version}`` are replaced."""

    registry: str
    package: str
    version: str
    readers: tuple[Reader, ...]

    @property
    def home(self) -> Path:
        """The folder of this version."""
        return INSTALLED / f"{self.registry}-{self.package}-{self.version}".lower()

    def ready(self) -> list[Reader]:
        """Return its readers with the folder and the version filled in."""
        return [self._placed(one) for one in self.readers]

    def _placed(self, reader: Reader) -> Reader:
        home = str(self.home)
        command = tuple(part.replace("{home}", home) for part in reader.command)
        environment = {
            name: value.replace("{home}", home) for name, value in reader.environment.items()
        }
        name = reader.name.replace("{version}", self.version)
        return replace(reader, name=name, command=command, environment=environment)


def _python(name: str, script: str, output: str, *arguments: str, **environment: str) -> Reader:
    command = ("{home}/bin/python", str(SCRIPTS / script), "{url}", "{folder}", *arguments)
    return Reader(name, command, output, environment)


def _node(name: str, script: str, output: str) -> Reader:
    command = ("node", str(SCRIPTS / script), "{url}", "{folder}")
    return Reader(name, command, output, {"NODE_PATH": "{home}/node_modules"})


PEERS = (
    Peer(
        PYPI,
        "contentful-management",
        "2.16.0",
        (
            _python(
                "contentful-management.py {version}", "contentful_management_client.py", "lines"
            ),
        ),
    ),
    Peer(
        PYPI,
        "airbyte-cdk",
        "7.39.1",
        (
            _python("airbyte-cdk {version}, pages of 100", "airbyte.py", "airbyte", "100"),
            _python("airbyte-cdk {version}, pages of 1000", "airbyte.py", "airbyte", "1000"),
        ),
    ),
    Peer(
        PYPI,
        "dlt",
        "1.31.0",
        # Otherwise, dlt sends telemetry about each run.
        (_python("dlt {version}", "dlt_rest.py", "dlt", RUNTIME__DLTHUB_TELEMETRY="false"),),
    ),
    Peer(
        NPM,
        "contentful-management",
        "12.18.0",
        (
            _node(
                "contentful-management.js {version}", "contentful_management_client.cjs", "lines"
            ),
        ),
    ),
    Peer(
        NPM,
        "contentful-export",
        "7.22.5",
        (_node("contentful-export {version}", "contentful_export.cjs", "export"),),
    ),
)


def installed() -> tuple[list[Reader], dict[str, str]]:
    """Install missing packages; return the readers, and the reason for each absent package."""
    with ThreadPoolExecutor(max(1, len(PEERS))) as pool:
        reasons = list(pool.map(_install, PEERS))
    readers = [PLAIN_LOOP]
    absent = {}
    for peer, reason in zip(PEERS, reasons, strict=True):
        if reason is None:
            readers += peer.ready()
        else:
            absent[f"{peer.package} {peer.version} ({peer.registry})"] = reason
    return readers, absent


def _install(peer: Peer) -> str | None:
    """Install a peer unless it is there; return the reason if that fails, else None."""
    complete = peer.home / ".complete"
    if complete.exists():
        return None
    shutil.rmtree(peer.home, ignore_errors=True)
    if peer.registry == NPM and not (shutil.which("node") and shutil.which("npm")):
        return "Node is not installed"
    try:
        for command in _commands(peer):
            subprocess.run(command, check=True, capture_output=True, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        return f"not installed within {INSTALL_SECONDS} seconds"
    except subprocess.CalledProcessError as failed:
        program = "npm" if peer.registry == NPM else "pip"
        return f"{program} could not install it (exit status {failed.returncode})"
    complete.touch()
    return None


def _commands(peer: Peer) -> Iterable[list[str]]:
    home = str(peer.home)
    if peer.registry == NPM:
        peer.home.mkdir(parents=True)
        package = f"{peer.package}@{peer.version}"
        return [["npm", "install", "--no-audit", "--no-fund", "--prefix", home, package]]
    return [
        [sys.executable, "-m", "venv", home],
        [f"{home}/bin/python", "-m", "pip", "install", "-q", f"{peer.package}=={peer.version}"],
    ]
