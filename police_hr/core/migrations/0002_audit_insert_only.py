"""Audit events can only be added."""

from django.db import migrations

from police_hr.core import triggers


def forwards(apps, editor):
    for table in triggers.INSERT_ONLY:
        triggers.create(editor, table)


def backwards(apps, editor):
    for table in triggers.INSERT_ONLY:
        triggers.drop(editor, table)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
