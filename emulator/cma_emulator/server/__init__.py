"""HTTP, rate limit, faults, log and control routes."""
