from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "ctg.operations"
    verbose_name = "exploitation"
