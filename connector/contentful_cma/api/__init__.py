"""Makes requests: retries, the rate limit, and pages."""
