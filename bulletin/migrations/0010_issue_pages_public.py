from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bulletin', '0009_batches'),
    ]

    operations = [
        migrations.AddField(
            model_name='issue',
            name='pages_public',
            field=models.BooleanField(default=False, verbose_name='原版面向读者开放'),
        ),
    ]
