"""Alternatives to the connector: one small program for each; see `installing`."""
