"""Lists of the fictional example country, written and verified through its programme."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from dashboard.export import ENDINGS
from dashboard.programme import Programme


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_list_of_the_example_country_verifies(ending: str, example_programme: Programme, tmp_path: Path) -> None:
    path = tmp_path / f"list{ending}"
    receipt = example_programme.export(path, example_programme.rank())
    assert receipt.programme["fictional"] is True
    assert receipt.n_rows >= 300
    assert {"layer", "source", "licence", "date"} <= set(receipt.sources[0])
    verdict = example_programme.verify(path)
    assert (verdict.status, verdict.reasons) == ("same", ())


def test_contributions_of_the_example_country_add_up(example_programme: Programme, tmp_path: Path) -> None:
    example_programme.export(tmp_path / "list.csv", example_programme.rank())
    table = pd.read_csv(tmp_path / "list.csv")
    parts = table[[name for name in table if name.startswith("contribution_")]].sum(axis=1)
    assert (parts - table["score"]).abs().max() < 1e-12
    assert table["rank"].dropna().tolist() == list(range(1, int(table["rank"].max()) + 1))
