"""Django's door to this package: it carries the `migrate` command that works as the owning role."""

from importlib import import_module

from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    """No models; the command, and the worker's engine loaded so that the web server too knows the broker."""

    name = "peerhub.embedded"
    label = "embedded"

    def ready(self) -> None:
        """Load Celery's app before the first task is sent."""
        import_module("peerhub.celery")
