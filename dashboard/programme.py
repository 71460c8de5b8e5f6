"""A programme: one folder from records and layers to ranked lists. Pages, commands and the API all go through it."""

from __future__ import annotations

import datetime as dt
import getpass
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from geodata.errors import FileError, WrongUseError
from geodata.schema.config import Config
from geodata.schema.load import load_config
from geodata.schema.presets import preset_path
from geodata.schema.scenario import METHODS, Method, ResolvedScenario, resolve_scenario

if TYPE_CHECKING:
    from dashboard.estimates import Estimates
    from dashboard.estimates.models import ModelEntry
    from dashboard.estimates.plan import EstimatesPlan
    from dashboard.export import Receipt, Verdict
    from dashboard.jobs import Job
    from dashboard.pruning import Pruned
    from dashboard.services.likelihood import ProgrammeLikelihood
    from dashboard.services.links import NeedLink
    from dashboard.services.preferences.mirror import Mirror
    from dashboard.services.preferences.stakeholders import Preference
    from dashboard.services.visits import NextVisits
    from geodata.ingest import ImportReport, Preview
    from geodata.ingest.profiles import ImportProfile
    from geodata.registry import Registry
    from geodata.registry.ledger import Grouping, Ledger
    from geodata.registry.quality import Quality
    from geodata.snapshot import Snapshot
    from geodata.snapshot.explain import BuildPlan
    from models.ranking import Ranking
    from models.ranking.methods import MethodComparison

CONFIG_NAME = "config.yaml"
Progress = Callable[[float, str], None]


class Programme:
    """One national programme, in one folder.

    Parameters
    ----------
    directory : Path
        The folder that holds config.yaml.
    config : Config
        What config.yaml says; frozen, so a changed file needs :meth:`open` again.
    """

    def __init__(self, directory: Path, config: Config) -> None:
        self.directory = directory
        self.config = config

    @classmethod
    def open(cls, directory: Path | str) -> Programme:
        """Open the programme of a folder.

        Raises
        ------
        ConfigError
            config.yaml is missing or wrong; every problem is named.
        """
        folder = Path(directory).resolve()
        return cls(folder, load_config(folder / CONFIG_NAME))

    @classmethod
    def new(cls, directory: Path | str, *, preset: str | None = None) -> Programme:
        """Make a programme folder with a commented config.yaml, and open it.

        Parameters
        ----------
        directory : Path
        preset : str, optional
            ``imsma_ng`` or ``impact_survey``: scores as IMSMA NG's Impact Scoring or a Landmine Impact Survey does.

        Raises
        ------
        FileError
            The folder already holds something.
        WrongUseError
            There is no such preset.
        """
        template = preset_path(preset)
        folder = Path(directory).resolve()
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise FileError(f"{folder}: a new programme needs a new or empty folder.", "Name another folder.")
        for part in (folder, folder / "layers", folder / "exports"):
            part.mkdir(parents=True, exist_ok=True)
        (folder / CONFIG_NAME).write_bytes(template.read_bytes())
        return cls.open(folder)

    @property
    def name(self) -> str:
        """Name in the programme's default language."""
        from geodata.schema.text import say

        return say(self.config.programme.name, self.config.programme.languages[0])

    @cached_property
    def registry_address(self) -> Path | str:
        """The registry's file, or its database address."""
        address = self.config.registry
        return address if "://" in address else self.directory / address

    def open_registry(self, *, create: bool = False) -> Registry:
        """Open the registry; the caller closes it."""
        from geodata.registry import open_registry

        return open_registry(self.registry_address, create=create)

    def import_file(
        self,
        path: Path | str,
        table: str,
        *,
        layer: str | None = None,
        profile: str | ImportProfile | None = None,
        crs: str | None = None,
        make_ids: bool = False,
        dry_run: bool = False,
        save_as: str | None = None,
        author: str | None = None,
        reason: str = "",
        kind: str = "",
        true_on: dt.date | None = None,
    ) -> ImportReport:
        """Take a file's rows into a table of the registry: added, updated by id, or refused with a reason.

        ``save_as`` keeps the mapping that was used as a profile of that name.
        ``kind`` (extended, remeasured, split, merged, transferred) and ``true_on`` are for rows that do not say it themselves.

        Raises
        ------
        GeodataError
            Nothing can be taken over; the registry is unchanged.
        """
        from geodata.ingest import import_file

        with closing(self.open_registry(create=True)) as registry:
            return import_file(
                registry,
                self.config,
                Path(path),
                table,
                layer=layer,
                profile=profile,
                crs=crs,
                make_ids=make_ids,
                dry_run=dry_run,
                save_as=save_as,
                author=author or getpass.getuser(),
                reason=reason,
                kind=kind,
                true_on=true_on,
                programme_dir=self.directory,
            )

    def preview_file(
        self, path: Path | str, table: str, *, layer: str | None = None, profile: str | ImportProfile | None = None, crs: str | None = None
    ) -> Preview:
        """Look at a file as :meth:`import_file` would take it; nothing is changed, and there need be no registry yet.

        Raises
        ------
        GeodataError
            The file cannot be read, or table or profile are unknown.
        """
        from geodata.ingest import preview_file

        return preview_file(self.config, Path(path), table, programme_dir=self.directory, layer=layer, profile=profile, crs=crs)

    def check(self, *, today: dt.date | None = None, as_of: dt.date | None = None, known: dt.datetime | None = None) -> Quality:
        """Quality of the registry, of now or of a past state, and defects of the context layers; nothing is changed.

        Returns
        -------
        Quality
            Findings, a scorecard by province (no rows where there is no registry yet), and the work list.

        Raises
        ------
        GeodataError
            A layer or the registry cannot be read at all.
        """
        from pandas import DataFrame

        from geodata.layers.defects import country_outline, inspect_layers
        from geodata.registry.quality import Quality, check_registry, with_findings

        found = inspect_layers(self.config, self.directory)
        if isinstance(self.registry_address, Path) and not self.registry_address.exists():
            return with_findings(Quality((), DataFrame()), "layers", found)
        country, crs = country_outline(self.config, self.directory), self.config.programme.crs
        with closing(self.open_registry()) as registry:
            quality = check_registry(registry, country=country, crs_setting=crs, today=today, as_of=as_of, known=known)
        return with_findings(quality, "layers", found)

    def ledger(self, first: dt.date, last: dt.date, *, by: Grouping = "admin1", known: dt.datetime | None = None) -> Ledger:
        """The land-release ledger of a period, both days in it, as known by an instant.

        Raises
        ------
        RegistryError
            There is no registry.
        WrongUseError
            The period ends before it begins.
        """
        from geodata.registry.ledger import land_release_ledger

        with closing(self.open_registry()) as registry:
            return land_release_ledger(registry, first, last, by=by, known=known, crs_setting=self.config.programme.crs)

    def make_cells(self, output: str, *, size_m: float | None = None, h3: int | None = None) -> int:
        """Write square or H3 cells over the country's outline as a layer of this programme; returns how many.

        Raises
        ------
        GeodataError
            No outline is configured, the size is out of bounds, or the file cannot be written.
        """
        from pyproj import CRS

        from geodata.geometry.grid import make_grid, make_h3_cells
        from geodata.layers.defects import country_outline

        outline = country_outline(self.config, self.directory)
        if outline is None:
            raise WrongUseError("Cells need the outline of the country.", "Name a polygon layer under programme.outline in config.yaml.")
        path = self.directory / output
        if path.suffix not in {".parquet", ".gpkg"}:
            raise WrongUseError(f"Cells are written as parquet or gpkg, not {path.suffix or path.name!r}.", "Name such a file with -o.")
        crs = None if self.config.programme.crs == "auto" else CRS.from_user_input(self.config.programme.crs)
        cells = make_grid(outline, float(size_m or 0), crs) if h3 is None else make_h3_cells(outline, h3)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".parquet":
            cells.to_parquet(path, compression="zstd", index=False)
        else:
            cells.to_file(path, layer="cells")
        return len(cells)

    def build(
        self, *, workers: int = 1, scheduler: str | None = None, progress: Progress | None = None, estimates: bool = True
    ) -> Snapshot:
        """Measure every area, freeze the result and estimate it; only what changed is measured or learned again.

        The work is done in this process, in ``workers`` of them, or by the workers of a Dask ``scheduler``. Estimates are learned
        in this process; ``estimates=False`` leaves them out, and lists then say that they are not yet estimated.

        Raises
        ------
        GeodataError
            A layer, a column or the registry is not what config.yaml says.
        """
        from geodata.snapshot import build_snapshot

        with closing(self.open_registry(create=self.config.areas.source != "registry")) as registry:

            def estimate(snapshot: Snapshot, say: Progress) -> None:
                from dashboard.estimates.build import build_estimates

                build_estimates(self.config, self.directory, snapshot, registry, say)

            return build_snapshot(
                self.config,
                registry,
                self.directory,
                workers=workers,
                scheduler=scheduler,
                progress=progress,
                before_current=estimate if estimates else None,
            )

    def prune(self, keep: int, *, dry_run: bool = False) -> Pruned:
        """Remove old snapshots with their estimates; the current one and the latest others stay, ``keep`` in all.

        Raises
        ------
        WrongUseError
            ``keep`` is below 1.
        """
        from dashboard.pruning import prune_snapshots

        return prune_snapshots(self.directory, keep, dry_run=dry_run)

    def estimates(self, snapshot: Snapshot | None = None, *, version: str | None = None) -> Estimates | None:
        """Likelihood, next action and cost of every area of a snapshot, as its build estimated them; None where it did not.

        ``version`` names other estimates than those that this configuration and program would make.

        Raises
        ------
        EstimatesError
            They are damaged.
        """
        from dashboard.estimates import open_estimates

        wanted = version or self._estimates_version(self.current_version() if snapshot is None else snapshot.data_version)
        kept: dict[str, Estimates] = vars(self).setdefault("_estimates", {})
        if wanted not in kept:
            found = open_estimates(self.directory, wanted)
            if found is None:
                return None  # a build may bring them: not kept
            while len(kept) > 1:
                kept.pop(next(iter(kept)))
            kept[wanted] = found
        return kept[wanted]

    def _estimates_version(self, data_version: str) -> str:
        """Identity of a snapshot's estimates; pages ask for it with every row, and it follows from what does not change."""
        from dashboard.estimates import settings_of

        kept: dict[str, str] = vars(self).setdefault("_estimates_versions", {})
        if data_version not in kept:
            kept[data_version] = settings_of(self.config, data_version).version
        return kept[data_version]

    def explain_build(self) -> BuildPlan:
        """What :meth:`build` would do, and why; nothing is done.

        Raises
        ------
        GeodataError
            What the build would be refused for.
        """
        from geodata.snapshot.explain import explain_build

        with closing(self.open_registry(create=self.config.areas.source != "registry")) as registry:
            return explain_build(self.config, registry, self.directory)

    def explain_estimates(self, data_version: str) -> EstimatesPlan:
        """Whether :meth:`build` would estimate the snapshot of a data version anew, and why; nothing is done."""
        from dashboard.estimates.plan import explain_estimates

        return explain_estimates(self.config, self.directory, data_version)

    def planned_version(self) -> str:
        """The data version that :meth:`build` would make current.

        Raises
        ------
        GeodataError
            What the build would be refused for.
        """
        from geodata.snapshot.explain import planned_version

        with closing(self.open_registry(create=self.config.areas.source != "registry")) as registry:
            return planned_version(self.config, registry, self.directory)

    def jobs(self, limit: int = 50) -> list[Job]:
        """Long work that was asked for on screen: what waits or runs, then what ended, the newest first.

        Raises
        ------
        JobError
            The table of jobs cannot be read.
        """
        from dashboard.jobs import open_jobs

        return open_jobs(self).recent(limit)

    def cancel_job(self, job_id: str) -> Job:
        """Ask that a job be ended; one that has ended stays as it is.

        Raises
        ------
        JobError
            There is none of that id.
        """
        from dashboard.jobs import open_jobs

        return open_jobs(self).cancel(job_id)

    def current_version(self) -> str:
        """The data version of the current snapshot, without opening it.

        Raises
        ------
        SnapshotError
            Nothing was built yet.
        """
        from geodata.snapshot import current_version

        return current_version(self.directory)

    def snapshot(self, data_version: str | None = None) -> Snapshot:
        """The current snapshot, or the one of a data version.

        Raises
        ------
        SnapshotError
            There is none.
        """
        from geodata.snapshot import current_snapshot, open_snapshot

        return current_snapshot(self.directory) if data_version is None else open_snapshot(self.directory, data_version)

    def scenario(
        self, scenario: str | None = None, *, weights: Mapping[str, float] | None = None, profile: str | None = None
    ) -> ResolvedScenario:
        """A scenario made whole; the first one of config.yaml where none is named."""
        return resolve_scenario(self.config, scenario, weights, profile_id=profile)

    def rank(
        self,
        scenario: str | ResolvedScenario | None = None,
        *,
        weights: Mapping[str, float] | None = None,
        profile: str | None = None,
        method: Method | None = None,
        snapshot: Snapshot | None = None,
    ) -> Ranking:
        """Rank every area of a snapshot under a scenario: classes first, scores inside them.

        Another ``method`` than the scenario's is for comparison: topsis, vikor, spotis or promethee.
        """
        from models.ranking import rank_areas

        settings = scenario if isinstance(scenario, ResolvedScenario) else self.scenario(scenario, weights=weights, profile=profile)
        if method is not None:
            settings = settings.model_copy(update={"method": method})
        frozen = snapshot or self.snapshot()
        return rank_areas(frozen.values, frozen.records, settings)

    def compare_methods(
        self, scenario: str | ResolvedScenario | None = None, *, methods: Sequence[Method] = METHODS[1:], snapshot: Snapshot | None = None
    ) -> list[MethodComparison]:
        """How far the list agrees with those of other methods, by the same criteria, weights and classes."""
        from models.ranking import build_value_table
        from models.ranking.methods import compare_methods

        settings = scenario if isinstance(scenario, ResolvedScenario) else self.scenario(scenario)
        frozen = snapshot or self.snapshot()
        return compare_methods(build_value_table(frozen.values, frozen.records, settings), settings, methods)

    def preferences(self, path: Path | str | None = None, scenario: str | None = None) -> tuple[Preference, ...]:
        """What each group that was asked prefers, by its judgements in the registry, or in a CSV file.

        Raises
        ------
        FileError
            The file cannot be read, or a judgement names an area that the data do not hold.
        """
        from dashboard.services.preferences.judgements import read_judgement_file, read_judgements
        from dashboard.services.preferences.stakeholders import learn_by_stakeholder
        from dashboard.services.views import ranked_view
        from dashboard.state import ViewState

        table = read_judgements(self) if path is None else read_judgement_file(Path(path))
        return learn_by_stakeholder(self, ranked_view(self, ViewState(scenario=scenario or "")), table)

    def mirror(self, source: Literal["decisions", "outcomes"], scenario: str | None = None) -> tuple[Mirror, Preference]:
        """What past decisions or outcomes speak of, who would be served less by it, and how well it foretells held-out places."""
        from dashboard.services.preferences.mirror import look_in_mirror
        from dashboard.services.preferences.stakeholders import Preference, foretold
        from dashboard.services.views import ranked_view
        from dashboard.state import ViewState

        view = ranked_view(self, ViewState(scenario=scenario or ""))
        mirror = look_in_mirror(self, view, source)
        report = foretold(view, mirror.pairs, self.config.likelihood.place) if mirror.learned.weights else None
        return mirror, Preference(source, mirror.learned, report, ())

    def likelihood(self, snapshot: Snapshot | None = None) -> ProgrammeLikelihood:
        """P(explosive ordnance present) of every area that is not released, with contributions and flags.

        Raises
        ------
        ModelsError
            Too few results to learn from.
        """
        from dashboard.services.likelihood import programme_likelihood

        return programme_likelihood(self, snapshot)

    def need_links(self, snapshot: Snapshot | None = None) -> tuple[NeedLink, ...]:
        """Whether need goes together with contamination and with benefit, by rank correlation with intervals over places."""
        from dashboard.services.links import need_links

        return need_links(self, snapshot or self.snapshot())

    def models(self, *, today: dt.date | None = None) -> list[ModelEntry]:
        """The registry of models: what each was learned from, how good it is, drift and expiry; the one in use first."""
        from dashboard.estimates.models import list_models

        return list_models(self, today=today)

    def next_visits(self, budget_usd: float, scenario: str | None = None, *, likelihood: ProgrammeLikelihood | None = None) -> NextVisits:
        """The recommended next action of every area that is not released, and what visiting it first is worth under a budget.

        Raises
        ------
        ModelsError
            Costs or results are not known well enough; the message names what is missing.
        """
        from dashboard.services.visits import next_visits

        return next_visits(self, budget_usd, self.scenario(scenario), likelihood=likelihood)

    def export(
        self,
        path: Path | str,
        ranking: Ranking,
        *,
        snapshot: Snapshot | None = None,
        language: str | None = None,
        area_ids: Sequence[str] | None = None,
        filter_text: str = "",
    ) -> Receipt:
        """Write the priority list with its receipt; csv, xlsx, geojson, gpkg or parquet by ending."""
        from dashboard.export import export_list

        frozen = snapshot or self.snapshot()
        return export_list(
            frozen,
            ranking,
            Path(path),
            config=self.config,
            language=language or self.config.programme.languages[0],
            area_ids=area_ids,
            filter_text=filter_text,
            estimates=self.estimates(frozen),
        )

    def verify(self, path: Path | str) -> Verdict:
        """Recompute an exported list from its receipt and compare."""
        from dashboard.export import verify_file

        return verify_file(self, Path(path))


def current() -> Programme:
    """The programme that this server serves."""
    from flask import current_app

    programme: Programme = current_app.extensions["landrelease"]
    return programme
