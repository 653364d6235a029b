from django.apps import AppConfig


class ConventionConfig(AppConfig):
    name = "ctg.convention"
    verbose_name = "convention"
