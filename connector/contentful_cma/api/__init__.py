"""Asks Contentful: one request with its retries, at the pace that the API allows, and pages."""
