"""An address of its own for every article, and a note of every address that was ever public."""

import django.db.models.constraints
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

NOTE_WHAT_IS_PUBLIC = """
    UPDATE bulletin_issue SET feed_key = total_number::text WHERE published_at IS NOT NULL;
    INSERT INTO bulletin_publicaddress (total_number, number, issue_id, note)
    SELECT total_number, 0, id, '' FROM bulletin_issue WHERE published_at IS NOT NULL;
    INSERT INTO bulletin_publicaddress (total_number, number, issue_id, article_id, note)
    SELECT issue.total_number, article.number, issue.id, article.id, ''
    FROM bulletin_article AS article JOIN bulletin_issue AS issue ON issue.id = article.issue_id
    WHERE issue.published_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bulletin", "0018_arrangements"),
        ("policies", "0005_vocabulary"),
        ("regions", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("total_number", models.PositiveIntegerField(verbose_name="总期号")),
                ("number", models.PositiveSmallIntegerField(default=0, verbose_name="编号")),
                ("anchor", models.PositiveIntegerField(null=True)),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("gone_at", models.DateTimeField(null=True, verbose_name="移去")),
            ],
            options={
                "verbose_name": "公开过的地址",
                "verbose_name_plural": "公开过的地址",
            },
        ),
        migrations.AddField(
            model_name="article",
            name="number",
            field=models.PositiveSmallIntegerField(null=True, editable=False, help_text="与总期号一起是文章的地址，发布后不再改变", verbose_name="编号"),
        ),
        migrations.AddField(
            model_name="issue",
            name="feed_key",
            field=models.CharField(editable=False, max_length=30, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="publicaddress",
            name="article",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="addresses",
                to="bulletin.article",
            ),
        ),
        migrations.AddField(
            model_name="publicaddress",
            name="issue",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="addresses",
                to="bulletin.issue",
            ),
        ),
        migrations.AddConstraint(
            model_name="publicaddress",
            constraint=models.UniqueConstraint(fields=("total_number", "number"), name="public_address_once"),
        ),
        # Until now the order was the address
        migrations.RunSQL("UPDATE bulletin_article SET number = \"order\"", migrations.RunSQL.noop),
        migrations.RunSQL(NOTE_WHAT_IS_PUBLIC, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="article",
            name="number",
            field=models.PositiveSmallIntegerField(editable=False, help_text="与总期号一起是文章的地址，发布后不再改变", verbose_name="编号"),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("issue", "number"),
                name="article_number_once",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="article",
            trigger=pgtrigger.compiler.Trigger(
                name="note_address",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        INSERT INTO bulletin_publicaddress (total_number, number, issue_id, article_id, note)\n        SELECT issue.total_number, NEW.number, issue.id, NEW.id, ''\n        FROM bulletin_issue AS issue WHERE issue.id = NEW.issue_id AND issue.published_at IS NOT NULL\n        ON CONFLICT (total_number, number) DO UPDATE SET\n            issue_id = EXCLUDED.issue_id, article_id = EXCLUDED.article_id,\n            note = '', gone_at = NULL, anchor = NULL;\n        RETURN NULL;\n    ",
                    hash="b954c0d8e70c75fe0c10fd56a311451f9510a832",
                    operation='INSERT OR UPDATE OF "number", "issue_id"',
                    pgid="pgtrigger_note_address_adfc9",
                    table="bulletin_article",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="issue",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_feed_key",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'UPDATE' AND OLD.feed_key IS NOT NULL THEN\n                NEW.feed_key = OLD.feed_key;\n            ELSIF NEW.published_at IS NOT NULL AND NEW.feed_key IS NULL THEN\n                NEW.feed_key = NEW.total_number::text;\n                IF EXISTS (SELECT FROM bulletin_issue AS other\n                           WHERE other.feed_key = NEW.feed_key AND other.id <> NEW.id) THEN\n                    NEW.feed_key = NEW.feed_key || '-' || NEW.id;\n                END IF;\n            END IF;\n            RETURN NEW;\n        ",
                    hash="28ba7f9ba55dd0a3e12ab595d251854c65d9b4cb",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_keep_feed_key_c5ad2",
                    table="bulletin_issue",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="issue",
            trigger=pgtrigger.compiler.Trigger(
                name="note_addresses",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."published_at" IS NOT NULL)',
                    func="\n            INSERT INTO bulletin_publicaddress (total_number, number, issue_id, article_id, note)\n            SELECT NEW.total_number, 0, NEW.id, NULL, ''\n            UNION ALL\n            SELECT NEW.total_number, article.number, NEW.id, article.id, ''\n            FROM bulletin_article AS article WHERE article.issue_id = NEW.id\n            ON CONFLICT (total_number, number) DO UPDATE SET\n                issue_id = EXCLUDED.issue_id, article_id = EXCLUDED.article_id,\n                note = '', gone_at = NULL, anchor = NULL\n            WHERE bulletin_publicaddress.issue_id IS DISTINCT FROM EXCLUDED.issue_id;\n            RETURN NULL;\n        ",
                    hash="7796911229d533dc5199aaf83a1096d7cf93af7e",
                    operation='INSERT OR UPDATE OF "total_number", "published_at"',
                    pgid="pgtrigger_note_addresses_15576",
                    table="bulletin_issue",
                    when="AFTER",
                ),
            ),
        ),
    ]
