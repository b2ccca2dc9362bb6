"""Reads a table in a place, and says what of it to write, to delete and to remember."""
