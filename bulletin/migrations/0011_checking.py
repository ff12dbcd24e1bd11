import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bulletin", "0010_issue_pages_public"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ArticleVersion",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("order", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("page", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="页码")),
                ("in_contents", models.BooleanField(default=True, verbose_name="见于本期要目")),
                ("title", models.CharField(verbose_name="标题")),
                (
                    "summary",
                    models.TextField(
                        blank=True, help_text="留空时取正文第一句能说明事情的话", verbose_name="提要"
                    ),
                ),
                (
                    "source_names",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="来源",
                    ),
                ),
                (
                    "source_url",
                    models.CharField(
                        blank=True,
                        validators=[django.core.validators.URLValidator(schemes=["http", "https"])],
                        verbose_name="原文链接",
                    ),
                ),
                ("body", models.JSONField(default=list, verbose_name="正文")),
                ("taken_down_at", models.DateTimeField(blank=True, null=True, verbose_name="撤下")),
                ("takedown_note", models.CharField(blank=True, max_length=300, verbose_name="撤下说明")),
                ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="已校")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DeskSetting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uses_keys", models.BooleanField(default=False, verbose_name="用快捷键")),
            ],
            options={
                "verbose_name": "编辑台设置",
                "verbose_name_plural": "编辑台设置",
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "在场",
                "verbose_name_plural": "在场",
            },
        ),
        migrations.AddField(
            model_name="article",
            name="checked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="已校"),
        ),
        migrations.AddField(
            model_name="article",
            name="checked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="校对",
            ),
        ),
        migrations.AddField(
            model_name="doubt",
            name="mend",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="doubt",
            name="reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="理由"),
        ),
        migrations.AddField(
            model_name="doubt",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="doubt",
            name="settlement",
            field=models.CharField(
                blank=True,
                choices=[("accepted", "已采纳"), ("dismissed", "不用改"), ("mended", "已改好")],
                max_length=10,
                verbose_name="处理",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="article",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bulletin_articleversion" ("body", "checked_at", "checked_by_id", "in_contents", "issue_id", "order", "page", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "source_names", "source_url", "summary", "takedown_note", "taken_down_at", "title") VALUES (NEW."body", NEW."checked_at", NEW."checked_by_id", NEW."in_contents", NEW."issue_id", NEW."order", NEW."page", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."section_id", NEW."source_names", NEW."source_url", NEW."summary", NEW."takedown_note", NEW."taken_down_at", NEW."title"); RETURN NULL;',
                    hash="10ba0acef0d95eef8183d059fc3401c71b9eb25e",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_12530",
                    table="bulletin_article",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="article",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."body" IS DISTINCT FROM (NEW."body") OR OLD."checked_at" IS DISTINCT FROM (NEW."checked_at") OR OLD."checked_by_id" IS DISTINCT FROM (NEW."checked_by_id") OR OLD."in_contents" IS DISTINCT FROM (NEW."in_contents") OR OLD."issue_id" IS DISTINCT FROM (NEW."issue_id") OR OLD."order" IS DISTINCT FROM (NEW."order") OR OLD."page" IS DISTINCT FROM (NEW."page") OR OLD."section_id" IS DISTINCT FROM (NEW."section_id") OR OLD."source_names" IS DISTINCT FROM (NEW."source_names") OR OLD."source_url" IS DISTINCT FROM (NEW."source_url") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."takedown_note" IS DISTINCT FROM (NEW."takedown_note") OR OLD."taken_down_at" IS DISTINCT FROM (NEW."taken_down_at") OR OLD."title" IS DISTINCT FROM (NEW."title"))',
                    func='INSERT INTO "bulletin_articleversion" ("body", "checked_at", "checked_by_id", "in_contents", "issue_id", "order", "page", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "source_names", "source_url", "summary", "takedown_note", "taken_down_at", "title") VALUES (NEW."body", NEW."checked_at", NEW."checked_by_id", NEW."in_contents", NEW."issue_id", NEW."order", NEW."page", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."section_id", NEW."source_names", NEW."source_url", NEW."summary", NEW."takedown_note", NEW."taken_down_at", NEW."title"); RETURN NULL;',
                    hash="db93f622d6f110815de2333f2205ac73eab77f26",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ddf18",
                    table="bulletin_article",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="articleversion",
            name="checked_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="校对",
            ),
        ),
        migrations.AddField(
            model_name="articleversion",
            name="issue",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="bulletin.issue",
                verbose_name="期",
            ),
        ),
        migrations.AddField(
            model_name="articleversion",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="articleversion",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="versions",
                to="bulletin.article",
            ),
        ),
        migrations.AddField(
            model_name="articleversion",
            name="section",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="bulletin.section",
                verbose_name="栏目",
            ),
        ),
        migrations.AddField(
            model_name="desksetting",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="desk_setting",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="presence",
            name="article",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="presences", to="bulletin.article"
            ),
        ),
        migrations.AddField(
            model_name="presence",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        # What stands today is the first version that there is to compare with
        migrations.RunSQL(
            """
            INSERT INTO bulletin_articleversion (pgh_obj_id, pgh_created_at, pgh_label,
                body, checked_at, checked_by_id, in_contents, issue_id, "order", page, section_id,
                source_names, source_url, summary, takedown_note, taken_down_at, title)
            SELECT id, updated_at, 'insert',
                body, checked_at, checked_by_id, in_contents, issue_id, "order", page, section_id,
                source_names, source_url, summary, takedown_note, taken_down_at, title
            FROM bulletin_article
            """,
            migrations.RunSQL.noop,
        ),
    ]
