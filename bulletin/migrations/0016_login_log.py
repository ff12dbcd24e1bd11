"""管理员 see who came in and who failed to, and lift a lock by deleting what was counted."""

from django.db import migrations

PERMISSIONS = {
    "accessattempt": ["view_accessattempt", "delete_accessattempt"],
    "accesslog": ["view_accesslog"],
    "accessfailurelog": ["view_accessfailurelog"],
}


def add_permissions(apps, schema_editor):
    content_types = apps.get_model("contenttypes", "ContentType")
    permissions = apps.get_model("auth", "Permission")
    administrators = apps.get_model("auth", "Group").objects.get(name="管理员")
    for model, names in PERMISSIONS.items():
        content_type, _ = content_types.objects.get_or_create(app_label="axes", model=model)
        for name in names:
            defaults = {"name": f"Can {name.partition('_')[0]} {model}"}
            permission, _ = permissions.objects.get_or_create(
                content_type=content_type, codename=name, defaults=defaults
            )
            administrators.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("bulletin", "0014_permanent_addresses"),
        ("axes", "0010_accessattemptexpiration"),
    ]
    operations = [migrations.RunPython(add_permissions, migrations.RunPython.noop)]
