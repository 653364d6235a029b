"""Dumb factories: each call makes one row, valid by itself; arguments override fields."""

from itertools import count

serial = count(1)
