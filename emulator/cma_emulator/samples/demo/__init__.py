"""The demo account: three years of a furniture maker, up to the day of ``Settings.demo``."""
