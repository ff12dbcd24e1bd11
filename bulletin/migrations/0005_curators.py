"""编辑 and 终审 may curate what is known: bodies, policies, links."""

from django.db import migrations


def add_permission(apps, schema_editor):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="policies", model="policy"
    )
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename="curate_policy", defaults={"name": "可整理政策"}
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=["编辑", "终审"]):
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("bulletin", "0004_facts"), ("policies", "0002_titles_and_targets")]
    operations = [migrations.RunPython(add_permission, migrations.RunPython.noop)]
