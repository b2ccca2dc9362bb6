"""Keeps the state between two syncs."""

from .state import State

__all__ = ["State"]
