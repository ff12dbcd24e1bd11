"""Who may do what: 编辑 checks, 终审 checks and publishes. Permissions of the models come after all migrations
otherwise, so those that the groups need are made here."""

from django.db import migrations

PERMISSIONS = {"view_draft": "可看未发布的期", "publish_issue": "可发布", "edit_article": "可校对"}
GROUPS = {"编辑": ["view_draft", "edit_article"], "终审": ["view_draft", "edit_article", "publish_issue"]}


def add_roles(apps, schema_editor):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="bulletin", model="issue"
    )
    permission = apps.get_model("auth", "Permission")
    held = {
        codename: permission.objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )[0]
        for codename, name in PERMISSIONS.items()
    }
    for name, codenames in GROUPS.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*[held[codename] for codename in codenames])


class Migration(migrations.Migration):
    dependencies = [
        ("bulletin", "0002_sections"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(add_roles, migrations.RunPython.noop)]
