"""Reads tables, and decides which rows to write and to delete."""
