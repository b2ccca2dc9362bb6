"""Programs for users: try, configure, plan, sync, query, and build models."""
