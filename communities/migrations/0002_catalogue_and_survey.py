import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_departments"),
        ("accounts", "__first__"),
        ("communities", "0001_communities_and_buildings"),
        ("records", "0002_attachments"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalSurvey",
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
                    "state",
                    models.CharField(
                        choices=[("open", "under way"), ("finished", "finished")],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("opened_on", models.DateField(blank=True, null=True, verbose_name="opened on")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                ("finished_on", models.DateField(blank=True, null=True, verbose_name="finished on")),
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
                    "community",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="communities.community",
                        verbose_name="community",
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
                "verbose_name": "historical survey",
                "verbose_name_plural": "historical surveys",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalTaxonomy",
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
                ("code", models.CharField(max_length=30, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
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
                "verbose_name": "historical taxonomy",
                "verbose_name_plural": "historical taxonomies",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalTechnicalStandard",
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
                ("code", models.CharField(max_length=30, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("in_force", "in force"),
                            ("in_preparation", "in preparation"),
                            ("withdrawn", "no longer in force"),
                        ],
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "issued_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year of issue"),
                ),
                ("link", models.CharField(blank=True, max_length=300, verbose_name="link")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
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
                "verbose_name": "historical technical standard",
                "verbose_name_plural": "historical technical standards",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Survey",
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
                    "state",
                    models.CharField(
                        choices=[("open", "under way"), ("finished", "finished")],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("opened_on", models.DateField(blank=True, null=True, verbose_name="opened on")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                ("finished_on", models.DateField(blank=True, null=True, verbose_name="finished on")),
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
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="surveys",
                        to="communities.community",
                        verbose_name="community",
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
                "verbose_name": "survey",
                "verbose_name_plural": "surveys",
                "ordering": ["unit__path", "community__code", "-opened_on"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_removed", False), ("state", "open")),
                        fields=("community",),
                        name="survey_one_open_per_community",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"), ("finished_on__isnull", False), _connector="OR"
                        ),
                        name="survey_finished_has_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Taxonomy",
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
                ("code", models.CharField(max_length=30, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
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
                "verbose_name": "taxonomy",
                "verbose_name_plural": "taxonomies",
                "ordering": ["code"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_removed", False)), fields=("code",), name="taxonomy_code_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TechnicalStandard",
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
                ("code", models.CharField(max_length=30, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("in_force", "in force"),
                            ("in_preparation", "in preparation"),
                            ("withdrawn", "no longer in force"),
                        ],
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "issued_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year of issue"),
                ),
                ("link", models.CharField(blank=True, max_length=300, verbose_name="link")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
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
                "verbose_name": "technical standard",
                "verbose_name_plural": "technical standards",
                "ordering": ["code"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_removed", False)), fields=("code",), name="standard_code_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CatalogueItem",
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
                ("code", models.CharField(max_length=30, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="item")),
                ("name_key", models.CharField(editable=False, max_length=60)),
                ("group", models.CharField(max_length=40, verbose_name="class in the taxonomy")),
                (
                    "level",
                    models.CharField(
                        choices=[("basic", "basic"), ("improving", "improving"), ("enhancing", "enhancing")],
                        max_length=20,
                        verbose_name="class of document 23",
                    ),
                ),
                ("measure", models.CharField(max_length=20, verbose_name="unit of quantity")),
                (
                    "indicator",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("pipes", "pipes renewed"),
                            ("elevators", "elevators added"),
                            ("energy_saving", "energy-saving area"),
                            ("parking", "parking places"),
                            ("car_chargers", "car charging points"),
                            ("bike_chargers", "e-bike charging points"),
                            ("services", "service facilities"),
                            ("sports_area", "sports and culture area"),
                        ],
                        max_length=20,
                        verbose_name="effect indicator",
                    ),
                ),
                (
                    "indicator_factor",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        max_digits=10,
                        null=True,
                        verbose_name="factor to the indicator",
                    ),
                ),
                (
                    "standards",
                    models.CharField(
                        blank=True,
                        help_text="codes, separated by 、",
                        max_length=300,
                        verbose_name="technical standards",
                    ),
                ),
                (
                    "reference_price_fen",
                    models.BigIntegerField(
                        blank=True, help_text="in 分", null=True, verbose_name="reference unit price"
                    ),
                ),
                ("is_pipeline", models.BooleanField(default=False, verbose_name="opens the ground")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
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
                    "counts_as",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="communities.catalogueitem",
                        verbose_name="counts as",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="responsible department",
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
                (
                    "taxonomy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="communities.taxonomy",
                        verbose_name="taxonomy",
                    ),
                ),
            ],
            options={
                "verbose_name": "catalogue item",
                "verbose_name_plural": "works catalogue",
                "ordering": ["taxonomy_id", "position", "code"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_removed", False)),
                        fields=("taxonomy", "code"),
                        name="catalogue_code_once_per_taxonomy",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_removed", False)),
                        fields=("taxonomy", "name_key"),
                        name="catalogue_name_once_per_taxonomy",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalSurveySignOff",
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
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="signed on")),
                ("signed_name", models.CharField(blank=True, max_length=60, verbose_name="signed by")),
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
                    "community",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="communities.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="department",
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
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "survey",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="communities.survey",
                        verbose_name="survey",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical survey sign-off",
                "verbose_name_plural": "historical survey sign-offs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="SurveySignOff",
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
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="signed on")),
                ("signed_name", models.CharField(blank=True, max_length=60, verbose_name="signed by")),
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
                    "community",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="communities.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_offs",
                        to="communities.survey",
                        verbose_name="survey",
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
                "verbose_name": "survey sign-off",
                "verbose_name_plural": "survey sign-offs",
                "ordering": ["community__code", "survey_id", "department__position"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_removed", False)),
                        fields=("survey", "department"),
                        name="sign_off_once_per_department",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("signed_on__isnull", True),
                            models.Q(("signed_name", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="sign_off_names_a_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalSurveyFinding",
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
                    "condition",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("good", "good"),
                            ("damaged", "damaged"),
                            ("missing", "missing"),
                            ("na", "not applicable"),
                        ],
                        max_length=10,
                        verbose_name="condition",
                    ),
                ),
                (
                    "quantity",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="to be renovated",
                        max_digits=14,
                        null=True,
                        verbose_name="quantity",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="place")),
                ("found_on", models.DateField(blank=True, null=True, verbose_name="found on")),
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
                    "community",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="communities.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="department",
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
                        to="communities.catalogueitem",
                        verbose_name="item",
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
                (
                    "survey",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="communities.survey",
                        verbose_name="survey",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical survey finding",
                "verbose_name_plural": "historical survey findings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="SurveyFinding",
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
                    "condition",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("good", "good"),
                            ("damaged", "damaged"),
                            ("missing", "missing"),
                            ("na", "not applicable"),
                        ],
                        max_length=10,
                        verbose_name="condition",
                    ),
                ),
                (
                    "quantity",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="to be renovated",
                        max_digits=14,
                        null=True,
                        verbose_name="quantity",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="place")),
                ("found_on", models.DateField(blank=True, null=True, verbose_name="found on")),
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
                    "community",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="communities.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="communities.catalogueitem",
                        verbose_name="item",
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="communities.survey",
                        verbose_name="survey",
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
                "verbose_name": "survey finding",
                "verbose_name_plural": "survey findings",
                "ordering": ["community__code", "survey_id", "item__position"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_removed", False)),
                        fields=("survey", "item"),
                        name="finding_once_per_item",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalCatalogueItem",
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
                ("code", models.CharField(max_length=30, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="item")),
                ("name_key", models.CharField(editable=False, max_length=60)),
                ("group", models.CharField(max_length=40, verbose_name="class in the taxonomy")),
                (
                    "level",
                    models.CharField(
                        choices=[("basic", "basic"), ("improving", "improving"), ("enhancing", "enhancing")],
                        max_length=20,
                        verbose_name="class of document 23",
                    ),
                ),
                ("measure", models.CharField(max_length=20, verbose_name="unit of quantity")),
                (
                    "indicator",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("pipes", "pipes renewed"),
                            ("elevators", "elevators added"),
                            ("energy_saving", "energy-saving area"),
                            ("parking", "parking places"),
                            ("car_chargers", "car charging points"),
                            ("bike_chargers", "e-bike charging points"),
                            ("services", "service facilities"),
                            ("sports_area", "sports and culture area"),
                        ],
                        max_length=20,
                        verbose_name="effect indicator",
                    ),
                ),
                (
                    "indicator_factor",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        max_digits=10,
                        null=True,
                        verbose_name="factor to the indicator",
                    ),
                ),
                (
                    "standards",
                    models.CharField(
                        blank=True,
                        help_text="codes, separated by 、",
                        max_length=300,
                        verbose_name="technical standards",
                    ),
                ),
                (
                    "reference_price_fen",
                    models.BigIntegerField(
                        blank=True, help_text="in 分", null=True, verbose_name="reference unit price"
                    ),
                ),
                ("is_pipeline", models.BooleanField(default=False, verbose_name="opens the ground")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
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
                    "counts_as",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="communities.catalogueitem",
                        verbose_name="counts as",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="responsible department",
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
                (
                    "taxonomy",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="communities.taxonomy",
                        verbose_name="taxonomy",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical catalogue item",
                "verbose_name_plural": "historical works catalogue",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
