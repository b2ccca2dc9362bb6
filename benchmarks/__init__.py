"""Speed of the connector next to that of its alternatives; started by ``make bench``."""
