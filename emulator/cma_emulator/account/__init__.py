"""One emulated account: its records, where they are, and what happens to them."""
