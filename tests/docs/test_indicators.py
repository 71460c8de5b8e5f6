"""The page of indicators says every method and parameter there is."""

from pathlib import Path

from geodata.indicators.document import MARK, render_methods
from geodata.indicators.parameters import PARAMETERS_OF_METHOD

PAGE = (Path(__file__).parents[2] / "docs" / "indicators.md").read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_program() -> None:
    assert PAGE.split(MARK)[1].strip() == render_methods().strip()


def test_every_method_is_told_what_for() -> None:
    told = PAGE.split("## Unknown is not 0")[0]
    assert [method for method in PARAMETERS_OF_METHOD if f"`{method}`" not in told] == []


def test_every_parameter_has_a_meaning() -> None:
    models = PARAMETERS_OF_METHOD.items()
    assert [f"{method}.{name}" for method, model in models for name, field in model.model_fields.items() if not field.description] == []
