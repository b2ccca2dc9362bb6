"""Programs for developers: tests that take long, locks, audits."""
