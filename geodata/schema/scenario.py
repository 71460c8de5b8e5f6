"""A scenario made whole: everything a ranking needs beside the snapshot."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from geodata.errors import GeodataError
from geodata.schema.config import ClassSection, Config, FirmnessSection, ProfileSection, ScenarioSection
from geodata.schema.criteria import ValueFunction

SIGNIFICANT_DIGITS = 9
Method = Literal["additive", "topsis", "vikor", "spotis", "promethee"]
METHODS: tuple[Method, ...] = get_args(Method)
"""Ranking methods. A programme ranks by ``additive``; the others stand beside it for comparison."""


class ScenarioError(GeodataError):
    """A scenario or its weights cannot be used."""

    code = "scenario_error"
    exit_code = 2


class WeightedCriterion(BaseModel):
    """A criterion with its share of the whole weight.

    Attributes
    ----------
    weight : float
        Share 0..1; the weights of a scenario sum to 1.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    group: str
    indicator: str
    value: ValueFunction
    weight: float


class FirmnessSettings(FirmnessSection):
    """How firmness is estimated, with the weights of every profile where mixtures of them are drawn."""

    profiles: tuple[tuple[float, ...], ...] = ()


class ResolvedScenario(BaseModel):
    """Self-contained settings of a ranking; together with a snapshot they determine it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    profile: str
    method: Method
    criteria: tuple[WeightedCriterion, ...]
    classes: tuple[ClassSection, ...]
    include_tasked: bool
    include_released: bool
    min_known_share: float
    firmness: FirmnessSettings | None = None

    def canonical_json(self) -> str:
        """The settings as JSON with sorted keys and no white space: equal settings, equal text."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @property
    def digest(self) -> str:
        """First 16 hex digits of the SHA-256 of :meth:`canonical_json`."""
        return hashlib.sha256(self.canonical_json().encode()).hexdigest()[:16]

    @property
    def weights(self) -> dict[str, float]:
        """Criterion -> share of the whole weight."""
        return {criterion.id: criterion.weight for criterion in self.criteria}


def resolve_scenario(
    config: Config, scenario_id: str | None = None, weights: Mapping[str, float] | None = None, *, profile_id: str | None = None
) -> ResolvedScenario:
    """Make a scenario whole.

    Parameters
    ----------
    config : Config
    scenario_id : str, optional
        The first scenario of the file where absent.
    weights : mapping from criterion to weight, optional
        Replaces the weights of the criteria it names; any scale.
    profile_id : str, optional
        Takes this profile's weights in place of the scenario's own.

    Returns
    -------
    ResolvedScenario
        Weights normalised to sum 1, rounded to 9 significant digits; every criterion of the file, also those of weight 0.

    Raises
    ------
    ScenarioError
        No such scenario, profile or criterion; a weight negative or not finite; all weights 0.
    """
    scenario = _find_scenario(config, scenario_id)
    if profile_id is None:
        raw = {**_profile_weights(config, scenario.profile), **scenario.weights, **(weights or {})}
    else:
        raw = {**_profile_weights(config, profile_id), **(weights or {})}
    shares = normalise_weights(raw, [criterion.id for criterion in config.criteria])
    return ResolvedScenario(
        id=scenario.id,
        profile=profile_id or scenario.profile,
        method=scenario.method,
        criteria=tuple(
            WeightedCriterion(id=c.id, group=c.group, indicator=c.indicator, value=c.value, weight=shares[c.id]) for c in config.criteria
        ),
        classes=tuple(section for wanted in scenario.classes for section in config.classes if section.id == wanted),
        include_tasked=scenario.include_tasked,
        include_released=scenario.include_released,
        min_known_share=scenario.min_known_share,
        firmness=_firmness(config),
    )


def _firmness(config: Config) -> FirmnessSettings | None:
    if config.firmness is None:
        return None
    names = [criterion.id for criterion in config.criteria]
    between = config.firmness.weights == "between_profiles"
    shares = [normalise_weights(profile_weights(config, profile), names) for profile in config.profiles if between]
    profiles = tuple(tuple(share.values()) for share in shares)
    return FirmnessSettings(**config.firmness.model_dump(), profiles=profiles)


def normalise_weights(weights: Mapping[str, float], criteria: list[str]) -> dict[str, float]:
    """Weights as shares of 1 over all criteria, in their order; a criterion left out weighs 0.

    Raises
    ------
    ScenarioError
        An unknown criterion, a weight negative or not finite, or all weights 0.

    >>> normalise_weights({"a": 1, "b": 3}, ["a", "b", "c"])
    {'a': 0.25, 'b': 0.75, 'c': 0.0}
    """
    unknown = [name for name in weights if name not in criteria]
    bad = [name for name, weight in weights.items() if not math.isfinite(weight) or weight < 0]
    if unknown:
        raise ScenarioError(f"Weights name {unknown[0]!r}, which is no criterion.", f"Use one of: {', '.join(criteria)}.")
    if bad:
        raise ScenarioError(
            f"Weights must be finite and 0 or more; {bad[0]!r} has {weights[bad[0]]}.", "Give each criterion a number of 0 or more."
        )
    largest = max(weights.values(), default=0.0)
    if largest <= 0:
        raise ScenarioError("At least one weight must be above 0; all are 0.", "Raise the weight of the criteria that should count.")
    relative = {name: weights.get(name, 0.0) / largest for name in criteria}
    total = math.fsum(relative.values())
    return {name: canonical(share / total) for name, share in relative.items()}


def canonical(number: float) -> float:
    """A number rounded to 9 significant digits, so that it is the same on every processor."""
    return float(f"{number:.{SIGNIFICANT_DIGITS}g}")


def _find_scenario(config: Config, scenario_id: str | None) -> ScenarioSection:
    if not config.scenarios:
        raise ScenarioError("The programme has no scenario.", "Add one under scenarios in config.yaml.")
    if scenario_id is None:
        return config.scenarios[0]
    try:
        return config.scenario(scenario_id)
    except KeyError:
        known = ", ".join(section.id for section in config.scenarios)
        raise ScenarioError(f"There is no scenario {scenario_id!r}.", f"Use one of: {known}.") from None


def profile_weights(config: Config, profile: ProfileSection) -> dict[str, float]:
    """Weights of a profile, any scale: where it weighs groups, the weights of a group's criteria divide what the group has.

    Raises
    ------
    ScenarioError
        A group weighs something and none of its criteria does, or all weights are 0.
    """
    if profile.groups is None:
        return dict(profile.weights)
    group_of = {criterion.id: criterion.group for criterion in config.criteria}
    inside: dict[str, float] = {}
    for name, weight in profile.weights.items():
        inside[group_of.get(name, "")] = inside.get(group_of.get(name, ""), 0.0) + weight
    empty = [group for group, weight in profile.groups.items() if weight > 0 and not inside.get(group, 0.0) > 0]
    if empty:
        raise ScenarioError(
            f"Profile {profile.id!r} weighs the group {empty[0]!r}, of which no criterion weighs anything.",
            "Weigh one of its criteria, or leave the group out.",
        )
    return {
        name: weight / inside[group_of[name]] * profile.groups.get(group_of[name], 0.0) if weight > 0 else 0.0
        for name, weight in profile.weights.items()
    }


def _profile_weights(config: Config, profile_id: str) -> dict[str, float]:
    try:
        return profile_weights(config, config.profile(profile_id))
    except KeyError:
        known = ", ".join(section.id for section in config.profiles)
        raise ScenarioError(f"There is no profile {profile_id!r}.", f"Use one of: {known}.") from None
