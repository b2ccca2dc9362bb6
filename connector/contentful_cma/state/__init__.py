"""Keeps what a later sync has to know."""

from .state import State

__all__ = ["State"]
