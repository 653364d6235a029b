"""A convention and its cast made once for a whole module, whose tests undo what they do."""

from copy import copy

from django.test import Client

from tests.factories.ctg import make_cast, make_commune, make_convention, make_user


class World:
    def __init__(self):
        self.convention = make_convention()
        self.labege = make_commune("Labège", self.convention)
        self.cast = make_cast(self.convention, self.labege)
        known = self.cast | {"administrator": make_user(is_staff=True, is_superuser=True)}
        self.sessions = {name: sign_in(person) for name, person in known.items()}

    def client(self, name):
        """New, signed in as this person of the cast, or as the administrator."""
        client = Client()
        client.cookies = copy(self.sessions[name])
        return client


def sign_in(person):
    client = Client()
    client.force_login(person)
    return client.cookies
