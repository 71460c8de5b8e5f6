"""The words of the pages, in each language.

A catalogue is a JSON file: key -> text, or key -> plural forms by CLDR category. Text holds ``{name}`` places. Nothing in
a text is ever taken as HTML.
"""

from dashboard.i18n.catalogue import LANGUAGES, direction, keys, language_name, translate
from dashboard.i18n.measures import format_money, format_value
from dashboard.i18n.numbers import format_area, format_date, format_number, format_share

__all__ = [
    "LANGUAGES",
    "direction",
    "format_area",
    "format_date",
    "format_money",
    "format_number",
    "format_share",
    "format_value",
    "keys",
    "language_name",
    "translate",
]
