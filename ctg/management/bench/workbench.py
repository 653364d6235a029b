from contextlib import ExitStack
from functools import cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from ctg.management.bench.server import demonstration, server
from ctg.management.bench.visitor import Visitor

CONVENTION = "sicoval-2020-2024"
YEAR = 2022
ROUNDS = 30


class Workbench:
    """Demonstrations by size, each with its server once asked for; gone at the end of ``with``."""

    def __init__(self, write):
        self.write = write
        self.stack = ExitStack()
        self.environment = cache(self._environment)
        self.visitor = cache(self._visitor)

    def __enter__(self):
        self.folder = Path(self.stack.enter_context(TemporaryDirectory()))
        return self

    def __exit__(self, *error):
        self.stack.close()

    def _environment(self, actions):
        """``environment(48)``: the settings of a demonstration of 48 actions."""
        return demonstration(self.folder / str(actions), actions)

    def _visitor(self, actions, email="camille@demo.example"):
        """``visitor(48)``: Camille, signed in on a real server of 48 actions."""
        address = self.stack.enter_context(server(self.environment(actions)))
        visitor = Visitor(address)
        visitor.sign_in(email)
        return visitor

    def line(self, name, value, unit):
        """One figure: ``name value unit``."""
        self.write(f"{name} {value} {unit}")

    def compare(self, name, visitor, address, *, saves=False):
        """The page and a bare view of as many bytes, by turns; the first round is not counted.

        Writes size, queries, time and ratio; returns the time in milliseconds.
        """
        page, beside, size = [], [], 0
        for turn in range(ROUNDS + 1):
            fields = visitor.form(address) | {"title": f"Intitulé {turn}"} if saves else None
            seconds, size = visitor.time(address, fields, expected=302 if saves else 200)
            page.append(seconds)
            queries = visitor.queries
            beside.append(visitor.time(f"/bare/{size}/", fields)[0])
        page_time, beside_time = 1000 * median(page[1:]), 1000 * median(beside[1:])
        self.line(f"{name}_size", size, "B")
        self.line(f"{name}_queries", queries, "queries")
        self.line(f"{name}_time", f"{page_time:.1f}", "ms")
        self.line(f"{name}_bare_time", f"{beside_time:.1f}", "ms")
        self.line(f"{name}_ratio", f"{page_time / beside_time:.1f}", "x")
        return page_time
