"""Runs a sync."""

from .run import Clocks, sync

__all__ = ["Clocks", "sync"]
