import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0003_audit_append_only"),
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Snapshot",
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
                        choices=[("progress", "progress at the end of a month")],
                        default="progress",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("plan_year", models.PositiveSmallIntegerField(verbose_name="plan year")),
                ("on", models.DateField(verbose_name="as of the end of")),
                ("figures", models.JSONField(verbose_name="figures by unit")),
                ("members", models.JSONField(verbose_name="projects and their versions")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "frozen_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="frozen at"
                    ),
                ),
                (
                    "frozen_by",
                    models.ForeignKey(
                        help_text="Empty when the timetable did it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="frozen by",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snapshots",
                        to="accounts.region",
                        verbose_name="region",
                    ),
                ),
            ],
            options={
                "verbose_name": "snapshot",
                "verbose_name_plural": "snapshots",
                "ordering": ["-on", "-plan_year"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "region", "plan_year", "on"), name="snapshot_once_per_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "progress")), name="snapshot_kind_is_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Bulletin",
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
                        choices=[("start", "start of renovation")],
                        default="start",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("plan_year", models.PositiveSmallIntegerField(verbose_name="plan year")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year of the period")),
                ("month", models.PositiveSmallIntegerField(verbose_name="month of the period")),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        help_text="Counted within the year.", verbose_name="issue"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("issued", "issued")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("revision", models.PositiveSmallIntegerField(default=1, verbose_name="revision")),
                ("narrative", models.JSONField(default=dict, verbose_name="narrative")),
                ("document", models.JSONField(verbose_name="document")),
                ("moves", models.JSONField(default=list, verbose_name="projects that moved the numbers")),
                ("files", models.JSONField(default=dict, verbose_name="files")),
                (
                    "drafted_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="drafted at"
                    ),
                ),
                ("edited_at", models.DateTimeField(null=True, verbose_name="last edited at")),
                ("issued_at", models.DateTimeField(null=True, verbose_name="issued at")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="SHA-256")),
                (
                    "drafted_by",
                    models.ForeignKey(
                        help_text="Empty when the timetable did it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="drafted by",
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="last edited by",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="issued by",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulletins",
                        to="accounts.region",
                        verbose_name="region",
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dashboards.snapshot",
                        verbose_name="snapshot of the month before",
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulletins",
                        to="dashboards.snapshot",
                        verbose_name="snapshot",
                    ),
                ),
            ],
            options={
                "verbose_name": "bulletin",
                "verbose_name_plural": "bulletins",
                "ordering": ["-year", "-month", "-plan_year"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "region", "plan_year", "year", "month"),
                        name="bulletin_once_per_period",
                    ),
                    models.UniqueConstraint(
                        fields=("kind", "region", "year", "number"), name="bulletin_number_once_per_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__gte", 1), ("month__lte", 12)),
                        name="bulletin_month_is_a_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("plan_year__lte", models.F("year"))),
                        name="bulletin_plan_has_begun",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("issued_at", None), ("issued_by", None), ("sha256", ""), ("state", "draft")
                            ),
                            models.Q(
                                ("issued_at__isnull", False),
                                ("issued_by__isnull", False),
                                ("state", "issued"),
                                models.Q(("sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="bulletin_issued_is_signed",
                    ),
                ],
            },
        ),
    ]
