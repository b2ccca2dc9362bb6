"""Contentful's Content Management API (CMA) as tables, for Fivetran's Connector SDK."""

__version__ = "1.0.0"
