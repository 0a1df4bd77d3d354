from django.apps import AppConfig

from peerhub.celery import app as celery_app  # tasks find their engine as soon as Django is loaded

__all__ = ["HomeConfig", "celery_app"]


class HomeConfig(AppConfig):
    """Registers the landing pages and the commands that span all stages."""

    name = "peerhub.home"
    label = "home"
