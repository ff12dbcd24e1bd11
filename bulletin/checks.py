"""What must hold before the portal starts, each told in one sentence. `migrate` and `check --database
default` ask."""

from django.core.checks import Error, Tags, register
from django.db import connections

OLDEST_POSTGRESQL = 15


@register(Tags.database)
def postgresql_is_new_enough(databases=None, **kwargs):
    """The embedded server is 18; one given by DATABASE_URL may be older than the portal knows."""
    return [
        Error(
            f"数据库 {alias} 是 PostgreSQL {version}，门户需要 {OLDEST_POSTGRESQL} 或更新的版本。",
            hint="请升级这台服务器，或把 DATABASE_URL 指向另一台。",
            id="bulletin.E001",
        )
        for alias in databases or []
        if connections[alias].vendor == "postgresql"
        and (version := connections[alias].pg_version // 10_000) < OLDEST_POSTGRESQL
    ]
