"""Settings of the connector: definition, parsing, intervals and periods."""
