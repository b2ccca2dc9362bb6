"""The tables, one module per URL scope."""

from .account import ACCOUNT_TABLES

TABLES = ACCOUNT_TABLES

_names = [table.name for table in TABLES]
if len(set(_names)) != len(_names):
    sentence = "two tables have the same name"
    raise ValueError(sentence)
