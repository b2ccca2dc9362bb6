"""Generates the parts of the documents that the code decides, and the staging models."""
