"""What an issue says of itself is kept, and sends an approved issue back."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bulletin', '0023_source_links'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='IssueVersion',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('total_number', models.PositiveIntegerField(verbose_name='总期号')),
                ('number', models.PositiveSmallIntegerField(help_text='在当年内的期号', verbose_name='期号')),
                ('issued_on', models.DateField(verbose_name='日期')),
                ('cover_headline', models.CharField(blank=True, verbose_name='封面标题')),
                ('masthead', models.JSONField(blank=True, default=dict, verbose_name='刊务')),
                ('contents', models.JSONField(blank=True, default=list, verbose_name='本期要目')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='issue',
            trigger=pgtrigger.compiler.Trigger(name='reopen_when_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            IF OLD.state IN (\'checked\', \'approved\') AND NEW.state IN (\'checked\', \'approved\')\n                AND (NEW."total_number" IS DISTINCT FROM OLD."total_number" OR NEW."number" IS DISTINCT FROM OLD."number" OR NEW."issued_on" IS DISTINCT FROM OLD."issued_on" OR NEW."cover_headline" IS DISTINCT FROM OLD."cover_headline" OR NEW."masthead" IS DISTINCT FROM OLD."masthead" OR NEW."contents" IS DISTINCT FROM OLD."contents") THEN\n                NEW.state := \'draft\';\n                NEW.publish_at := NULL;\n                INSERT INTO bulletin_issueact\n                    (issue_id, act, from_state, to_state, at, by_id, reason, versions)\n                VALUES (NEW.id, \'reopen\', OLD.state, \'draft\', clock_timestamp(), (NULLIF(current_setting(\'pghistory.context_metadata\', true), \'\')::jsonb ->> \'user\')::integer,\n                    \'改动了\' || concat_ws(\'、\', CASE WHEN NEW."total_number" IS DISTINCT FROM OLD."total_number" THEN \'总期号\' END, CASE WHEN NEW."number" IS DISTINCT FROM OLD."number" THEN \'期号\' END, CASE WHEN NEW."issued_on" IS DISTINCT FROM OLD."issued_on" THEN \'日期\' END, CASE WHEN NEW."cover_headline" IS DISTINCT FROM OLD."cover_headline" THEN \'封面标题\' END, CASE WHEN NEW."masthead" IS DISTINCT FROM OLD."masthead" THEN \'刊务\' END, CASE WHEN NEW."contents" IS DISTINCT FROM OLD."contents" THEN \'本期要目\' END), \'{}\');\n            END IF;\n            RETURN NEW;\n        ', hash='be82544749c71781685edca0fba0015f21048012', operation='UPDATE', pgid='pgtrigger_reopen_when_changed_9502f', table='bulletin_issue', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='issue',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "bulletin_issueversion" ("contents", "cover_headline", "issued_on", "masthead", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "total_number") VALUES (NEW."contents", NEW."cover_headline", NEW."issued_on", NEW."masthead", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."total_number"); RETURN NULL;', hash='d79afd0cfac03acaa1c38d05d79130f7926b8ad9', operation='INSERT', pgid='pgtrigger_insert_insert_52ab9', table='bulletin_issue', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='issue',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."contents" IS DISTINCT FROM (NEW."contents") OR OLD."cover_headline" IS DISTINCT FROM (NEW."cover_headline") OR OLD."issued_on" IS DISTINCT FROM (NEW."issued_on") OR OLD."masthead" IS DISTINCT FROM (NEW."masthead") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."total_number" IS DISTINCT FROM (NEW."total_number"))', func='INSERT INTO "bulletin_issueversion" ("contents", "cover_headline", "issued_on", "masthead", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "total_number") VALUES (NEW."contents", NEW."cover_headline", NEW."issued_on", NEW."masthead", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."total_number"); RETURN NULL;', hash='e587df692d9cf867ad02c4ad7079845e0f95b99f', operation='UPDATE', pgid='pgtrigger_update_update_8c57e', table='bulletin_issue', when='AFTER')),
        ),
        migrations.AddField(
            model_name='issueversion',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='issueversion',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='versions', to='bulletin.issue'),
        ),
        # What stands today is the first version that there is to compare with
        migrations.RunSQL(
            """
            INSERT INTO bulletin_issueversion (pgh_obj_id, pgh_created_at, pgh_label,
                total_number, number, issued_on, cover_headline, masthead, contents)
            SELECT id, updated_at, 'insert',
                total_number, number, issued_on, cover_headline, masthead, contents
            FROM bulletin_issue
            """,
            migrations.RunSQL.noop,
        ),
    ]
