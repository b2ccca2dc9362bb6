"""An emulated account: its records, their storage and their states."""
