"""Let bulletins report on any period, know their money and matters, and be withdrawn by a correction.

Issued bulletins and snapshots are walled off against changes.  The wall is taken down for this migration and
put up again behind it; on SQLite a table that is made anew loses its triggers in any case.
"""

import calendar
import datetime
from importlib import import_module

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

_frozen = import_module("dashboards.migrations.0002_frozen_rows")


# The function stays: triggers of other tables stand on it by now.
POSTGRESQL = _frozen.POSTGRESQL[_frozen.POSTGRESQL.index("CREATE TRIGGER") :]
POSTGRESQL_BACK = _frozen.POSTGRESQL_BACK[: _frozen.POSTGRESQL_BACK.index("DROP FUNCTION")]


def take_down(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_BACK, params=None)
    else:
        _frozen.allow_changes(apps, schema_editor)


def put_up(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)
    else:
        _frozen.refuse_changes(apps, schema_editor)


def name_periods(apps, schema_editor):
    """Give each bulletin the days of its month."""
    for bulletin in apps.get_model("dashboards", "Bulletin").objects.all():
        last = calendar.monthrange(bulletin.year, bulletin.month)[1]
        bulletin.period_start = datetime.date(bulletin.year, bulletin.month, 1)
        bulletin.period_end = datetime.date(bulletin.year, bulletin.month, last)
        bulletin.save(update_fields=["period_start", "period_end"])


def name_months(apps, schema_editor):
    """Give each bulletin the month its period ends in."""
    for bulletin in apps.get_model("dashboards", "Bulletin").objects.all():
        bulletin.month = bulletin.period_end.month
        bulletin.save(update_fields=["month"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_user_email_and_daily_list"),
        ("dashboards", "0003_alerts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(take_down, put_up),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sent_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="sent at"
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
            },
        ),
        migrations.CreateModel(
            name="ReportSchedule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("start", "monthly bulletin"),
                            ("week", "weekly progress report"),
                            ("funds", "monthly report on money"),
                            ("quarter", "quarterly bulletin"),
                            ("year", "yearly bulletin"),
                        ],
                        max_length=20,
                        unique=True,
                        verbose_name="kind",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="is made by the timetable")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        default=4,
                        verbose_name="day of the week",
                    ),
                ),
                (
                    "day",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(28),
                        ],
                        verbose_name="day of the month",
                    ),
                ),
                (
                    "hour",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[django.core.validators.MaxValueValidator(23)],
                        verbose_name="from hour",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="changed at"
                    ),
                ),
            ],
            options={
                "verbose_name": "time of a report",
                "verbose_name_plural": "times of reports",
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("start", "monthly bulletin"),
                            ("week", "weekly progress report"),
                            ("funds", "monthly report on money"),
                            ("quarter", "quarterly bulletin"),
                            ("year", "yearly bulletin"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
            ],
            options={
                "verbose_name": "subscription",
                "verbose_name_plural": "subscriptions",
            },
        ),
        migrations.AlterModelOptions(
            name="bulletin",
            options={
                "ordering": ["-period_end", "-plan_year", "kind", "-pk"],
                "verbose_name": "bulletin",
                "verbose_name_plural": "bulletins",
            },
        ),
        migrations.RemoveConstraint(
            model_name="bulletin",
            name="bulletin_once_per_period",
        ),
        migrations.RemoveConstraint(
            model_name="bulletin",
            name="bulletin_month_is_a_month",
        ),
        migrations.RemoveConstraint(
            model_name="snapshot",
            name="snapshot_once_per_day",
        ),
        migrations.RemoveConstraint(
            model_name="snapshot",
            name="snapshot_kind_is_known",
        ),
        migrations.AddField(
            model_name="bulletin",
            name="correction_reason",
            field=models.CharField(blank=True, max_length=500, verbose_name="what is corrected"),
        ),
        migrations.AddField(
            model_name="bulletin",
            name="corrects",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="correction",
                to="dashboards.bulletin",
                verbose_name="corrects",
            ),
        ),
        migrations.AddField(
            model_name="bulletin",
            name="matters",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="dashboards.snapshot",
                verbose_name="snapshot of alerts and rectification",
            ),
        ),
        migrations.AddField(
            model_name="bulletin",
            name="money",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="dashboards.snapshot",
                verbose_name="snapshot of money",
            ),
        ),
        migrations.AddField(
            model_name="bulletin",
            name="money_before",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="dashboards.snapshot",
                verbose_name="snapshot of money of the period before",
            ),
        ),
        migrations.AddField(
            model_name="bulletin",
            name="period_end",
            field=models.DateField(default=datetime.date(2000, 1, 1), verbose_name="last day of the period"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="bulletin",
            name="period_start",
            field=models.DateField(default=datetime.date(2000, 1, 1), verbose_name="first day of the period"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="snapshot",
            name="edition",
            field=models.PositiveSmallIntegerField(
                default=1,
                help_text="Above 1: frozen again, for a correction of a bulletin.",
                verbose_name="edition",
            ),
        ),
        migrations.AlterField(
            model_name="bulletin",
            name="kind",
            field=models.CharField(
                choices=[
                    ("start", "monthly bulletin"),
                    ("week", "weekly progress report"),
                    ("funds", "monthly report on money"),
                    ("quarter", "quarterly bulletin"),
                    ("year", "yearly bulletin"),
                ],
                default="start",
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="bulletin",
            name="previous",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="dashboards.snapshot",
                verbose_name="snapshot of the period before",
            ),
        ),
        migrations.AlterField(
            model_name="snapshot",
            name="kind",
            field=models.CharField(
                choices=[
                    ("progress", "progress at the end of a month"),
                    ("day", "progress at the end of another day"),
                    ("money", "money"),
                    ("matters", "alerts and rectification"),
                ],
                default="progress",
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.RunPython(name_periods, name_months),
        migrations.RemoveField(
            model_name="bulletin",
            name="month",
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.UniqueConstraint(
                condition=models.Q(("corrects", None)),
                fields=("kind", "region", "plan_year", "period_end"),
                name="bulletin_once_per_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_start__lte", models.F("period_end"))),
                name="bulletin_period_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("correction_reason", ""), ("corrects", None)),
                    models.Q(("corrects__isnull", False), models.Q(("correction_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="bulletin_correction_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.UniqueConstraint(
                fields=("kind", "region", "plan_year", "on", "edition"), name="snapshot_once_per_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["progress", "day", "money", "matters"])),
                name="snapshot_kind_is_known",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="bulletin",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="dashboards.bulletin",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reportschedule",
            name="updated_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="changed by",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="report_subscriptions",
                to=settings.AUTH_USER_MODEL,
                verbose_name="subscriber",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("bulletin", "user"), name="delivered_once"),
        ),
        migrations.AddConstraint(
            model_name="reportschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekday__lte", 6), ("day__gte", 1), ("day__lte", 28), ("hour__lte", 23)),
                name="report_schedule_is_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.UniqueConstraint(fields=("kind", "user"), name="subscribed_once"),
        ),
        migrations.RunPython(put_up, take_down),
    ]
