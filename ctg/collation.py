"""Alphabetical order as a French reader expects it: É beside E, whatever the database."""

from functools import lru_cache
from unicodedata import combining, normalize

from django.db.backends.signals import connection_created
from django.db.models.functions import Collate

FRENCH = "fr-x-icu"  # PostgreSQL has it; SQLite is given one by the same name


def in_french(expression):
    """For order_by(): ``order_by(in_french("name"))``."""
    return Collate(expression, FRENCH)


@lru_cache(maxsize=10_000)
def sort_key(text: str) -> tuple[str, str]:
    """Without accents nor case first, then as it is written."""
    bare = "".join(c for c in normalize("NFKD", text.casefold()) if not combining(c))
    return bare.replace("œ", "oe").replace("æ", "ae"), text


def compare(one: str, other: str) -> int:
    one_key, other_key = sort_key(one), sort_key(other)
    return (one_key > other_key) - (one_key < other_key)


def add_to_sqlite(sender, connection, **signal):
    if connection.vendor == "sqlite":
        connection.connection.create_collation(FRENCH, compare)


def install():
    connection_created.connect(add_to_sqlite, dispatch_uid="french collation")
