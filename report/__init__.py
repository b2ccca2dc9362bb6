"""The report: one HTML file over the marts of a local warehouse."""
