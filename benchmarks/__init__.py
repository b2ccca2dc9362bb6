"""How fast the connector is beside what one could use instead; started by ``make bench``."""
