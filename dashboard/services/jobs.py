"""Long work that people ask for on screen: what may be asked for, by whom, and what has become of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.exceptions import Forbidden

from dashboard.auth.roles import Permission, Role, allows
from dashboard.auth.sessions import Identity
from dashboard.jobs import Job, JobError, JobStore, open_jobs
from dashboard.jobs.job import fingerprint_of
from dashboard.programme import Programme
from dashboard.services.careful import CarefulFirmness, careful_scenario, read_firmness
from geodata.errors import WrongUseError
from geodata.schema.scenario import ResolvedScenario

if TYPE_CHECKING:
    from dashboard.estimates.plan import EstimatesPlan
    from geodata.snapshot.explain import BuildPlan

BUILD, FIRMNESS, EVALUATE = "build", "firmness", "evaluate"
RECENT = 50


def jobs_of(programme: Programme) -> JobStore:
    """The table of jobs of a programme."""
    return open_jobs(programme)


def n_at_work(programme: Programme) -> int:
    """How many jobs wait or run; 0 where the table cannot be read, which is said where it is asked for."""
    try:
        return len(jobs_of(programme).at_work())
    except JobError:
        return 0


def plan_build(programme: Programme) -> tuple[BuildPlan, EstimatesPlan]:
    """What a build would measure and estimate now, by config.yaml as it stands (the server may have started with an older one).

    Raises
    ------
    GeodataError
        What the build would be refused for.
    """
    now = Programme.open(programme.directory)
    plan = now.explain_build()
    return plan, now.explain_estimates(plan.data_version)


def start_build(programme: Programme, author: str) -> Job:
    """Ask for a build; one that makes the same snapshot and is at work already is the answer."""
    planned = Programme.open(programme.directory).planned_version()
    return jobs_of(programme).submit(BUILD, {"data_version": planned}, author)


def start_firmness(programme: Programme, data_version: str, scenario: ResolvedScenario, author: str) -> Job:
    """Ask for a careful estimate of firmness.

    Raises
    ------
    WrongUseError
        The scenario does not ask for firmness.
    """
    careful = careful_scenario(scenario)
    if careful is None:
        raise WrongUseError("Firmness is estimated where config.yaml has a section firmness; it has none.", "Add the section.")
    return jobs_of(programme).submit(FIRMNESS, _firmness_parameters(data_version, careful), author)


def start_evaluation(programme: Programme, author: str) -> Job:
    """Ask that the models be judged by held-out places and years."""
    return jobs_of(programme).submit(EVALUATE, {"data_version": programme.current_version()}, author)


def careful_firmness(programme: Programme, data_version: str, scenario: ResolvedScenario) -> tuple[CarefulFirmness | None, Job | None]:
    """The careful estimate of a list, or the job that makes it; (None, None) where there is neither."""
    careful = careful_scenario(scenario)
    if careful is None:
        return None, None
    found = read_firmness(programme.directory, data_version, careful)
    if found is not None:
        return found, None
    wanted = fingerprint_of(FIRMNESS, _firmness_parameters(data_version, careful))
    same = (job for job in jobs_of(programme).recent(RECENT) if job.fingerprint == wanted)
    return None, next(same, None)


def may_start(who: Identity | None) -> bool:
    """Whether a person may ask for long work."""
    return who is not None and allows(who.role, Permission.EDIT)


def may_cancel(who: Identity | None, job: Job) -> bool:
    """Whether a person may end a job: one's own, or any for an administrator."""
    return who is not None and may_start(who) and not job.is_ended and (who.name == job.author or who.role is Role.ADMIN)


def cancel(programme: Programme, job_id: str, who: Identity) -> Job:
    """End a job.

    Raises
    ------
    Forbidden
        It is another person's.
    JobError
        There is none of that id.
    """
    job = jobs_of(programme).get(job_id)
    if not job.is_ended and not may_cancel(who, job):
        raise Forbidden()
    return jobs_of(programme).cancel(job_id)


def _firmness_parameters(data_version: str, scenario: ResolvedScenario) -> dict[str, object]:
    return {"data_version": data_version, "scenario": scenario.model_dump(mode="json")}
