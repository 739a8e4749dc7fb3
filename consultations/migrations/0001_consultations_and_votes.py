import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0005_user_email_and_daily_list"),
        ("accounts", "__first__"),
        ("communities", "0003_household_register"),
        ("projects", "0003_append_only"),
        ("records", "0003_attachment_taken_away_why"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("locator", models.CharField(max_length=3, verbose_name="slip")),
                ("code_hash", models.CharField(max_length=64)),
                ("secret_hash", models.CharField(max_length=64, unique=True)),
                ("issued_at", models.DateTimeField(auto_now_add=True, verbose_name="issued at")),
                ("revoked_at", models.DateTimeField(editable=False, null=True, verbose_name="revoked at")),
                (
                    "revoked_reason",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="reason"),
                ),
                (
                    "wrong_tries",
                    models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="wrong tries"),
                ),
                ("locked_at", models.DateTimeField(editable=False, null=True, verbose_name="locked at")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access_codes",
                        to="communities.community",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access_codes",
                        to="communities.household",
                    ),
                ),
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
                    "revoked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "access code",
                "verbose_name_plural": "access codes",
                "ordering": ["community_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("community", "locator"), name="access_locator_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("household",),
                        name="access_one_live_code",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consultation",
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
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("plan", "renovation plan"),
                            ("needs", "willingness and needs"),
                            ("satisfaction", "satisfaction after completion"),
                        ],
                        default="plan",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "being prepared"),
                            ("notice", "announced"),
                            ("open", "open"),
                            ("closed", "closed, being answered"),
                            ("answered", "answered"),
                            ("revised", "plan revised"),
                            ("result", "result on display"),
                            ("final", "final"),
                            ("rejected", "voted down"),
                            ("cancelled", "called off"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("organiser", models.CharField(max_length=120, verbose_name="who asks")),
                (
                    "telephone",
                    models.CharField(blank=True, max_length=40, verbose_name="telephone of the office"),
                ),
                (
                    "address",
                    models.CharField(blank=True, max_length=120, verbose_name="where the paper form is"),
                ),
                (
                    "intro",
                    models.TextField(blank=True, max_length=2000, verbose_name="words to the residents"),
                ),
                ("announced_on", models.DateField(blank=True, null=True, verbose_name="announced on")),
                ("opens_on", models.DateField(blank=True, null=True, verbose_name="opens on")),
                ("closes_on", models.DateField(blank=True, null=True, verbose_name="closes on")),
                (
                    "result_from",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="result on display from"
                    ),
                ),
                (
                    "result_to",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="result on display until"
                    ),
                ),
                (
                    "ended_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="ended on"),
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
                    "plan_version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultations",
                        to="projects.planversion",
                        verbose_name="plan version",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_rows",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "revised_version",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.planversion",
                        verbose_name="revised version",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        editable=False,
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
                "verbose_name": "consultation",
                "verbose_name_plural": "consultations",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("is_removed", False),
                            models.Q(("state__in", ["final", "rejected", "cancelled"]), _negated=True),
                        ),
                        fields=("project", "kind"),
                        name="consultation_one_running",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closes_on__isnull", True),
                            ("opens_on__isnull", True),
                            ("closes_on__gte", models.F("opens_on")),
                            _connector="OR",
                        ),
                        name="consultation_closes_after_it_opens",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalConsultation",
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
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("plan", "renovation plan"),
                            ("needs", "willingness and needs"),
                            ("satisfaction", "satisfaction after completion"),
                        ],
                        default="plan",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "being prepared"),
                            ("notice", "announced"),
                            ("open", "open"),
                            ("closed", "closed, being answered"),
                            ("answered", "answered"),
                            ("revised", "plan revised"),
                            ("result", "result on display"),
                            ("final", "final"),
                            ("rejected", "voted down"),
                            ("cancelled", "called off"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("organiser", models.CharField(max_length=120, verbose_name="who asks")),
                (
                    "telephone",
                    models.CharField(blank=True, max_length=40, verbose_name="telephone of the office"),
                ),
                (
                    "address",
                    models.CharField(blank=True, max_length=120, verbose_name="where the paper form is"),
                ),
                (
                    "intro",
                    models.TextField(blank=True, max_length=2000, verbose_name="words to the residents"),
                ),
                ("announced_on", models.DateField(blank=True, null=True, verbose_name="announced on")),
                ("opens_on", models.DateField(blank=True, null=True, verbose_name="opens on")),
                ("closes_on", models.DateField(blank=True, null=True, verbose_name="closes on")),
                (
                    "result_from",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="result on display from"
                    ),
                ),
                (
                    "result_to",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="result on display until"
                    ),
                ),
                (
                    "ended_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="ended on"),
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
                    "plan_version",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.planversion",
                        verbose_name="plan version",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "revised_version",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.planversion",
                        verbose_name="revised version",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
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
                "verbose_name": "historical consultation",
                "verbose_name_plural": "historical consultations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalNoticeRule",
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
                (
                    "year_from",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="plan years from"),
                ),
                (
                    "year_to",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="plan years to"),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("plan", "notice of the plan and the vote"),
                            ("count", "preliminary count, open to objections"),
                            ("result", "notice of the result"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("min_days", models.PositiveSmallIntegerField(verbose_name="days at least")),
                ("in_working_days", models.BooleanField(default=False, verbose_name="working days")),
                (
                    "objector_share",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=7,
                        null=True,
                        verbose_name="objections stop it from",
                    ),
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
                    "region",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="holds in",
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
                "verbose_name": "historical rule of a notice",
                "verbose_name_plural": "historical rules of notices",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="NoticeRule",
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
                (
                    "year_from",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="plan years from"),
                ),
                (
                    "year_to",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="plan years to"),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("plan", "notice of the plan and the vote"),
                            ("count", "preliminary count, open to objections"),
                            ("result", "notice of the result"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("min_days", models.PositiveSmallIntegerField(verbose_name="days at least")),
                ("in_working_days", models.BooleanField(default=False, verbose_name="working days")),
                (
                    "objector_share",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=7,
                        null=True,
                        verbose_name="objections stop it from",
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
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="holds in",
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
                "verbose_name": "rule of a notice",
                "verbose_name_plural": "rules of notices",
                "ordering": ["region__path", "kind"],
            },
        ),
        migrations.CreateModel(
            name="VoteRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("community", "the whole community"),
                            ("building", "one building"),
                            ("entrance", "one entrance"),
                        ],
                        max_length=10,
                        verbose_name="counted over",
                    ),
                ),
                ("join_numerator", models.PositiveSmallIntegerField(verbose_name="take part")),
                ("join_denominator", models.PositiveSmallIntegerField(verbose_name="of")),
                ("agree_numerator", models.PositiveSmallIntegerField(verbose_name="agree")),
                ("agree_denominator", models.PositiveSmallIntegerField(verbose_name="of those taking part")),
                ("agree_is_exclusive", models.BooleanField(verbose_name="more than that")),
                ("agree_of_all", models.BooleanField(default=False, verbose_name="of all on the roll")),
                (
                    "proxies_per_holder",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="proxies a holder may have"
                    ),
                ),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("is_active", models.BooleanField(default=True, verbose_name="offered")),
            ],
            options={
                "verbose_name": "rule of a vote",
                "verbose_name_plural": "rules of votes",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("join_denominator__gt", 0),
                            ("join_numerator__lte", models.F("join_denominator")),
                            ("agree_denominator__gt", 0),
                            ("agree_numerator__lte", models.F("agree_denominator")),
                        ),
                        name="vote_rule_shares_are_shares",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Cluster",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="what they say")),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made at")),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clusters",
                        to="consultations.consultation",
                    ),
                ),
            ],
            options={
                "verbose_name": "group of like comments",
                "verbose_name_plural": "groups of like comments",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="CostShare",
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
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                ("title", models.CharField(max_length=80, verbose_name="what for")),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("household", "per household"),
                            ("area", "per ㎡ of the flat"),
                            ("floor", "by floor"),
                        ],
                        default="household",
                        max_length=10,
                        verbose_name="counted by",
                    ),
                ),
                ("amount_fen", models.BigIntegerField(help_text="in 分", verbose_name="amount")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="explanation")),
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
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="costs",
                        to="consultations.consultation",
                        verbose_name="consultation",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.planitem",
                        verbose_name="item",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_rows",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        editable=False,
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
                "verbose_name": "cost to a household",
                "verbose_name_plural": "costs to a household",
                "ordering": ["consultation_id", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gte", 0)), name="cost_share_not_negative"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalCostShare",
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
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                ("title", models.CharField(max_length=80, verbose_name="what for")),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("household", "per household"),
                            ("area", "per ㎡ of the flat"),
                            ("floor", "by floor"),
                        ],
                        default="household",
                        max_length=10,
                        verbose_name="counted by",
                    ),
                ),
                ("amount_fen", models.BigIntegerField(help_text="in 分", verbose_name="amount")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="explanation")),
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
                    "consultation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.consultation",
                        verbose_name="consultation",
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
                    "item",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.planitem",
                        verbose_name="item",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
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
                "verbose_name": "historical cost to a household",
                "verbose_name_plural": "historical costs to a household",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalNotice",
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
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("plan", "notice of the plan and the vote"),
                            ("count", "preliminary count, open to objections"),
                            ("result", "notice of the result"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="document number")),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                ("text", models.TextField(blank=True, max_length=8000, verbose_name="text")),
                ("places", models.CharField(blank=True, max_length=200, verbose_name="where it hangs")),
                ("from_on", models.DateField(verbose_name="on display from")),
                ("to_on", models.DateField(verbose_name="on display until")),
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
                    "consultation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultations.consultation",
                        verbose_name="consultation",
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
                    "project",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
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
                "verbose_name": "historical public notice",
                "verbose_name_plural": "historical public notices",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Notice",
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
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("plan", "notice of the plan and the vote"),
                            ("count", "preliminary count, open to objections"),
                            ("result", "notice of the result"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="document number")),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                ("text", models.TextField(blank=True, max_length=8000, verbose_name="text")),
                ("places", models.CharField(blank=True, max_length=200, verbose_name="where it hangs")),
                ("from_on", models.DateField(verbose_name="on display from")),
                ("to_on", models.DateField(verbose_name="on display until")),
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
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="consultations.consultation",
                        verbose_name="consultation",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_rows",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        editable=False,
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
                "verbose_name": "public notice",
                "verbose_name_plural": "public notices",
                "ordering": ["consultation_id", "from_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_removed", False)),
                        fields=("consultation", "kind"),
                        name="notice_once_per_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_on__gte", models.F("from_on"))),
                        name="notice_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Questionnaire",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("intro", models.CharField(blank=True, max_length=500, verbose_name="introduction")),
                (
                    "consultation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questionnaire",
                        to="consultations.consultation",
                    ),
                ),
            ],
            options={
                "verbose_name": "questionnaire",
                "verbose_name_plural": "questionnaires",
            },
        ),
        migrations.CreateModel(
            name="ResidentSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="let in at")),
                ("expires_at", models.DateTimeField(verbose_name="until")),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="ended at")),
                (
                    "privacy_version",
                    models.CharField(blank=True, max_length=20, verbose_name="privacy notice accepted"),
                ),
                ("privacy_accepted_at", models.DateTimeField(null=True, verbose_name="accepted at")),
                (
                    "code",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="consultations.accesscode",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="communities.community",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="communities.household",
                    ),
                ),
            ],
            options={
                "verbose_name": "resident's session",
                "verbose_name_plural": "residents' sessions",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["code", "ended_at"], name="resident_session_of_code")],
            },
        ),
        migrations.CreateModel(
            name="Roll",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("households", models.PositiveIntegerField(verbose_name="households")),
                ("people", models.PositiveIntegerField(verbose_name="people")),
                (
                    "area",
                    models.DecimalField(
                        decimal_places=2, help_text="in ㎡", max_digits=14, verbose_name="area"
                    ),
                ),
                ("frozen_at", models.DateTimeField(auto_now_add=True, verbose_name="frozen at")),
                (
                    "consultation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roll",
                        to="consultations.consultation",
                        verbose_name="consultation",
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
                "verbose_name": "roll",
                "verbose_name_plural": "rolls",
            },
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("matter", models.CharField(max_length=200, verbose_name="matter")),
                ("explanation", models.TextField(blank=True, max_length=2000, verbose_name="explanation")),
                ("building_id", models.BigIntegerField(blank=True, null=True, verbose_name="building")),
                ("entrance", models.CharField(blank=True, max_length=20, verbose_name="entrance")),
                ("is_decisive", models.BooleanField(default=True, verbose_name="decides about the plan")),
                ("result", models.JSONField(editable=False, null=True, verbose_name="result")),
                ("counted_at", models.DateTimeField(editable=False, null=True, verbose_name="counted at")),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="votes",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultations.voterule",
                        verbose_name="rule",
                    ),
                ),
            ],
            options={
                "verbose_name": "vote",
                "verbose_name_plural": "votes",
                "ordering": ["consultation_id", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("consultation", "number"), name="vote_number_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("text", models.CharField(max_length=300, verbose_name="question")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("single", "one answer"),
                            ("multiple", "several answers"),
                            ("scale", "five steps"),
                            ("text", "in words"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "max_choices",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="answers at most"),
                ),
                ("is_required", models.BooleanField(default=True, verbose_name="must be answered")),
                ("is_overall", models.BooleanField(default=False, verbose_name="overall judgement")),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="consultations.questionnaire",
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ["questionnaire_id", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("questionnaire", "number"), name="question_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("max_choices__isnull", True),
                            models.Q(("kind", "multiple"), ("max_choices__gte", 1)),
                            _connector="OR",
                        ),
                        name="question_limit_on_several_answers",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Comment",
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
                            ("comment", "comment"),
                            ("proposal", "proposed item"),
                            ("objection", "objection to the result"),
                            ("defect", "report of a defect"),
                            ("acceptance", "word on the finished works"),
                        ],
                        default="comment",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.TextField(max_length=1000, verbose_name="text")),
                ("voice", models.CharField(max_length=60, verbose_name="who speaks")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waiting to be shown"),
                            ("published", "shown"),
                            ("hidden", "not shown"),
                            ("withdrawn", "withdrawn"),
                            ("erased", "erased at the household's wish"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("online", "online"),
                            ("paper", "on paper"),
                            ("visit", "at the door"),
                            ("meeting", "at a meeting"),
                        ],
                        default="online",
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="said at")),
                ("moderated_at", models.DateTimeField(editable=False, null=True, verbose_name="looked at")),
                (
                    "hidden_reason",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="reason"),
                ),
                (
                    "photo",
                    models.FileField(
                        blank=True, max_length=200, upload_to="comments/%Y/%m", verbose_name="photo"
                    ),
                ),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                (
                    "clause",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="projects.planclause",
                    ),
                ),
                (
                    "cluster",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="comments",
                        to="consultations.cluster",
                    ),
                ),
                (
                    "defect",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="projects.defect",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="communities.household",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="projects.planitem",
                    ),
                ),
                (
                    "moderated_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="projects.project",
                    ),
                ),
                (
                    "proposed",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="communities.catalogueitem",
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="consultations.notice",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultations.residentsession",
                    ),
                ),
            ],
            options={
                "verbose_name": "comment",
                "verbose_name_plural": "comments",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["consultation", "state"], name="comment_of_consultation")],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "key"), name="comment_once_per_key"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "hidden"), _negated=True),
                            models.Q(("hidden_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="comment_hidden_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RollEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("building_id", models.BigIntegerField(verbose_name="building")),
                ("building_number", models.CharField(max_length=40, verbose_name="building number")),
                ("entrance", models.CharField(blank=True, max_length=20, verbose_name="entrance")),
                ("room", models.CharField(max_length=20, verbose_name="room")),
                (
                    "area",
                    models.DecimalField(
                        decimal_places=2, help_text="in ㎡", max_digits=10, verbose_name="area"
                    ),
                ),
                (
                    "area_basis",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("register", "property register"),
                            ("survey", "survey on site"),
                            ("contract", "contract of sale"),
                        ],
                        max_length=10,
                    ),
                ),
                ("person", models.CharField(max_length=60, verbose_name="person")),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roll_entries",
                        to="communities.household",
                    ),
                ),
                (
                    "roll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="consultations.roll",
                    ),
                ),
            ],
            options={
                "verbose_name": "place on a roll",
                "verbose_name_plural": "places on a roll",
                "ordering": ["roll_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("roll", "household"), name="roll_household_once"),
                    models.CheckConstraint(
                        condition=models.Q(("area__gte", 0)), name="roll_area_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommentEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("said", "said"),
                            ("published", "shown"),
                            ("hidden", "not shown"),
                            ("withdrawn", "withdrawn"),
                            ("answered", "answered"),
                            ("reopened", "answer taken back"),
                            ("grouped", "put with like comments"),
                            ("erased", "erased"),
                            ("passed_on", "passed on as a defect"),
                        ],
                        max_length=10,
                        verbose_name="action",
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="at")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="consultations.comment",
                    ),
                ),
            ],
            options={
                "verbose_name": "event of a comment",
                "verbose_name_plural": "events of comments",
                "ordering": ["comment_id", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Disposition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("adopted", "adopted"),
                            ("partly", "adopted in part"),
                            ("refused", "not adopted"),
                            ("duplicate", "said before"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("reason", models.TextField(max_length=1000, verbose_name="answer")),
                ("is_current", models.BooleanField(default=True, editable=False)),
                ("answered_at", models.DateTimeField(auto_now_add=True, verbose_name="answered at")),
                (
                    "answered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "clause",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispositions",
                        to="projects.planclause",
                        verbose_name="clause it changed",
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispositions",
                        to="consultations.comment",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispositions",
                        to="projects.planitem",
                        verbose_name="item it changed",
                    ),
                ),
                (
                    "same_as",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultations.comment",
                        verbose_name="same as",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer",
                "verbose_name_plural": "answers",
                "ordering": ["comment_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)),
                        fields=("comment",),
                        name="disposition_one_current",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="disposition_gives_a_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Option",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("text", models.CharField(max_length=120, verbose_name="answer")),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="options",
                        to="consultations.question",
                    ),
                ),
            ],
            options={
                "verbose_name": "possible answer",
                "verbose_name_plural": "possible answers",
                "ordering": ["question_id", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("question", "number"), name="option_number_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("online", "online"), ("paper", "on paper"), ("visit", "at the door")],
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="answered at")),
                ("is_live", models.BooleanField(default=True, editable=False)),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="consultations.rollentry",
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="consultations.questionnaire",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultations.residentsession",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer sheet",
                "verbose_name_plural": "answer sheets",
                "ordering": ["questionnaire_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_live", True)),
                        fields=("questionnaire", "entry"),
                        name="sheet_one_live_per_household",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Support",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="at")),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supports",
                        to="consultations.comment",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="communities.household",
                    ),
                ),
            ],
            options={
                "verbose_name": "support",
                "verbose_name_plural": "supports",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("comment", "household"), name="support_once_per_household"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ballot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "choice",
                    models.CharField(
                        choices=[("agree", "agree"), ("against", "do not agree"), ("abstain", "abstain")],
                        max_length=8,
                        verbose_name="answer",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("online", "online"),
                            ("paper", "on paper"),
                            ("visit", "at the door"),
                            ("proxy", "by proxy"),
                        ],
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                (
                    "proxy_holder",
                    models.CharField(blank=True, max_length=60, verbose_name="holder of the proxy"),
                ),
                ("sheet_no", models.CharField(blank=True, max_length=40, verbose_name="number of the sheet")),
                (
                    "scan",
                    models.FileField(
                        blank=True, max_length=200, upload_to="ballots/%Y/%m", verbose_name="scanned sheet"
                    ),
                ),
                ("cast_at", models.DateTimeField(auto_now_add=True, verbose_name="answered at")),
                ("is_live", models.BooleanField(default=True, editable=False)),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultations.residentsession",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ballots",
                        to="consultations.rollentry",
                    ),
                ),
                (
                    "vote",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ballots",
                        to="consultations.vote",
                    ),
                ),
            ],
            options={
                "verbose_name": "ballot",
                "verbose_name_plural": "ballots",
                "ordering": ["vote_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_live", True)),
                        fields=("vote", "entry"),
                        name="ballot_one_live_per_household",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", "proxy"), _negated=True),
                            models.Q(("proxy_holder", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="ballot_proxy_has_a_holder",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slot", models.PositiveSmallIntegerField(default=1)),
                ("step", models.PositiveSmallIntegerField(null=True, verbose_name="step")),
                ("text", models.CharField(blank=True, max_length=500, verbose_name="words")),
                (
                    "option",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultations.option",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="consultations.question",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="consultations.sheet",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer to a question",
                "verbose_name_plural": "answers to questions",
                "ordering": ["sheet_id", "question_id", "slot"],
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "question", "slot"), name="answer_slot_once"),
                    models.UniqueConstraint(
                        fields=("sheet", "question", "option"), name="answer_option_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("step__isnull", True),
                            models.Q(("step__gte", 1), ("step__lte", 5)),
                            _connector="OR",
                        ),
                        name="answer_step_is_a_step",
                    ),
                ],
            },
        ),
    ]
