"""Every route of the site, found by walking its addresses."""

from dataclasses import dataclass

from django.urls import URLResolver, get_resolver, reverse


@dataclass(frozen=True)
class Route:
    name: str
    arguments: tuple[str, ...]
    unnamed: int

    def address(self, values):
        """``values`` by argument name; "route.argument" tells apart what two routes call pk."""
        if self.unnamed:
            return reverse(self.name, args=["1"] * self.unnamed)
        named = {
            argument: values.get(f"{self.name}.{argument}", values.get(argument, "1"))
            for argument in self.arguments
        }
        return reverse(self.name, kwargs=named)


def walk(resolver, namespace="", arguments=()):
    for entry in resolver.url_patterns:
        found = entry.pattern.regex.groupindex
        names = arguments + tuple(found)
        if isinstance(entry, URLResolver):
            inside = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from walk(entry, inside, names)
        elif entry.name:
            unnamed = entry.pattern.regex.groups - len(found)
            yield Route(f"{namespace}{entry.name}", names, unnamed)


ROUTES = sorted(walk(get_resolver()), key=lambda route: route.name)
IN_CONVENTION = [route for route in ROUTES if "convention" in route.arguments]
OUTSIDE = [route for route in ROUTES if "convention" not in route.arguments]


def by_name(route):
    return route.name
