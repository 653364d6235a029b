"""What the demonstration is made of, as written in ctg/management/data."""

import tomllib
from decimal import Decimal

from ctg.management.commands.load_sicoval import DATA

PLAN_FILES = ("demo_actions_1", "demo_actions_2", "demo_actions_3")


def read(name: str) -> dict:
    text = (DATA / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def read_plan() -> list[dict]:
    """Every action as written, with its ``objective`` (code and title), in plan order."""
    return [
        line | {"objective": (objective["code"], objective["title"])}
        for name in PLAN_FILES
        for objective in read(name)["operational_objectives"]
        for line in objective["actions"]
    ]
