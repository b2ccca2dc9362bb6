"""Runs a sync."""

from .run import Time, sync

__all__ = ["Time", "sync"]
