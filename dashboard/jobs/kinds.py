"""What jobs do: each kind is a function of the programme and its parameters that gives a small result and tells how far it is.

A kind may be begun again after it was stopped anywhere: its result lies under an address made from its inputs and appears in one
step, so that doing it twice gives one result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dashboard.jobs.job import JobError

if TYPE_CHECKING:
    from dashboard.programme import Programme

Report = Callable[[float, str], None]
"""Takes the share done, 0..1, and the key of what is being done."""

_STAGES = {
    "checking layers": "checking",
    "reading areas": "reading",
    "freezing the basemap": "freezing",
    "writing": "writing",
}
"""Key of what a build says that it does; all else is measuring."""


def run_build(programme: Programme, parameters: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Measure what changed and freeze the result; ``data_version`` of the parameters is what was planned, the result says what came."""

    def tell(share: float, doing: str) -> None:
        preparing = "preparing" if doing.startswith("preparing ") else "measuring"
        report(share, _STAGES.get(doing, preparing))

    snapshot = programme.build(workers=programme.config.server.job_workers, progress=tell)
    return {"data_version": snapshot.data_version, "n_areas": snapshot.n_areas}


def run_firmness(programme: Programme, parameters: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """How firm every rank of a list is under many draws, with errors of the data; kept under ``derived/firmness``."""
    from dashboard.services.careful import estimate_firmness
    from geodata.schema.scenario import ResolvedScenario

    scenario = ResolvedScenario.model_validate(parameters["scenario"])
    path = estimate_firmness(programme, str(parameters["data_version"]), scenario, report)
    return {"file": path.relative_to(programme.directory).as_posix()}


def run_evaluate(programme: Programme, parameters: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Judge the models by held-out places and years; the card is kept in the registry of models."""
    from dashboard.commands.evaluate import evaluate

    report(0.0, "evaluating")
    result, _ = evaluate(programme, programme.snapshot(str(parameters["data_version"])))
    return {"data_version": result.data_version, "is_judged": bool(result.likelihood)}


KINDS: Mapping[str, Callable[[Programme, Mapping[str, Any], Report], dict[str, Any]]] = {
    "build": run_build,
    "firmness": run_firmness,
    "evaluate": run_evaluate,
}


def run_kind(programme: Programme, kind: str, parameters: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Do the work of a job.

    Raises
    ------
    JobError
        This program knows no such kind.
    Exception
        What the work raises.
    """
    if kind not in KINDS:
        raise JobError(f"There is no kind of job {kind!r}; there are {', '.join(KINDS)}.", "Update landrelease on this computer.")
    return KINDS[kind](programme, parameters, report)
