"""The bulletin app: the publication itself."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class BulletinConfig(AppConfig):
    """Names the app."""

    name = "bulletin"
    verbose_name = "刊物"

    def ready(self):
        from bulletin import checks  # noqa: F401 registers them; models must be there first


class AdministrationConfig(AdminConfig):
    """Django's admin behind the portal's own login."""

    default_site = "bulletin.administration.AdministratorsSite"
