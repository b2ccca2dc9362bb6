"""Reads the configuration."""
