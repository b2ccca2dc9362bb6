"""A faithful local emulator of Contentful's Content Management API."""

from .server.serving import running
from .settings import Settings

__all__ = ["Settings", "running"]
