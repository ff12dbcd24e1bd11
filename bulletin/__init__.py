"""The project, and the publication itself."""

from bulletin.celery import app as celery_app

__all__ = ["celery_app"]
