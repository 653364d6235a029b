import sys

from django.core.management.base import BaseCommand

from ctg.mail.refusals import receive


class Command(BaseCommand):
    help = (
        "Lit sur l’entrée standard un rapport de non-remise (RFC 3464) et note l’adresse refusée : "
        "à brancher sur la boîte de l’expéditeur (voir docs/production.md)."
    )

    def handle(self, **options):
        addresses = receive(sys.stdin.buffer.read())
        for address in addresses:
            self.stdout.write(f"Adresse refusée : {address}")
        if not addresses:
            self.stdout.write("Rien à noter : ce n’est pas l’échec d’un de nos courriels.")
