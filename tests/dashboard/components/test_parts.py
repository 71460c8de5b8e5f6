"""Parts of pages: pictures, legend, the line of changes."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from dashboard.components.attributes import attributes
from dashboard.components.charts import bar, curve, spark
from dashboard.components.legend import class_labels, class_words, legend
from dashboard.components.method.sections import agreement_words, criteria_section, value_points
from dashboard.components.page import Page
from dashboard.components.weights import change_line
from dashboard.services.changes import Changes
from dashboard.services.measures import MapClass
from dashboard.state import ViewState

NAN = float("nan")
TOP = MapClass(8, 1.0, 24.0, 0.01, 24)
LAST = MapClass(2, 1754.0, 2337.0, 1.0, 583)
VALUE = MapClass(3, 1 / 7, 2 / 7, NAN, 5)


@pytest.fixture
def page(example_server) -> Page:
    return Page(example_server.extensions["landrelease"], ViewState(), "en")


def test_a_histogram_draws_a_bar_for_each_bin_that_holds_something() -> None:
    drawn = unquote(spark((4, 0, 1), "words").style["maskImage"])
    assert drawn.count("<rect") == 2 and "height='100'" in drawn and "height='50'" in drawn


def test_a_histogram_of_nothing_is_empty_and_still_named() -> None:
    drawn = spark((0, 0), "words").to_plotly_json()["props"]
    assert "<rect" not in unquote(drawn["style"]["maskImage"]) and drawn["aria-label"] == "words"


def test_a_curve_runs_from_its_first_to_its_last_point() -> None:
    assert "M0.0 95.0 L200.0 5.0" in unquote(curve([(0, 0), (1, 1)], "words").style["maskImage"])


@pytest.mark.parametrize(("share", "size"), [(0.25, "25.00%"), (-1.0, "0.00%"), (7.0, "100.00%"), (NAN, "0.00%")])
def test_a_bar_stays_within_its_box(share: float, size: str) -> None:
    assert bar(share).children[-1].style["inlineSize"] == size


def test_names_of_attributes_get_their_hyphens() -> None:
    assert attributes(aria_label="x", data_pane="map") == {"aria-label": "x", "data-pane": "map"}


def test_a_class_is_told_by_its_ends_and_its_share(page: Page) -> None:
    assert class_words(page, TOP) == ["1–24", "top 1\u202f%"]
    assert class_words(page, LAST) == ["1,754–2,337"]
    assert class_words(page, VALUE) == ["0.14–0.29"]
    assert class_labels(page, [TOP])["8"] == "Rank: 1–24 · top 1\u202f%"


def test_the_legend_tells_title_unit_counts_and_date(page: Page, words) -> None:
    said = words(legend(page, [TOP, LAST], {0: 7, 1: 25, 2: 583, 8: 24, 255: 8000}))
    for text in ("Rank", "place in the national list", "24", "583", "Not ranked or not known", "8,000", "632 hazard areas", "Data to"):
        assert text in said


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (Changes(True, 50, 0, 0, 1e6, 1e6), "This is the scenario's own list."),
        (Changes(False, 50, 0, 0, 1e6, 1e6), "The same areas stay in the top 50."),
        (Changes(False, 50, 9, 9, 1e6, 1.1e6), "9 areas entered the top 50, 9 left. Land in the top: "),
        (Changes(False, 50, 1, 1, 1e6, 0.9e6), "1 area entered the top 50, 1 left."),
    ],
)
def test_the_line_of_changes_says_what_happened(page: Page, words, change: Changes, text: str) -> None:
    assert text in words(change_line(page, change))


def test_the_method_page_says_how_far_the_profiles_agree(page: Page) -> None:
    assert (
        agreement_words(page)
        == "How far the profiles agree on the order of the criteria: hardly (Kendall's W 0.08; 0 not at all, 1 wholly)."
    )


@pytest.mark.parametrize(("language", "unit"), [("en", "grade 1-5"), ("es", "grado 1-5"), ("fr", "degré 1-5"), ("ar", "درجة 1-5")])
def test_units_of_the_configuration_speak_the_language_of_the_page(page: Page, words, language: str, unit: str) -> None:
    said = words(criteria_section(Page(page.programme, ViewState(), language)))
    assert f"5 ({unit})" in said and (language == "en") == ("(grade 1-5)" in said)


def test_every_value_function_of_the_example_can_be_drawn(page: Page) -> None:
    for criterion in page.config.criteria:
        points = value_points(criterion)
        assert len(points) >= 2 and all(0 <= value <= 1 for _, value in points)
        assert [x for x, _ in points] == sorted(x for x, _ in points)
