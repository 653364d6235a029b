from django.apps import AppConfig

from ctg import collation


class CtgConfig(AppConfig):
    name = "ctg"
    verbose_name = "convention territoriale globale"

    def ready(self):
        collation.install()
