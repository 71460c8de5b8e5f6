"""Tables and fields of the registry: the one place that says what a record may hold.

The fields follow the minimum data requirements for mine action (see the field documentation, which is made from this module).
Names, birth dates and addresses of victims have no field here, so no import can bring them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as with_default
from types import MappingProxyType
from typing import Literal

from geodata.errors import WrongUseError
from geodata.schema.codes import NOT_STATED, CodeList, code_list

FieldType = Literal["text", "integer", "number", "boolean", "date", "code", "codes"]
GeometryType = Literal["polygon", "point", "line"]
CODE_SEPARATOR = ";"
CHANGE_KIND = "change_kind"
"""The field by which a row says what kind of change it is; it rules over what the import says."""
RECORDS_VERSION = 1
"""Raised when a field is removed or changes its meaning; a registry written by a higher version is refused."""


@dataclass(frozen=True)
class Field:
    """One column of a table.

    Attributes
    ----------
    name : str
        Column name; a unit stands at its end (``_m2``, ``_usd``, ``_cm``).
    type : str
        ``text``, ``integer``, ``number``, ``boolean``, ``date``, ``code`` (one of a list) or ``codes`` (several, joined by ``;``).
    doc : str
        What it holds, for the field documentation.
    unit : str
        Unit of the value, "" where it has none.
    codes : str or None
        Name of the code list.
    default : str or None
        Stored where a new record says nothing.
    minimum : float or None
        Smallest value that makes sense.
    """

    name: str
    type: FieldType
    doc: str
    unit: str = ""
    codes: str | None = None
    default: str | None = None
    minimum: float | None = None

    @property
    def code_list(self) -> CodeList | None:
        """The enumeration its values come from, None where it is free."""
        return code_list(self.codes) if self.codes else None


@dataclass(frozen=True)
class Table:
    """One kind of record.

    Attributes
    ----------
    name, doc : str
    id_field : str
        The field that identifies a record.
    fields : tuple of Field
        The id first, in the order of columns.
    geometry : tuple of str
        Kinds of geometry a record may have; empty for a table without.
    added_on, updated_on : str or None
        The date field that says when a new record became true, and when a change did.
    refers_to : mapping field -> table
        Fields that name a record of another table.
    """

    name: str
    doc: str
    id_field: str
    fields: tuple[Field, ...]
    geometry: tuple[GeometryType, ...] = ()
    added_on: str | None = None
    updated_on: str | None = None
    refers_to: Mapping[str, str] = with_default(default_factory=lambda: MappingProxyType({}))

    @property
    def columns(self) -> tuple[str, ...]:
        """Field names in order, without the geometry."""
        return tuple(field.name for field in self.fields)

    @property
    def dates(self) -> tuple[str, ...]:
        """Names of the fields that hold a day."""
        return tuple(field.name for field in self.fields if field.type == "date")

    @property
    def has_geometry(self) -> bool:
        """Whether a record may have a geometry."""
        return bool(self.geometry)

    def field(self, name: str) -> Field:
        """The field of that name.

        Raises
        ------
        WrongUseError
            The table has no such field.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise WrongUseError(f"Table {self.name} has no field {name!r}.", f"Use one of {', '.join(self.columns)}.", code="unknown_field")


def _text(name: str, doc: str) -> Field:
    return Field(name, "text", doc)


def _date(name: str, doc: str) -> Field:
    return Field(name, "date", doc)


def _number(name: str, unit: str, doc: str) -> Field:
    return Field(name, "number", doc, unit=unit, minimum=0)


def _code(name: str, codes: str, doc: str, default: str | None = None) -> Field:
    return Field(name, "code", doc, codes=codes, default=default)


def _counts(prefix: str, unit: str, doc: str, *, unknown: bool = False) -> tuple[Field, ...]:
    """Counts by sex and age (under 18, 18 and over), as SADDD asks."""
    people = {"boys": "boys (under 18)", "girls": "girls (under 18)", "men": "men (18 and over)", "women": "women (18 and over)"}
    if unknown:
        people["unknown"] = "people whose sex or age is not stated"
    return tuple(Field(f"{prefix}_{key}", "integer", f"{doc}: {who}.", unit=unit, minimum=0) for key, who in people.items())


def _places(of: str) -> tuple[Field, ...]:
    levels = tuple(_text(f"admin{level}", f"Admin level {level} of {of}, by name.") for level in range(1, 5))
    return (*levels, _text("admin_code", f"Code (P-code) of the smallest admin unit of {of}."))


HAZARD_AREAS = Table(
    "hazard_areas",
    "Every place ever suspected or confirmed to hold explosive ordnance, whatever became of it.",
    "area_id",
    (
        _text("area_id", "Identifier, unique within the programme."),
        _text("imsma_id", "Identifier in IMSMA, kept through import and export."),
        _text("imsma_links", "Identifiers of related IMSMA records, comma-separated."),
        _text("name", "Name of the place as people use it."),
        _code("hazard_type", "hazard_type", "Suspected (indirect evidence) or confirmed (direct evidence).", NOT_STATED),
        _code("status", "status", "Where the area stands in land release.", NOT_STATED),
        _number("area_stated_m2", "m2", "Size as the source states it; the measured size comes from the outline."),
        Field("eo_categories", "codes", "Categories of explosive ordnance suspected or confirmed.", codes="eo_category"),
        _date("recorded_date", "Day on which the area was first recorded."),
        _date("updated_date", "Day of the latest change at the source."),
        _code(CHANGE_KIND, "change_kind", "Why the size last changed, for the land-release ledger; holds for the change it comes with."),
        _date("last_survey_date", "Day of the latest survey visit."),
        _text("organisation", "Organisation that reported or surveyed the area."),
        _text("source", "Source of the record."),
        *_places("the area"),
        _code("blocked_use", "land_use", "Use of land that the suspicion blocks."),
        _code("current_use", "land_use", "What people use the land for now, suspicion or not."),
        _code("intended_use", "land_use", "What the land is to be used for once released."),
        _code("marking", "marking", "How the area is marked on the ground."),
        _text("tasked_to", "Organisation that has been given the task."),
        _text("funded_by", "Donor or budget that pays for the task."),
        Field("road_blocked", "boolean", "Whether the area blocks a road or path."),
        _number("beneficiaries_direct", "people", "People expected to use the released land, with their households."),
        _number("beneficiaries_indirect", "people", "Other people of the community expected to gain."),
        *_counts("beneficiaries_direct", "people", "Expected direct beneficiaries"),
        *_counts("beneficiaries_indirect", "people", "Expected indirect beneficiaries"),
    ),
    ("polygon", "point"),
    added_on="recorded_date",
    updated_on="updated_date",
)
ACTIVITIES = Table(
    "activities",
    "Survey, clearance and disposal work.",
    "activity_id",
    (
        _text("activity_id", "Identifier."),
        _text("area_id", "Hazard area it was done in."),
        _code("kind", "activity_kind", "Kind of work."),
        _text("organisation", "Organisation that did it."),
        _text("method", "Method, e.g. manual, mechanical, dogs."),
        _date("start_date", "First day of work."),
        _date("end_date", "Last day of work."),
        _code("status", "activity_status", "Where the work stands."),
        _number("team_days", "team-days", "Days worked times teams."),
        _number("cost_usd", "USD", "Cost in US dollars."),
        _text("donor", "Who paid."),
        _text("project_id", "Project it belongs to."),
        *_places("the work"),
        _text("source", "Source of the record."),
    ),
    ("polygon", "point"),
    added_on="start_date",
    updated_on="end_date",
    refers_to=MappingProxyType({"area_id": "hazard_areas", "project_id": "projects"}),
)
RELEASE_PRODUCTS = Table(
    "release_products",
    "Land released: cancelled by NTS, reduced by TS or cleared, never merged into one figure.",
    "product_id",
    (
        _text("product_id", "Identifier."),
        _text("area_id", "Hazard area it was part of."),
        _text("activity_id", "Activity that released it."),
        _code("kind", "release_kind", "Cancelled, reduced or cleared."),
        _number("area_m2", "m2", "Size released, as reported."),
        _date("date", "Day of release."),
        _number("depth_cm", "cm", "Clearance depth."),
        _date("handover_date", "Day of handover."),
        _text("organisation", "Organisation that released it."),
        *(
            Field(f"devices_{key}", "integer", f"Devices found: {what}.", unit="devices", minimum=0)
            for key, what in (
                ("ap_mine", "anti-personnel mines"),
                ("ap_mine_improvised", "improvised anti-personnel mines"),
                ("av_mine", "anti-vehicle mines"),
                ("cmr", "cluster munition remnants"),
                ("uxo", "other unexploded ordnance"),
                ("axo", "abandoned ordnance"),
                ("ied", "improvised explosive devices"),
                ("total", "all together, where the source does not tell them apart"),
            )
        ),
        *_places("the released land"),
        _text("source", "Source of the record."),
    ),
    ("polygon", "point"),
    added_on="date",
    refers_to=MappingProxyType({"area_id": "hazard_areas", "activity_id": "activities"}),
)
ACCIDENTS = Table(
    "accidents",
    "Accidents and incidents with explosive ordnance; counts of people only, never who they were.",
    "accident_id",
    (
        _text("accident_id", "Identifier."),
        _date("date", "Day, or first day of the month or year known."),
        _code("kind", "accident_kind", "With or without casualties; in demining or not."),
        _code("eo_category", "eo_category", "Category of explosive ordnance."),
        _text("activity", "What people were doing, as the source words it."),
        Field("device_known", "boolean", "Whether the device was identified."),
        *_counts("killed", "people", "Killed", unknown=True),
        *_counts("injured", "people", "Injured", unknown=True),
        _text("area_id", "Hazard area it happened in, where known."),
        *_places("the accident"),
        _text("source", "Source of the record."),
    ),
    ("point",),
    added_on="date",
    refers_to=MappingProxyType({"area_id": "hazard_areas"}),
)
OUTCOMES = Table(
    "outcomes",
    "What became of released land (post-clearance impact assessment).",
    "outcome_id",
    (
        _text("outcome_id", "Identifier."),
        _text("area_id", "Released hazard area."),
        _date("visit_date", "Day of the visit."),
        Field("in_use", "boolean", "Whether the land is in use."),
        _code("use_now", "land_use", "Use found."),
        _code("use_intended", "land_use", "Use that had been intended."),
        _text("reason_unused", "Why it is not used."),
        _number("cultivated_ha", "ha", "Hectares cultivated."),
        Field("jobs_women", "integer", "Jobs of women.", unit="jobs", minimum=0),
        Field("jobs_men", "integer", "Jobs of men.", unit="jobs", minimum=0),
        *(Field(name, "integer", doc, unit=unit, minimum=0) for name, unit, doc in (
            ("houses", "houses", "Houses built or reopened."),
            ("schools", "schools", "Schools built or reopened."),
            ("wells", "wells", "Wells built or reopened."),
        )),
        _number("roads_km", "km", "Roads reopened."),
        *_counts("users", "people", "Users of the land"),
        Field("sense_of_safety", "integer", "Answer on a scale of 1 (not at all) to 5 (fully).", unit="1-5", minimum=1),
        Field("dispute", "boolean", "Whether the land is disputed."),
        *_places("the land"),
        _text("source", "Source of the record."),
    ),
    ("polygon", "point"),
    added_on="visit_date",
    refers_to=MappingProxyType({"area_id": "hazard_areas"}),
)  # fmt: skip
EVIDENCE = Table(
    "evidence",
    "What speaks for explosive ordnance in an area.",
    "evidence_id",
    (
        _text("evidence_id", "Identifier."),
        _text("area_id", "Hazard area."),
        _code("kind", "evidence_kind", "Direct or indirect."),
        _text("description", "What was seen or said; no name of a person."),
        _code("eo_category", "eo_category", "Category of explosive ordnance it points to."),
        _date("date", "Day of the evidence."),
        _text("source", "Source of the record."),
    ),
    ("point", "polygon"),
    added_on="date",
    refers_to=MappingProxyType({"area_id": "hazard_areas"}),
)
EORE = Table(
    "eore",
    "Explosive ordnance risk education.",
    "session_id",
    (
        _text("session_id", "Identifier."),
        _date("date", "Day."),
        _text("organisation", "Organisation."),
        _text("method", "Method."),
        *_counts("beneficiaries", "people", "People reached", unknown=True),
        *_places("the session"),
        _text("source", "Source of the record."),
    ),
    ("point",),
    added_on="date",
)
SURVEY_VISITS = Table(
    "survey_visits",
    "Visits by survey teams, whatever they found.",
    "visit_id",
    (
        _text("visit_id", "Identifier."),
        _text("area_id", "Hazard area visited."),
        _date("date", "Day of the visit."),
        _code("result", "visit_result", "What was found."),
        _text("organisation", "Organisation."),
        *_places("the visit"),
        _text("source", "Source of the record."),
    ),
    ("point", "polygon"),
    added_on="date",
    refers_to=MappingProxyType({"area_id": "hazard_areas"}),
)
ORGANISATIONS = Table(
    "organisations",
    "Authorities, operators and donors.",
    "organisation_id",
    (
        _text("organisation_id", "Identifier."),
        _text("name", "Name."),
        _code("kind", "organisation_kind", "Part it plays."),
        _text("short_name", "Short name."),
    ),
)
PROJECTS = Table(
    "projects",
    "Projects and the donors that fund them.",
    "project_id",
    (
        _text("project_id", "Identifier."),
        _text("name", "Name."),
        _text("donor", "Who pays."),
        _text("organisation", "Who carries it out."),
        _date("start_date", "First day."),
        _date("end_date", "Last day."),
        _number("budget_usd", "USD", "Budget in US dollars."),
    ),
    added_on="start_date",
)
CAPACITY_INDICATORS = Table(
    "capacity_indicators",
    "Institutional capacity, indicator by indicator, as the programme's own framework words them.",
    "indicator_id",
    (
        _text("indicator_id", "Identifier."),
        _text("framework", "Framework it belongs to."),
        _text("indicator", "Text of the indicator."),
        _number("score", "", "Value or score."),
        _number("target", "", "Target."),
        _date("date", "Day of the assessment."),
        _text("evidence", "What the score rests on."),
    ),
    added_on="date",
)
ACTIONS = Table(
    "actions",
    "Action tracker: what was agreed, by whom, until when.",
    "action_id",
    (
        _text("action_id", "Identifier."),
        _text("recommendation", "Recommendation it answers."),
        _text("action", "What is to be done."),
        _text("unit_responsible", "Unit that does it."),
        _date("due_date", "Day it is due."),
        _code("status", "action_status", "Where it stands."),
        _text("comment", "Comment."),
    ),
)
JUDGEMENTS = Table(
    "judgements",
    "Which of two areas somebody who was consulted puts first. Groups are named, people never.",
    "judgement_id",
    (
        _text("judgement_id", "Identifier."),
        _text("before_id", "Area that comes first."),
        _text("after_id", "Area that comes after it."),
        _text("stakeholder_group", "Group that was asked, e.g. a ministry or a village council; never a person."),
        _code("consultation", "consultation", "Whether women, men or both together were asked.", NOT_STATED),
        _date("judged_on", "Day of the judgement."),
        _text("data_version", "Data version that was shown."),
    ),
    added_on="judged_on",
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            HAZARD_AREAS, ACTIVITIES, RELEASE_PRODUCTS, ACCIDENTS, OUTCOMES, EVIDENCE, EORE, SURVEY_VISITS, ORGANISATIONS, PROJECTS,
            CAPACITY_INDICATORS, ACTIONS, JUDGEMENTS,
        )
    }
)  # fmt: skip


def record_table(name: str) -> Table:
    """The table of that name.

    Raises
    ------
    WrongUseError
        There is none.
    """
    if name not in TABLES:
        raise WrongUseError(f"There is no table {name!r} in the registry.", f"Use one of {', '.join(TABLES)}.", code="unknown_table")
    return TABLES[name]
