"""The stories of the documentation are true in the country that ``landrelease demo`` makes: each fact told is found again."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from dashboard.programme import Programme
from dashboard.services.place_text import text_to_place
from geodata.registry.ledger import land_release_ledger
from geodata.registry.lookup import look_up

DOCS = Path(__file__).parents[2] / "docs"
STORIES = ("bridge", "school", "last-area", "deadline", "table")
LARGEST_IMAGE_BYTES = 300_000


def page(story: str) -> str:
    """A story's page, its line breaks as blanks."""
    return " ".join((DOCS / "stories" / f"{story}.md").read_text(encoding="utf-8").split())


def truth(programme: Programme, name: str) -> pd.DataFrame:
    """A table of what nobody in the country knows."""
    return pd.read_csv(programme.directory / "truth" / f"{name}.csv", dtype={"area_id": str}, keep_default_na=False)


def records(programme: Programme, table: str) -> pd.DataFrame:
    """A table of the registry as it stands, by id."""
    with closing(programme.open_registry()) as registry:
        frame = registry.read(table)
    return frame.set_index(frame.columns[0])


def bridge_facts(programme: Programme) -> dict[str, str]:
    """The bridge that keeps people from town the most, of those whose open areas the register all knows to block a road."""
    bridges, areas, known = truth(programme, "bridges"), truth(programme, "areas"), records(programme, "hazard_areas")
    blocking = areas[(areas["bridge"] != "") & ~areas["is_released"]]
    state = known.loc[blocking["area_id"]]
    fit = (state["status"] == "open").to_numpy() & state["road_blocked"].fillna(False).to_numpy(dtype=bool)
    all_known = blocking.assign(fit=fit).groupby("bridge")["fit"].all()
    best = bridges[bridges["bridge"].map(all_known)].sort_values("gain_usd_per_year", kind="stable").iloc[-1]
    own = known.loc[blocking.loc[blocking["bridge"] == best["bridge"], "area_id"]]
    facts = {f"area {k}": f"**{name}** (`{area}`, CHA)" for k, (area, name) in enumerate(own["name"].items())}
    assert set(own["hazard_type"]) == {"CHA"}
    return facts | {
        "village": own["admin4"].iloc[0],
        "people": f"{int(best['people']):,} people",
        "minutes": f"{float(best['minutes_saved']):.0f} minutes",
    }


def school_facts(programme: Programme) -> dict[str, str]:
    """The open area, of those around schools used as barracks, that lies closest to where children learn today."""
    snapshot = programme.snapshot()
    areas, known = truth(programme, "areas").set_index("area_id"), records(programme, "hazard_areas")
    metres = snapshot.values["school_m"]
    metres.index = snapshot.areas["area_id"].astype(str)
    of_school = areas.index[(areas["cause"] == "school used as barracks")]
    fit = [each for each in of_school if known.loc[each, "status"] == "open"]
    nearest = metres.reindex(fit).dropna().sort_values(kind="stable")
    own = known.loc[nearest.index[0]]
    estimates = programme.estimates(snapshot)
    assert estimates is not None
    said = estimates.areas.set_index("area_id").loc[own.name]
    assert said["action"] == "nts"
    return {
        "likelihood": f"a likelihood of {said['prob']:.0%}".replace("%", " %"),
        "area": f"`{own.name}`",
        "name": own["name"],
        "kind": own["hazard_type"],
        "village": own["admin4"],
        "metres": f"{nearest.iloc[0]:.0f} m",
        "size": f"{own['area_stated_m2']:,.0f} m2",
        "recorded": f"{own['recorded_date']:%Y}",
    }


def last_area_facts(programme: Programme) -> dict[str, str]:
    """The village with the most released areas of those with one area left."""
    known = records(programme, "hazard_areas").dropna(subset=["admin4"])
    known = known[~known["name"].str.endswith("(B)") & (known["status"] != "closed")]
    per = known.groupby("admin4")["status"].value_counts().unstack(fill_value=0)
    one = per[(per["open"] == 1) & (per.get("suspended", 0) == 0)].sort_values("released", kind="stable")
    village = one.index[-1]
    own = known[(known["admin4"] == village) & (known["status"] == "open")].iloc[0]
    return {
        "village": village,
        "district": own["admin2"],
        "released": f"{int(one['released'].iloc[-1])} areas released",
        "area": f"`{own.name}`",
        "name": own["name"],
        "kind": own["hazard_type"],
    }


def deadline_facts(programme: Programme) -> dict[str, str]:
    """The deadline, its extension and each milestone with what was released."""
    actions = records(programme, "actions")
    treaty = actions[actions["recommendation"] == "Article 5 of the APMBC"]
    facts = {f"deadline {k}": f"{day:%Y-%m-%d}" for k, day in enumerate(treaty["due_date"])}
    milestones = actions[actions["action"].str.fullmatch(r"Release [\d,]+ m2 in \d{4}")]
    for _, row in milestones.iterrows():
        asked, year = re.findall(r"[\d,]+(?= m2)|\d{4}$", row["action"])
        facts[f"asked {year}"] = f"{year} | {asked}"
        if row["status"] == "overdue":
            facts[f"done {year}"] = re.findall(r"[\d,]+(?= m2)", row["comment"])[0]
    facts["missed"] = f"{(milestones['status'] == 'overdue').sum()} of {len(milestones)} milestones missed"
    return facts | province_facts(programme) | lookup_facts(programme)


def province_facts(programme: Programme) -> dict[str, str]:
    """The years of the plan by treaty, and the province in which nothing happened, which has more left than any other."""
    years = dt.date(2020, 1, 1), dt.date(2025, 12, 31)
    with closing(programme.open_registry()) as registry:
        treaty = land_release_ledger(registry, *years, by="treaty").table.set_index("treaty").loc["APMBC"]
        provinces = land_release_ledger(registry, *years, by="admin1").table.set_index("admin1")
    name = provinces["closing_m2"].idxmax()
    own = provinces.loc[name]
    assert own["opening_m2"] == own["closing_m2"]
    known = records(programme, "hazard_areas")
    areas = known[known["admin1"] == name]
    assert set(areas["status"]) <= {"open", "suspended"}
    assert areas["last_survey_date"].isna().all()
    return {
        "APMBC opening": f"{treaty['opening_m2']:,.0f} m2",
        "APMBC closing": f"{treaty['closing_m2']:,.0f} m2",
        "province": f"in **{name}** the opening is {own['opening_m2']:,.0f} m2",
        "areas": f"of the {len(areas)} hazard areas of {name}",
    }


def lookup_facts(programme: Programme) -> dict[str, str]:
    """What is known of the rectangle whose address the page gives."""
    place = text_to_place(re.findall(r"shape=(area:[-\d.,]+)", page("deadline"))[0])
    with closing(programme.open_registry()) as registry:
        found = look_up(registry, place, crs_setting=programme.config.programme.crs)
    assert found.answer == "suspected_now"
    assert sum(extent.m2 for extent in found.released.values()) == 0
    last = max(accident.date for accident in found.accidents)
    return {
        "ever": f"{found.ever.m2 / 10_000:.0f} ha were ever suspected",
        "unknown": f"no survey visit is recorded for {sum(area.last_survey_date is None for area in found.areas)} hazard areas",
        "accident": f"{last:%B %Y}",
    }


def table_facts(programme: Programme) -> dict[str, str]:
    """The ledger of 2021 and why it does not add up."""
    with closing(programme.open_registry()) as registry:
        ledger = land_release_ledger(registry, dt.date(2021, 1, 1), dt.date(2021, 12, 31), by="all")
    row = ledger.table.iloc[0]
    terms = ("opening", "newly_recorded", "reopened", "cancelled", "reduced", "cleared", "closing", "imbalance")
    facts = {term: f"{row[f'{term}_m2']:,.0f}" for term in terms}
    left = row[[f"{term}_m2" for term in terms[:3]]].sum() - row[[f"{term}_m2" for term in terms[3:7]]].sum()
    facts |= {"left over": f"{left:,.0f}", "of unknown size": f"{left - row['imbalance_m2']:,.0f}"}
    more = next(item for item in ledger.findings if item.code == "ledger_released_more").examples[0]
    products = records(programme, "release_products")
    pieces = products[products["area_id"] == more].sort_values("date")
    facts |= {f"piece {k}": f"{row.area_m2:,.0f} m2 {row.kind} in {row.date:%B %Y}" for k, row in enumerate(pieces.itertuples())}
    return facts | {"area": f"`{more}`"} | {item.code: f"{item.n_rows} areas" for item in ledger.findings}


FACTS = {
    "bridge": bridge_facts, "school": school_facts, "last-area": last_area_facts, "deadline": deadline_facts, "table": table_facts,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES)
def test_every_fact_that_a_story_tells_is_true_in_seed_1(full_example: Programme, story: str) -> None:
    text, facts = page(story), FACTS[story](full_example)
    assert len(facts) >= 5
    assert {name: fact for name, fact in facts.items() if fact not in text} == {}


@pytest.mark.parametrize("story", STORIES)
def test_each_story_shows_a_small_picture_and_says_that_it_is_fictional(story: str) -> None:
    text = page(story)
    assert "FICTIONAL" in text
    images = re.findall(r"!\[([^\]]+)\]\(\.\./images/([a-z0-9-]+\.png)\)", text)
    assert images
    for words, name in images:
        image = DOCS / "images" / name
        assert len(words) > 20
        assert image.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        assert image.stat().st_size < LARGEST_IMAGE_BYTES


def test_the_page_of_the_country_leads_to_every_story() -> None:
    text = (DOCS / "example-country.md").read_text(encoding="utf-8")
    assert {f"stories/{story}.md" in text for story in STORIES} == {True}
    assert sorted(path.stem for path in (DOCS / "stories").glob("*.md")) == sorted(STORIES)
