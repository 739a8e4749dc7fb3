"""Alert rules, alerts and their history, which the database itself refuses to change.

On SQLite deletion stays open to the database (tests empty their tables by it); PostgreSQL refuses both.
"""

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FROZEN = {
    "dashboards_alert_event_frozen": "dashboards_alertevent",
    "dashboards_alert_rule_change_frozen": "dashboards_alertrulechange",
}


def refuse_changes(apps, schema_editor):
    for trigger, table in FROZEN.items():
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE TRIGGER {trigger} BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION dashboards_refuse_change()",
                params=None,
            )
        elif schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {trigger} BEFORE UPDATE ON {table}"
                " BEGIN SELECT RAISE(ABORT, 'steps of alerts are never changed'); END;",
                params=None,
            )


def allow_changes(apps, schema_editor):
    for trigger, table in FROZEN.items():
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER {trigger}{on}", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_user_email_and_daily_list"),
        ("accounts", "__first__"),
        ("dashboards", "0002_frozen_rows"),
        ("projects", "0003_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="AlertRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="code")),
                (
                    "yellow",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=10, null=True, verbose_name="yellow from"
                    ),
                ),
                (
                    "red",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=10, null=True, verbose_name="red from"
                    ),
                ),
                ("params", models.JSONField(blank=True, default=dict, verbose_name="further figures")),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="revision")),
            ],
            options={
                "verbose_name": "alert rule",
                "verbose_name_plural": "alert rules",
                "ordering": ["position", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("yellow__isnull", False), ("red__isnull", False), _connector="OR"
                        ),
                        name="alert_rule_has_a_threshold",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=120, verbose_name="subject")),
                (
                    "plan_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="plan year"),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("yellow", "yellow"), ("red", "red")], max_length=10, verbose_name="level"
                    ),
                ),
                ("since", models.DateField(verbose_name="since")),
                ("level_since", models.DateField(verbose_name="at this level since")),
                ("facts", models.JSONField(default=dict, verbose_name="facts")),
                ("projects", models.JSONField(default=list, verbose_name="projects concerned")),
                ("seen_on", models.DateField(verbose_name="last found on")),
                ("explained_at", models.DateTimeField(blank=True, null=True, verbose_name="explained at")),
                ("explanation", models.CharField(blank=True, max_length=1000, verbose_name="reason")),
                ("measures", models.CharField(blank=True, max_length=1000, verbose_name="measures")),
                ("promised_on", models.DateField(blank=True, null=True, verbose_name="to be mended by")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                (
                    "closed_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("gone", "the cause is gone"),
                            ("staff", "closed by staff"),
                            ("rule", "the rule was switched off"),
                        ],
                        max_length=10,
                        verbose_name="closed how",
                    ),
                ),
                (
                    "close_reason",
                    models.CharField(blank=True, max_length=500, verbose_name="reason of closing"),
                ),
                ("gone_on", models.DateField(blank=True, null=True, verbose_name="cause gone on")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "explained_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alerts",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alerts",
                        to="accounts.region",
                        verbose_name="region",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alerts",
                        to="dashboards.alertrule",
                        verbose_name="rule",
                    ),
                ),
            ],
            options={
                "verbose_name": "alert",
                "verbose_name_plural": "alerts",
                "ordering": ["level", "-since", "unit__path", "pk"],
                "indexes": [
                    models.Index(fields=["closed_at", "unit", "level"], name="alert_open_by_unit"),
                    models.Index(fields=["rule", "key", "gone_on"], name="alert_by_subject"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("rule", "key"),
                        name="alert_once_per_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("explained_at", None),
                            models.Q(("explanation", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="alert_explained_in_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("closed_how", "")),
                            models.Q(
                                ("closed_at__isnull", False), models.Q(("closed_how", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="alert_closed_somehow",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_how", "staff"), _negated=True),
                            models.Q(
                                ("closed_by__isnull", False), models.Q(("close_reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="alert_closed_by_staff_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertRuleChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="at")),
                (
                    "before",
                    models.JSONField(
                        encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="before"
                    ),
                ),
                (
                    "after",
                    models.JSONField(
                        encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="after"
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="dashboards.alertrule",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of an alert rule",
                "verbose_name_plural": "changes of alert rules",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="AlertEvent",
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
                            ("opened", "opened"),
                            ("raised", "raised to red"),
                            ("lowered", "lowered to yellow"),
                            ("explained", "explained"),
                            ("closed", "closed"),
                        ],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="at")),
                (
                    "level",
                    models.CharField(
                        choices=[("yellow", "yellow"), ("red", "red")], max_length=10, verbose_name="level"
                    ),
                ),
                ("facts", models.JSONField(default=dict, verbose_name="facts")),
                ("text", models.CharField(blank=True, max_length=1000, verbose_name="text")),
                ("measures", models.CharField(blank=True, max_length=1000, verbose_name="measures")),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="dashboards.alert",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        help_text="Empty when the evaluation did it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of an alert",
                "verbose_name_plural": "steps of alerts",
                "ordering": ["pk"],
            },
        ),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
