"""Enumerations of the records, with the word for each code in every language of the product.

A code is what is stored, exported and compared; its label is what a person reads. ``not_stated`` is a code of its own where a
record must say something (hazard type, status): a value that is not recognised is never turned into SHA or open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from geodata.errors import GeodataError
from geodata.schema.text import say

LANGUAGES = ("en", "es", "fr", "ar")
NOT_STATED = "not_stated"


@dataclass(frozen=True)
class Code:
    """One value of an enumeration.

    Attributes
    ----------
    value : str
        What is stored.
    labels : mapping language -> text
        What is shown.
    """

    value: str
    labels: Mapping[str, str]

    def label(self, language: str = "en") -> str:
        """The word for this code in a language, in English where there is none."""
        return say(self.labels, language)


@dataclass(frozen=True)
class CodeList:
    """An enumeration: its name and its codes in the order they are shown."""

    name: str
    codes: tuple[Code, ...]

    @property
    def values(self) -> tuple[str, ...]:
        """The codes that may be stored, in order."""
        return tuple(code.value for code in self.codes)

    def label(self, value: str, language: str = "en") -> str:
        """The word for a stored code; the code itself where the list does not hold it."""
        return next((code.label(language) for code in self.codes if code.value == value), value)


def _codes(name: str, *rows: tuple[str, str, str, str, str]) -> CodeList:
    """A list from rows ``value, en, es, fr, ar``."""
    return CodeList(name, tuple(Code(value, MappingProxyType(dict(zip(LANGUAGES, texts, strict=True)))) for value, *texts in rows))


HAZARD_TYPE = _codes(
    "hazard_type",
    ("SHA", "suspected hazardous area", "área peligrosa sospechosa", "zone soupçonnée dangereuse", "منطقة مشتبه بخطورتها"),
    ("CHA", "confirmed hazardous area", "área peligrosa confirmada", "zone dangereuse confirmée", "منطقة مؤكدة الخطورة"),
    (NOT_STATED, "not stated", "no indicado", "non indiqué", "غير مذكور"),
)
STATUS = _codes(
    "status",
    ("open", "open", "abierta", "ouverte", "مفتوحة"),
    ("suspended", "suspended", "suspendida", "suspendue", "معلقة"),
    ("closed", "closed", "cerrada", "close", "مغلقة"),
    ("released", "released", "liberada", "remise à disposition", "مفرج عنها"),
    (NOT_STATED, "not stated", "no indicado", "non indiqué", "غير مذكور"),
)
EO_CATEGORY = _codes(
    "eo_category",
    ("AP_MINE", "anti-personnel mine", "mina antipersonal", "mine antipersonnel", "لغم مضاد للأفراد"),
    (
        "AP_MINE_IMPROVISED",
        "anti-personnel mine of improvised nature",
        "mina antipersonal de naturaleza improvisada",
        "mine antipersonnel de nature improvisée",
        "لغم مضاد للأفراد مرتجل",
    ),
    ("AV_MINE", "anti-vehicle mine", "mina antivehículo", "mine antivéhicule", "لغم مضاد للمركبات"),
    (
        "CMR",
        "cluster munition remnant",
        "remanente de municiones en racimo",
        "reste d'armes à sous-munitions",
        "مخلفات الذخائر العنقودية",
    ),
    ("UXO", "unexploded ordnance", "munición sin explosionar", "munition non explosée", "ذخيرة غير منفجرة"),
    ("AXO", "abandoned explosive ordnance", "artefacto explosivo abandonado", "munition explosive abandonnée", "ذخيرة متفجرة متروكة"),
    (
        "IED",
        "improvised explosive device",
        "artefacto explosivo improvisado",
        "engin explosif improvisé",
        "عبوة ناسفة مرتجلة",
    ),
    ("BOOBY_TRAP", "booby trap", "trampa explosiva", "piège", "شرك خداعي"),
)
ACTIVITY_KIND = _codes(
    "activity_kind",
    ("NTS", "non-technical survey", "estudio no técnico", "enquête non technique", "مسح غير تقني"),
    ("TS", "technical survey", "estudio técnico", "enquête technique", "مسح تقني"),
    ("clearance", "clearance", "despeje", "dépollution", "تطهير"),
    ("BAC", "battle area clearance", "despeje de áreas de combate", "dépollution de zone de combat", "تطهير ساحات القتال"),
    (
        "EOD",
        "explosive ordnance disposal",
        "eliminación de artefactos explosivos",
        "neutralisation d'explosifs",
        "التخلص من الذخائر المتفجرة",
    ),
)
ACTIVITY_STATUS = _codes(
    "activity_status",
    ("planned", "planned", "planificada", "prévue", "مخطط"),
    ("ongoing", "ongoing", "en curso", "en cours", "جارٍ"),
    ("suspended", "suspended", "suspendida", "suspendue", "معلق"),
    ("completed", "completed", "terminada", "achevée", "مكتمل"),
    ("cancelled", "called off", "anulada", "annulée", "ملغى"),
)
RELEASE_KIND = _codes(
    "release_kind",
    ("cancelled", "cancelled (by NTS)", "cancelada (por ENT)", "annulée (par ENT)", "ملغاة (بالمسح غير التقني)"),
    ("reduced", "reduced (by TS)", "reducida (por ET)", "réduite (par ET)", "مخفضة (بالمسح التقني)"),
    ("cleared", "cleared (by clearance)", "despejada (por despeje)", "dépolluée (par dépollution)", "مطهرة (بالتطهير)"),
)
CHANGE_KIND = _codes(
    "change_kind",
    ("extended", "extended", "ampliada", "étendue", "موسعة"),
    ("remeasured", "measured again", "medida de nuevo", "mesurée à nouveau", "أعيد قياسها"),
    ("split", "split", "dividida", "divisée", "مقسمة"),
    ("merged", "merged", "fusionada", "fusionnée", "مدمجة"),
    ("transferred", "transferred", "transferida", "transférée", "منقولة"),
)
EVIDENCE_KIND = _codes(
    "evidence_kind",
    ("direct", "direct", "directa", "directe", "مباشر"),
    ("indirect", "indirect", "indirecta", "indirecte", "غير مباشر"),
)
VISIT_RESULT = _codes(
    "visit_result",
    ("confirmed", "evidence confirmed", "evidencia confirmada", "indices confirmés", "تأكدت الأدلة"),
    ("no_evidence", "no evidence found", "sin evidencia", "aucun indice", "لا توجد أدلة"),
    ("inconclusive", "inconclusive", "no concluyente", "non concluant", "غير حاسم"),
    ("no_access", "no access", "sin acceso", "pas d'accès", "تعذر الوصول"),
)
LAND_USE = _codes(
    "land_use",
    ("cropland", "cropland", "cultivos", "terres cultivées", "أراضٍ زراعية"),
    ("pasture", "pasture", "pastos", "pâturage", "مراعٍ"),
    ("forest", "forest", "bosque", "forêt", "غابة"),
    ("housing", "housing", "vivienda", "habitation", "سكن"),
    ("road", "road or path", "camino", "route ou chemin", "طريق"),
    ("water", "water point or source", "punto de agua", "point d'eau", "مصدر مياه"),
    ("school", "school", "escuela", "école", "مدرسة"),
    ("health", "health facility", "centro de salud", "établissement de santé", "مرفق صحي"),
    ("market", "market or trade", "mercado", "marché", "سوق"),
    ("infrastructure", "infrastructure", "infraestructura", "infrastructure", "بنية تحتية"),
    ("cultural", "cultural or religious site", "sitio cultural o religioso", "site culturel ou religieux", "موقع ثقافي أو ديني"),
    ("other", "other", "otro", "autre", "أخرى"),
    ("none", "not used", "sin uso", "non utilisé", "غير مستخدم"),
)
MARKING = _codes(
    "marking",
    ("none", "not marked", "sin señalizar", "non marqué", "بلا علامات"),
    ("local", "local warning signs", "señales locales", "marques locales", "علامات محلية"),
    ("temporary", "temporary marking", "señalización temporal", "marquage temporaire", "علامات مؤقتة"),
    ("permanent", "permanent marking", "señalización permanente", "marquage permanent", "علامات دائمة"),
)
ACCIDENT_KIND = _codes(
    "accident_kind",
    ("mine_accident", "accident with casualties", "accidente con víctimas", "accident avec victimes", "حادث مع إصابات"),
    ("demining_accident", "demining accident", "accidente de desminado", "accident de déminage", "حادث إزالة ألغام"),
    ("incident", "incident without casualties", "incidente sin víctimas", "incident sans victime", "حادث دون إصابات"),
)
ORGANISATION_KIND = _codes(
    "organisation_kind",
    ("authority", "national authority", "autoridad nacional", "autorité nationale", "سلطة وطنية"),
    ("operator", "operator", "operador", "opérateur", "مشغل"),
    ("donor", "donor", "donante", "donateur", "مانح"),
    ("other", "other", "otra", "autre", "أخرى"),
)
ACTION_STATUS = _codes(
    "action_status",
    ("not_started", "not started", "no iniciada", "non commencée", "لم يبدأ"),
    ("ongoing", "ongoing", "en curso", "en cours", "جارٍ"),
    ("completed", "completed", "terminada", "achevée", "مكتمل"),
    ("overdue", "overdue", "vencida", "en retard", "متأخر"),
)
CONSULTATION = _codes(
    "consultation",
    ("women", "women", "mujeres", "femmes", "نساء"),
    ("men", "men", "hombres", "hommes", "رجال"),
    ("together", "women and men together", "mujeres y hombres juntos", "femmes et hommes ensemble", "نساء ورجال معًا"),
    (NOT_STATED, "not stated", "no indicado", "non indiqué", "غير مذكور"),
)

CODE_LISTS: Mapping[str, CodeList] = MappingProxyType(
    {
        codes.name: codes
        for codes in (
            HAZARD_TYPE, STATUS, EO_CATEGORY, ACTIVITY_KIND, ACTIVITY_STATUS, RELEASE_KIND, CHANGE_KIND, EVIDENCE_KIND,
            VISIT_RESULT, LAND_USE, MARKING, ACCIDENT_KIND, ORGANISATION_KIND, ACTION_STATUS, CONSULTATION,
        )
    }
)  # fmt: skip


def code_list(name: str) -> CodeList:
    """The enumeration of that name.

    Raises
    ------
    GeodataError
        There is none.
    """
    if name not in CODE_LISTS:
        raise GeodataError(f"There is no code list {name!r}.", f"Use one of {', '.join(sorted(CODE_LISTS))}.", code="unknown_code_list")
    return CODE_LISTS[name]
