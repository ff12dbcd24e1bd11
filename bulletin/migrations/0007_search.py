import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("bulletin", "0006_clause_in_article"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("article", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="search_entry", serialize=False, to="bulletin.article")),
                ("newness", models.BigIntegerField(db_index=True)),
                ("issued_on", models.DateField()),
                ("title", models.TextField()),
                ("source", models.TextField()),
                ("text", models.TextField()),
                ("facets", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("tokens", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ],
            options={
                "verbose_name": "检索条目",
                "verbose_name_plural": "检索条目",
                "indexes": [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["tokens"], name="search_tokens")],
            },
        ),
        migrations.CreateModel(
            name="TokenCount",
            fields=[
                ("token", models.IntegerField(primary_key=True, serialize=False)),
                ("articles", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "词频",
                "verbose_name_plural": "词频",
            },
        ),
    ]
