"""The report: two HTML files over the marts of a local warehouse."""
