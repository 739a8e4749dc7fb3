import django.db.models.deletion
import django.db.models.functions.datetime
import simple_history.models
from django.conf import settings
from django.db import migrations, models

POSTGRESQL = """
CREATE FUNCTION assessments_refuse_change_of_runs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what an allocation was computed from, and its result, are never changed';
END $$;
CREATE TRIGGER assessments_allocationrun_frozen
    BEFORE UPDATE OF region_id, year, title, rule_id, task_year, total_fen, inputs, result, sha256
    ON assessments_allocationrun FOR EACH ROW EXECUTE FUNCTION assessments_refuse_change_of_runs();
CREATE TRIGGER assessments_allocationshare_frozen BEFORE UPDATE OR DELETE ON assessments_allocationshare
    FOR EACH ROW EXECUTE FUNCTION assessments_refuse_change_of_runs();
CREATE TRIGGER assessments_allocationrule_frozen BEFORE UPDATE OR DELETE ON assessments_allocationrule
    FOR EACH ROW EXECUTE FUNCTION assessments_refuse_change_of_runs();
"""
POSTGRESQL_BACK = """
DROP TRIGGER assessments_allocationrun_frozen ON assessments_allocationrun;
DROP TRIGGER assessments_allocationshare_frozen ON assessments_allocationshare;
DROP TRIGGER assessments_allocationrule_frozen ON assessments_allocationrule;
DROP FUNCTION assessments_refuse_change_of_runs();
"""
FROZEN = {
    "allocationrun": " OF region_id, year, title, rule_id, task_year, total_fen, inputs, result, sha256",
    "allocationshare": "",
    "allocationrule": "",
}
SQLITE = [
    f"""
CREATE TRIGGER assessments_{table}_frozen BEFORE UPDATE{columns} ON assessments_{table}
BEGIN
    SELECT RAISE(ABORT, 'what an allocation was computed from, and its result, are never changed');
END;
"""
    for table, columns in FROZEN.items()
]
SQLITE_BACK = [f"DROP TRIGGER assessments_{table}_frozen;" for table in FROZEN]


def refuse_changes(apps, schema_editor):
    """Let the database itself refuse to change runs, shares and rules; deletion stays open on SQLite."""
    _execute(schema_editor, {"postgresql": [POSTGRESQL], "sqlite": SQLITE})


def allow_changes(apps, schema_editor):
    _execute(schema_editor, {"postgresql": [POSTGRESQL_BACK], "sqlite": SQLITE_BACK})


def _execute(schema_editor, statements):
    for statement in statements.get(schema_editor.connection.vendor, ()):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_user_email_and_daily_list"),
        ("accounts", "__first__"),
        ("assessments", "0002_written_once"),
        ("funding", "0001_money"),
        ("records", "0003_attachment_taken_away_why"),
    ]

    operations = [
        migrations.CreateModel(
            name="AllocationRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("revision", models.PositiveSmallIntegerField(default=1, verbose_name="revision")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("document", models.CharField(max_length=80, verbose_name="document number")),
                ("effective_from", models.DateField(verbose_name="in force from")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("factors", "a fixed sum, by factors"),
                            ("communities", "so much for each community"),
                        ],
                        max_length=12,
                        verbose_name="way of sharing",
                    ),
                ),
                ("parameters", models.JSONField(verbose_name="parameters")),
                ("source", models.CharField(max_length=500, verbose_name="source")),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="made at"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "allocation rule",
                "verbose_name_plural": "allocation rules",
                "ordering": ["effective_from", "code", "revision"],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "revision"), name="allocation_rule_revision_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="FiscalFactor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed at")),
                ("markers", models.JSONField(default=dict, editable=False, verbose_name="marks")),
                ("is_removed", models.BooleanField(default=False, editable=False, verbose_name="removed")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "coefficient",
                    models.DecimalField(
                        decimal_places=4, max_digits=7, verbose_name="difficulty coefficient"
                    ),
                ),
                ("document_no", models.CharField(blank=True, max_length=80, verbose_name="document number")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                (
                    "change_set",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.changeset",
                        verbose_name="last change",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fiscal_factors",
                        to="accounts.region",
                        verbose_name="reporting unit",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "difficulty coefficient",
                "verbose_name_plural": "difficulty coefficients",
                "ordering": ["-year", "unit__path"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_removed", False)),
                        fields=("unit", "year"),
                        name="fiscal_factor_once_per_unit_and_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("coefficient__gt", 0)), name="fiscal_factor_is_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 2000), ("year__lte", 2100)),
                        name="fiscal_factor_year_is_a_year",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalFiscalFactor",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed at")),
                ("markers", models.JSONField(default=dict, editable=False, verbose_name="marks")),
                ("is_removed", models.BooleanField(default=False, editable=False, verbose_name="removed")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "coefficient",
                    models.DecimalField(
                        decimal_places=4, max_digits=7, verbose_name="difficulty coefficient"
                    ),
                ),
                ("document_no", models.CharField(blank=True, max_length=80, verbose_name="document number")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "change_set",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="records.changeset",
                        verbose_name="last change",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="reporting unit",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical difficulty coefficient",
                "verbose_name_plural": "historical difficulty coefficients",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="AllocationRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="budget year")),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("task_year", models.PositiveSmallIntegerField(verbose_name="plan year")),
                ("total_fen", models.BigIntegerField(help_text="in 分", verbose_name="total")),
                ("inputs", models.JSONField(verbose_name="inputs")),
                ("result", models.JSONField(verbose_name="result")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("scenario", "scenario"),
                            ("discarded", "put away"),
                            ("signed", "signed"),
                            ("drafted", "batch drafted"),
                        ],
                        default="scenario",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="made at"
                    ),
                ),
                ("signed_at", models.DateTimeField(null=True, verbose_name="signed at")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                (
                    "batch",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="funding.fundbatch",
                        verbose_name="batch",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.allocationrun",
                        verbose_name="compared with",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocation_runs",
                        to="accounts.region",
                        verbose_name="money of",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="assessments.allocationrule",
                        verbose_name="allocation rule",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "allocation run",
                "verbose_name_plural": "allocation runs",
                "ordering": ["-year", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["signed", "drafted"])),
                        fields=("region", "year", "title"),
                        name="allocation_signed_once",
                        violation_error_message="This money has been shared and signed already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("total_fen__gte", 0)), name="allocation_total_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("batch", None),
                                ("signed_at", None),
                                ("signed_by", None),
                                ("state__in", ["scenario", "discarded"]),
                            ),
                            models.Q(
                                ("batch", None),
                                ("signed_at__isnull", False),
                                ("signed_by__isnull", False),
                                ("state", "signed"),
                            ),
                            models.Q(
                                ("batch__isnull", False),
                                ("signed_at__isnull", False),
                                ("signed_by__isnull", False),
                                ("state", "drafted"),
                            ),
                            _connector="OR",
                        ),
                        name="allocation_state_is_signed_for",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AllocationShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_fen", models.BigIntegerField(help_text="in 分", verbose_name="amount")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="assessments.allocationrun",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="reporting unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "share of a unit",
                "verbose_name_plural": "shares of units",
                "ordering": ["run_id", "unit__path"],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "unit"), name="allocation_share_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gte", 0)), name="allocation_share_not_negative"
                    ),
                ],
            },
        ),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
