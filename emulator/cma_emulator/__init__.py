"""A faithful local emulator of Contentful's Content Management API."""

from .server.serving import NoPort, running
from .settings import Settings

__all__ = ["NoPort", "Settings", "running"]
