"""The four sections of the publication, in its own order."""

from django.db import migrations

SECTIONS = [
    ("国策要论", "guoce", "策"),
    ("地方新政", "difang", "政"),
    ("产业前沿", "chanye", "产"),
    ("数谷动态", "shugu", "谷"),
]


def add_sections(apps, schema_editor):
    section = apps.get_model("bulletin", "Section")
    for order, (name, slug, seal) in enumerate(SECTIONS, start=1):
        section.objects.update_or_create(slug=slug, defaults={"name": name, "seal": seal, "order": order})


class Migration(migrations.Migration):
    dependencies = [("bulletin", "0001_initial")]
    operations = [migrations.RunPython(add_sections, migrations.RunPython.noop)]
