from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig

from peerhub.celery import app as celery_app  # tasks find their engine as soon as Django is loaded

__all__ = ["Administration", "HomeConfig", "celery_app"]


class HomeConfig(AppConfig):
    """Registers the landing pages and the commands that span all stages."""

    name = "peerhub.home"
    label = "home"


class Administration(AdminConfig):
    """Django's admin with our site in it."""

    default_site = "peerhub.home.administration.Site"
