"""Small faults planted in the connector, one at a time, to see whether a test notices."""
