"""Scores that people know from elsewhere, on a programme's own areas: IMSMA NG's Impact Scoring, a Landmine Impact Survey.

A preset brings criteria and weights of its own. What it measures comes from an indicator of the programme with the same definition, or
from the records frozen with the snapshot; what neither gives is left out and named. Nothing is adopted by looking at it.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard.estimates import Estimates
from dashboard.i18n import LANGUAGES, translate
from dashboard.programme import Programme
from dashboard.state import ViewState
from geodata.indicators.field import field
from geodata.indicators.parameters import FieldParameters
from geodata.schema.config import Config, IndicatorSection, ProfileSection
from geodata.schema.criteria import Criterion
from geodata.schema.load import load_config
from geodata.schema.presets import PRESETS, preset_path
from geodata.schema.scenario import ResolvedScenario
from geodata.snapshot.frozen import IndicatorInfo, Snapshot
from geodata.snapshot.units import COLUMNS

PREFIX: Final = "preset_"
"""Begins the ids of presets' scenarios, and of what is measured for one alone."""


@dataclass(frozen=True)
class Preset:
    """A preset on a programme.

    Attributes
    ----------
    id : str
    criteria : tuple of Criterion
        Those that can be measured, by indicators of the programme or of ``added``.
    added : tuple of IndicatorSection
        Measured from the records of the snapshot.
    missing : tuple of IndicatorSection
        Neither in config.yaml nor measured from records.
    points, all_points : float
        Most that an area can get, and could get were nothing missing.
    """

    id: str
    criteria: tuple[Criterion, ...]
    added: tuple[IndicatorSection, ...]
    missing: tuple[IndicatorSection, ...]
    points: float
    all_points: float


class PresetProgramme(Programme):
    """A programme as a preset ranks it: the same areas and estimates, other criteria.

    Parameters
    ----------
    base : Programme
    preset : Preset
        With one criterion at least.
    """

    def __init__(self, base: Programme, preset: Preset) -> None:
        super().__init__(base.directory, _config(base.config, preset))
        self.base = base
        self.preset = preset

    def current_version(self) -> str:
        """That of the programme."""
        return self.base.current_version()

    def snapshot(self, data_version: str | None = None) -> Snapshot:
        """The snapshot with what the preset measures beside the programme's own indicators; the last two are kept."""
        from dashboard.services.views import opened_snapshot

        frozen = opened_snapshot(self.base, data_version)
        kept: dict[str, Snapshot] = vars(self).setdefault("_snapshots", {})
        if frozen.data_version not in kept:
            while len(kept) > 1:
                kept.pop(next(iter(kept)))
            kept[frozen.data_version] = with_preset(frozen, self.preset)
        return kept[frozen.data_version]

    def estimates(self, snapshot: Snapshot | None = None, *, version: str | None = None) -> Estimates | None:
        """Those of the programme."""
        return self.base.estimates(snapshot or self.base.snapshot(), version=version)


def listed(programme: Programme, state: ViewState) -> Programme:
    """The programme as a view ranks it: by the view's preset, where it names one of which anything can be measured."""
    if not state.preset:
        return programme
    kept: dict[str, Programme] = vars(programme).setdefault("_presets", {})
    if state.preset not in kept:
        preset = preset_on(programme.config, state.preset)
        kept[state.preset] = PresetProgramme(programme, preset) if preset.criteria else programme
    return kept[state.preset]


def base_of(programme: Programme) -> Programme:
    """The programme itself, whatever ranks it."""
    return programme.base if isinstance(programme, PresetProgramme) else programme


def preset_on(config: Config, preset_id: str) -> Preset:
    """What of a preset can be measured in a programme, and what is missing."""
    source = _preset_config(preset_id)
    found: dict[str, str] = {}
    added, missing = [], []
    for item in source.indicators:
        own = next((each.id for each in config.indicators if _definition(each) == _definition(item)), None)
        if own is None and _is_of_records(config, item):
            own = f"{PREFIX}{preset_id}_{item.id}"
            added.append(item.model_copy(update={"id": own}))
        if own is None:
            missing.append(item)
        else:
            found[item.id] = own
    criteria = tuple(each.model_copy(update={"indicator": found[each.indicator]}) for each in source.criteria if each.indicator in found)
    weights = source.profiles[0].weights
    points = sum(weights.get(each.id, 0.0) for each in criteria)
    return Preset(preset_id, criteria, tuple(added), tuple(missing), points, sum(weights.values()))


def with_preset(snapshot: Snapshot, preset: Preset) -> Snapshot:
    """A snapshot with the indicators that a preset adds; the other columns are shared."""
    columns = {item.id: _measured(snapshot, item) for item in preset.added}
    records, values, coverage = snapshot.records, snapshot.values, snapshot.coverage
    found = copy.copy(snapshot)
    unknown = pd.DataFrame(np.nan, index=coverage.index, columns=pd.Index(list(columns), dtype="str"))
    infos = {item.id: _info(item, columns[item.id]) for item in preset.added}
    vars(found).update(
        records=records,
        values=pd.concat([values, pd.DataFrame(columns, index=values.index)], axis=1),
        coverage=pd.concat([coverage, unknown], axis=1),
        indicators={**snapshot.indicators, **infos},
    )
    return found


def with_scenario(programme: Programme, snapshot: Snapshot, scenario: ResolvedScenario) -> Snapshot:
    """A snapshot with what a scenario measures: its own where the scenario is no preset's."""
    preset_id = scenario.id.removeprefix(PREFIX)
    is_preset = scenario.id.startswith(PREFIX) and preset_id in PRESETS
    return with_preset(snapshot, preset_on(programme.config, preset_id)) if is_preset else snapshot


def preset_notes(scenario: ResolvedScenario, language: str) -> tuple[str, ...]:
    """What a reader of a file must know of a preset's list."""
    preset_id = scenario.id.removeprefix(PREFIX)
    is_preset = scenario.id.startswith(PREFIX) and preset_id in PRESETS
    return (f"{translate(f'preset.{preset_id}', language)}: {translate(f'preset.{preset_id}_warning', language)}",) if is_preset else ()


@cache
def _preset_config(preset_id: str) -> Config:
    return load_config(preset_path(preset_id))


def _config(config: Config, preset: Preset) -> Config:
    """The programme's settings with the criteria and weights of a preset, and no classes, which it does not know."""
    source = _preset_config(preset.id)
    label = {language: translate(f"preset.{preset.id}", language) for language in LANGUAGES}
    names = {criterion.id for criterion in preset.criteria}
    weights = {name: weight for name, weight in source.profiles[0].weights.items() if name in names}
    profile: ProfileSection = source.profiles[0].model_copy(update={"label": label, "weights": weights})
    scenario = source.scenarios[0].model_copy(update={"id": f"{PREFIX}{preset.id}", "label": label})
    return config.model_copy(
        update={
            "indicators": (*config.indicators, *preset.added),
            "criteria": preset.criteria,
            "profiles": (profile,),
            "classes": (),
            "scenarios": (scenario,),
            "firmness": None,
        }
    )


def _definition(item: IndicatorSection) -> tuple[Any, ...]:
    return item.layer, item.method, item.missing, item.model_dump(mode="json")["parameters"]


def _is_of_records(config: Config, item: IndicatorSection) -> bool:
    is_record = config.areas.source == "registry" and item.method == "field"
    return is_record and FieldParameters(**item.parameters).field in COLUMNS


def _measured(snapshot: Snapshot, item: IndicatorSection) -> Any:
    """Values of an indicator of records, worked out once for each text that occurs; NaN where the record says nothing."""
    parameters = FieldParameters(**item.parameters)
    codes, texts = pd.factorize(snapshot.records[parameters.field].to_numpy(dtype=object))
    found = field(pd.DataFrame({parameters.field: texts}), parameters, None).values.to_numpy(dtype=np.float64)
    return np.append(found, np.nan)[codes]  # -1 stands for nothing


def _info(item: IndicatorSection, values: Any) -> IndicatorInfo:
    known: Mapping[str, float] = {} if np.isnan(values).all() else {
        "minimum": float(np.nanmin(values)), "maximum": float(np.nanmax(values)), "median": float(np.nanmedian(values))
    }  # fmt: skip
    return IndicatorInfo(
        id=item.id, label=dict(item.label), unit=item.unit_name, unit_words=item.unit_words, layer=item.layer, method=item.method,
        parameters=item.model_dump(mode="json")["parameters"], missing=item.missing, missing_reason=item.missing_reason,
        source="registry", licence=None, date=None, sensitivity="restricted", n_known=int((~np.isnan(values)).sum()), join_rate=None,
        minimum=known.get("minimum"), maximum=known.get("maximum"), median=known.get("median"),
    )  # fmt: skip
