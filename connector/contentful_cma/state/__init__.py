"""What is remembered between syncs."""

from .state import State

__all__ = ["State"]
