"""The criteria of the example country: bounds are judgements, not the data's own ends."""

from __future__ import annotations

from dashboard.programme import Programme


def test_no_criterion_takes_its_bounds_from_the_data(example_programme: Programme) -> None:
    snapshot = example_programme.snapshot()
    for criterion in example_programme.config.criteria:
        info, function = snapshot.indicators[criterion.indicator], criterion.value
        if hasattr(function, "low"):
            assert {function.low, function.high} != {info.minimum, info.maximum}, criterion.id
        assert len(criterion.bounds_reason) > 10


def test_every_profile_names_its_author_and_reason(example_programme: Programme) -> None:
    profiles = example_programme.config.profiles
    assert len(profiles) >= 3
    assert all(profile.author and profile.rationale["en"] for profile in profiles)
