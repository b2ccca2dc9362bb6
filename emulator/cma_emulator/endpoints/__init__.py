"""The endpoints of the API, in one module for each group of tables."""
