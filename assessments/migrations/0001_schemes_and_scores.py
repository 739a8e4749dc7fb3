import django.db.models.deletion
import django.db.models.functions.datetime
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0005_user_email_and_daily_list"),
        ("accounts", "__first__"),
        ("records", "0003_attachment_taken_away_why"),
    ]

    operations = [
        migrations.CreateModel(
            name="BandSet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("source", models.CharField(max_length=300, verbose_name="source")),
            ],
            options={
                "verbose_name": "set of grades",
                "verbose_name_plural": "sets of grades",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="FactSheet",
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
                            ("annual", "yearly assessment"),
                            ("midyear", "mid-year check"),
                            ("monthly", "monthly score"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="plan year")),
                ("on", models.DateField(verbose_name="as of the end of")),
                ("number", models.PositiveSmallIntegerField(default=1, verbose_name="number")),
                ("data", models.JSONField(verbose_name="facts by formula and unit")),
                ("members", models.JSONField(verbose_name="rows behind the facts")),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "fact sheet",
                "verbose_name_plural": "fact sheets",
                "ordering": ["-year", "-on", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "year", "on", "number"), name="fact_sheet_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="AssessmentReport",
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
                            ("monthly", "monthly progress score"),
                            ("midyear", "mid-year check"),
                            ("unit", "annual report of a unit"),
                            ("province", "annual report of the province"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="plan year")),
                ("on", models.DateField(verbose_name="as of the end of")),
                ("document", models.JSONField(verbose_name="document")),
                ("files", models.JSONField(default=dict, verbose_name="files")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
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
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="region",
                    ),
                ),
            ],
            options={
                "verbose_name": "assessment report",
                "verbose_name_plural": "assessment reports",
                "ordering": ["-on", "kind", "region__path"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "region", "year", "on"), name="assessment_report_once_per_period"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Scheme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=30, verbose_name="code")),
                ("year", models.PositiveSmallIntegerField(verbose_name="from plan year")),
                ("number", models.PositiveSmallIntegerField(default=1, verbose_name="version")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("adopted", "adopted")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="revision")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="created at"
                    ),
                ),
                ("adopted_at", models.DateTimeField(null=True, verbose_name="adopted at")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="SHA-256")),
                (
                    "adopted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "band_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="schemes",
                        to="assessments.bandset",
                        verbose_name="set of grades",
                    ),
                ),
                (
                    "based_on",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="assessments.scheme",
                        verbose_name="copied from",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "assessment scheme",
                "verbose_name_plural": "assessment schemes",
                "ordering": ["-year", "name", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("year", "name", "number"), name="scheme_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="scheme_code_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 2000), ("year__lte", 2100)),
                        name="scheme_year_is_a_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sha256", ""), ("state", "draft")),
                            models.Q(("state", "adopted"), models.Q(("sha256", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="scheme_adopted_is_hashed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Band",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=20, verbose_name="grade")),
                (
                    "from_score",
                    models.DecimalField(decimal_places=2, max_digits=5, verbose_name="from score"),
                ),
                (
                    "band_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bands",
                        to="assessments.bandset",
                    ),
                ),
            ],
            options={
                "verbose_name": "grade",
                "verbose_name_plural": "grades",
                "ordering": ["band_set_id", "-from_score"],
                "constraints": [
                    models.UniqueConstraint(fields=("band_set", "from_score"), name="band_bound_once"),
                    models.UniqueConstraint(fields=("band_set", "label"), name="band_label_once"),
                    models.CheckConstraint(
                        condition=models.Q(("from_score__gte", 0), ("from_score__lte", 100)),
                        name="band_within_hundred",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=30, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("position", models.PositiveSmallIntegerField(verbose_name="order")),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blocks",
                        to="assessments.scheme",
                    ),
                ),
            ],
            options={
                "verbose_name": "block of indicators",
                "verbose_name_plural": "blocks of indicators",
                "ordering": ["scheme_id", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("scheme", "code"), name="block_once_per_scheme")
                ],
            },
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="plan year")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("self", "self-assessment"),
                            ("check", "check by the prefecture"),
                            ("review", "review by the province"),
                            ("published", "published for appeal"),
                            ("issued", "issued"),
                        ],
                        default="self",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="revision")),
                ("document", models.JSONField(default=dict, verbose_name="result")),
                (
                    "total",
                    models.DecimalField(decimal_places=2, max_digits=6, null=True, verbose_name="score"),
                ),
                ("grade", models.CharField(blank=True, max_length=20, verbose_name="grade")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="SHA-256")),
                ("due_on", models.DateField(null=True, verbose_name="step due on")),
                ("appeal_until", models.DateField(null=True, verbose_name="appeals until")),
                ("document_no", models.CharField(blank=True, max_length=60, verbose_name="document number")),
                ("issued_at", models.DateTimeField(null=True, verbose_name="issued at")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="simulated data")),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="accounts.region",
                        verbose_name="reporting unit",
                    ),
                ),
                (
                    "fact_sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="assessments.factsheet",
                        verbose_name="fact sheet",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="assessments.scheme",
                        verbose_name="assessment scheme",
                    ),
                ),
            ],
            options={
                "verbose_name": "assessment",
                "verbose_name_plural": "assessments",
                "ordering": ["-year", "unit__path"],
                "indexes": [models.Index(fields=["year", "state"], name="assessment_year_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "year"), name="assessment_once_per_year"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("total", None), models.Q(("total__gte", 0), ("total__lte", 100)), _connector="OR"
                        ),
                        name="assessment_within_hundred",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("state", "issued"), _negated=True),
                                ("issued_at", None),
                                ("sha256", ""),
                            ),
                            models.Q(
                                ("issued_at__isnull", False),
                                ("state", "issued"),
                                ("total__isnull", False),
                                models.Q(("sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="assessment_issued_is_hashed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
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
                ("indicator", models.CharField(max_length=40, verbose_name="indicator")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("document_no", models.CharField(blank=True, max_length=80, verbose_name="document number")),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="assessments.assessment",
                        verbose_name="assessment",
                    ),
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
                        related_name="+",
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
                "verbose_name": "evidence",
                "verbose_name_plural": "evidence",
                "ordering": ["assessment_id", "indicator", "pk"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalEvidence",
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
                ("indicator", models.CharField(max_length=40, verbose_name="indicator")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("document_no", models.CharField(blank=True, max_length=80, verbose_name="document number")),
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
                    "assessment",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="assessments.assessment",
                        verbose_name="assessment",
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
                "verbose_name": "historical evidence",
                "verbose_name_plural": "historical evidence",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="at"
                    ),
                ),
                (
                    "from_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("self", "self-assessment"),
                            ("check", "check by the prefecture"),
                            ("review", "review by the province"),
                            ("published", "published for appeal"),
                            ("issued", "issued"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("self", "self-assessment"),
                            ("check", "check by the prefecture"),
                            ("review", "review by the province"),
                            ("published", "published for appeal"),
                            ("issued", "issued"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("revision", models.PositiveIntegerField(verbose_name="revision")),
                (
                    "total",
                    models.DecimalField(decimal_places=2, max_digits=6, null=True, verbose_name="score"),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_rows",
                        to="assessments.assessment",
                        verbose_name="assessment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "step of an assessment",
                "verbose_name_plural": "steps of an assessment",
                "ordering": ["assessment_id", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Indicator",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("points", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="full points")),
                ("formula", models.CharField(blank=True, max_length=60, verbose_name="formula")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("share", "points × value ÷ target"),
                            ("per_case", "a loss for each case"),
                            ("manual", "points given by people"),
                        ],
                        max_length=10,
                        verbose_name="method",
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("up", "more is better"), ("down", "less is better")],
                        default="up",
                        max_length=4,
                        verbose_name="direction",
                    ),
                ),
                ("params", models.JSONField(blank=True, default=dict, verbose_name="figures")),
                ("needs_evidence", models.BooleanField(default=False, verbose_name="evidence required")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("position", models.PositiveSmallIntegerField(verbose_name="order")),
                (
                    "block",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="indicators",
                        to="assessments.block",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="indicators",
                        to="assessments.scheme",
                    ),
                ),
            ],
            options={
                "verbose_name": "indicator",
                "verbose_name_plural": "indicators",
                "ordering": ["scheme_id", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("scheme", "code"), name="indicator_once_per_scheme"),
                    models.CheckConstraint(
                        condition=models.Q(("points__gt", 0)), name="indicator_has_points"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("formula", ""), ("method", "manual")),
                            models.Q(
                                models.Q(("method", "manual"), _negated=True),
                                models.Q(("formula", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="indicator_manual_or_by_formula",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScoreEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="at"
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("self", "self-assessment"),
                            ("prefecture", "check by the prefecture"),
                            ("province", "review by the province"),
                        ],
                        max_length=12,
                        verbose_name="step",
                    ),
                ),
                ("indicator", models.CharField(max_length=40, verbose_name="indicator")),
                ("points", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="points")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_rows",
                        to="assessments.assessment",
                        verbose_name="assessment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "score entry",
                "verbose_name_plural": "score entries",
                "ordering": ["assessment_id", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("points__gte", 0)), name="entry_points_not_negative"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("indicator", models.CharField(blank=True, max_length=40, verbose_name="indicator")),
                ("text", models.CharField(max_length=1000, verbose_name="appeal")),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="made at"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("accepted", "accepted"),
                            ("partly", "partly accepted"),
                            ("rejected", "rejected"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=1000, verbose_name="answer")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="answered at")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeals",
                        to="assessments.assessment",
                        verbose_name="assessment",
                    ),
                ),
            ],
            options={
                "verbose_name": "appeal",
                "verbose_name_plural": "appeals",
                "ordering": ["assessment_id", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None), ("outcome", "open")),
                            models.Q(
                                models.Q(("outcome", "open"), _negated=True),
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="appeal_answered_in_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="appeal_says_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Deduction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="at"
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("self", "self-assessment"),
                            ("prefecture", "check by the prefecture"),
                            ("province", "review by the province"),
                        ],
                        max_length=12,
                        verbose_name="step",
                    ),
                ),
                ("indicator", models.CharField(max_length=40, verbose_name="indicator")),
                ("points", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="points")),
                ("finding", models.CharField(max_length=500, verbose_name="finding")),
                ("document_no", models.CharField(blank=True, max_length=80, verbose_name="document number")),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_rows",
                        to="assessments.assessment",
                        verbose_name="assessment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cancels",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cancelled_by",
                        to="assessments.deduction",
                        verbose_name="takes back",
                    ),
                ),
            ],
            options={
                "verbose_name": "deduction",
                "verbose_name_plural": "deductions",
                "ordering": ["assessment_id", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("points__gt", 0)), name="deduction_takes_points"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("finding", ""), _negated=True), name="deduction_has_a_finding"
                    ),
                ],
            },
        ),
    ]
