"""What one could use instead of the connector: one small program for each, see `installed`."""
