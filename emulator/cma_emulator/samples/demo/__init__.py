"""The demo account: three years in the life of a furniture maker, up to the day of its setting."""
