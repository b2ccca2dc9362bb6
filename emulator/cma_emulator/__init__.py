"""A faithful local emulator of Contentful's Content Management API."""

from .server import running
from .settings import Settings

__all__ = ["Settings", "running"]
