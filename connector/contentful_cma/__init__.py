"""Tables of Contentful's Content Management API (CMA), for Fivetran's Connector SDK."""

__version__ = "1.1.0"
