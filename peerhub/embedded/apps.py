"""Django's door to this package: it carries the `migrate` command that works as the owning role."""

from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    """No models; only management commands."""

    name = "peerhub.embedded"
    label = "embedded"
