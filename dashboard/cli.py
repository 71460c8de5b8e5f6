"""The ``landrelease`` command.

Heavy imports wait until a command runs, so that ``--help`` answers at once. Exit status: 0 done, 1 the data say no,
2 wrong use, 3 cannot be decided.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from importlib import import_module

from dashboard import __version__

METHODS = ("additive", "topsis", "vikor", "spotis", "promethee")
WORLDS = ("nemoria", "no-likelihood-signal", "no-network-gain", "no-poverty-link", "changed-war")
TABLES = "hazard_areas, activities, release_products, accidents, outcomes, ..."
KINDS = ("extended", "remeasured", "split", "merged", "transferred")
GROUPINGS = ("admin1", "admin2", "treaty", "eo_category", "area_id", "all")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    parsed = _parser().parse_args(arguments)
    module, _, function = parsed.run.partition(":")
    from dashboard.commands.output import finish

    return finish(parsed, getattr(import_module(f"dashboard.commands.{module}"), function))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="landrelease",
        description="Decision support for mine action: whom to help first when releasing land, and why.",
        epilog="No recorded hazard does not mean no hazard.",
    )
    parser.add_argument("--version", action="version", version=f"landrelease {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (
        _add_demo, _add_new, _add_import, _add_check, _add_grid, _add_build, _add_prune, _add_rank, _add_weights, _add_visits,
        _add_evaluate, _add_verify, _add_serve, _add_jobs, _add_user, _add_records,
    ):  # fmt: skip
        add(commands)
    return parser


def _command(commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, summary: str, run: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=summary, description=summary)
    _add_common(parser)
    parser.set_defaults(run=run, command=name)
    return parser


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--programme", metavar="DIR", default=".", help="folder of the programme (default: this folder)")
    parser.add_argument("--json", action="store_true", help="machine-readable result on standard output")
    parser.add_argument("--quiet", action="store_true", help="no progress and no messages but errors")


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "demo", "make, build, rank and serve the fictional example country", "demo:run_demo")
    parser.add_argument("--dir", metavar="DIR", default="landrelease-demo", help="folder to make (default: landrelease-demo)")
    parser.add_argument("--areas", type=_positive, default=2000, metavar="N", help="open hazard areas, up to 100,000 (default: 2000)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="seed of the country (default: 1)")
    parser.add_argument("--world", choices=WORLDS, default=WORLDS[0], help="the country itself, or one in which a model must find nothing")
    parser.add_argument("--raw", metavar="RAW", help="write the files that its authorities would send to a folder of their own, and stop")
    parser.add_argument("--port", type=_port, default=None, metavar="P", help="port served on (default: 8050, or the next free one)")
    parser.add_argument("--no-serve", action="store_true", help="stop after ranking")


def _add_new(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "new", "make a programme folder with a commented config.yaml", "data:run_new")
    parser.add_argument("directory", metavar="DIR", help="new or empty folder")
    parser.add_argument("--preset", choices=("imsma_ng", "impact_survey"), help="score as IMSMA NG or a Landmine Impact Survey does")


def _add_import(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "import", "take the rows of a file into the registry", "data:run_import")
    parser.add_argument("file", metavar="FILE", help="vector file or table")
    parser.add_argument("--table", required=True, help=TABLES)
    parser.add_argument("--layer", metavar="L", help="layer or sheet inside the file")
    parser.add_argument("--profile", metavar="P", help="saved column mapping")
    parser.add_argument("--crs", metavar="C", help="CRS, where the file does not say one (e.g. EPSG:32642)")
    parser.add_argument("--make-ids", action="store_true", help="make stable ids for rows that have none")
    parser.add_argument("--dry-run", action="store_true", help="check and report; change no record")
    parser.add_argument("--save-profile", metavar="NAME", help="keep the mapping that was used under this name")
    parser.add_argument("--report", metavar="FILE.json", help="write the report to a file too")
    parser.add_argument("--kind", choices=KINDS, help="why areas change in size or hands; a column change_kind says it row by row")
    parser.add_argument("--true-on", type=_day, metavar="DATE", help="day on which the changes became true (default: as the rows say)")
    parser.add_argument("--author", help="who takes the file in (default: the user of this computer)")
    parser.add_argument("--reason", default="", help="why, kept in the history")


def _add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "check", "say what is wrong with records and layers; change nothing", "data:run_check")
    parser.add_argument("--report", metavar="FILE.json", help="write the findings to a file too")
    parser.add_argument("--work-list", metavar="FILE", help="write what to do to csv or xlsx, one row a record and finding")
    _add_times(parser)


def _add_grid(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "grid", "make cells over the country, to be ranked as areas (areas.unit: grid_cell)", "data:run_grid")
    size = parser.add_mutually_exclusive_group(required=True)
    size.add_argument("--size-m", type=float, metavar="M", help="square cells of equal area, with edges of M metres")
    size.add_argument("--h3", type=int, metavar="R", help="hexagons of the H3 grid at resolution R, e.g. 7; needs landrelease[h3]")
    parser.add_argument(
        "-o", "--output", metavar="FILE", default="layers/cells.parquet", help="parquet or gpkg (default: layers/cells.parquet)"
    )


def _add_build(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "build", "measure every area and freeze the result; only what changed", "data:run_build")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=_positive, default=1, metavar="N", help="processes (default: 1)")
    where.add_argument("--scheduler", metavar="ADDRESS", help="measure on the workers of this Dask scheduler, e.g. tcp://127.0.0.1:8786")
    parser.add_argument("--explain", action="store_true", help="say what would be measured again and why; do nothing")
    parser.add_argument("--no-estimates", action="store_true", help="measure only; likelihood, next action and cost stay not yet estimated")


def _add_prune(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "prune", "remove old snapshots with their estimates; the current one stays", "prune:run_prune")
    parser.add_argument("--keep", type=_positive, required=True, metavar="N", help="snapshots that stay: the current one and the latest")
    parser.add_argument("--dry-run", action="store_true", help="say what would be removed; remove nothing")


def _add_rank(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "rank", "rank the areas; a table of the top 20, or a file", "ranking:run_rank")
    parser.add_argument("--scenario", metavar="S", help="scenario of config.yaml (default: the first)")
    parser.add_argument("--profile", metavar="P", help="weights of this profile in place of the scenario's")
    parser.add_argument("--weights", metavar="C=W,...", type=_weights, help="weights that replace the profile's, e.g. poverty=3,people=1")
    parser.add_argument("--method", choices=METHODS, help="another ranking method, for comparison (default: the scenario's)")
    parser.add_argument("--compare-methods", action="store_true", help="how far the lists of the other methods agree with this one")
    parser.add_argument("-o", "--output", metavar="FILE", help="csv, xlsx, geojson, gpkg or parquet, by ending")
    parser.add_argument("--language", metavar="L", help="language of labels and notes")
    parser.add_argument("--top", type=_positive, default=20, metavar="N", help="rows of the table on screen (default: 20)")


def _add_weights(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "weights", "make a profile's weights from what people said", "weighting:run_weights")
    parser.add_argument("file", metavar="FILE", nargs="?", help="answers: orders, swing points, weights or pairwise judgements (YAML)")
    parser.add_argument("--diagnostics", action="store_true", help="entropy and CRITIC weights of the data, not for adoption")
    parser.add_argument("--scenario", metavar="S", help="scenario whose criteria are diagnosed (default: the first)")
    learn = _command(commands, "preferences", "learn what judgements, past decisions or outcomes speak of", "preferences:run_preferences")
    learn.add_argument(
        "file",
        metavar="FILE.csv",
        nargs="?",
        help="judgements: columns first, second (area ids) and kind (of stakeholder); default: those of the registry",
    )
    learn.add_argument(
        "--from", dest="source", choices=("judgements", "decisions", "outcomes"), default="judgements", help="what to learn from"
    )
    learn.add_argument("--scenario", metavar="S", help="scenario whose criteria are weighed (default: the first)")


def _add_visits(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(
        commands, "visits", "which areas to visit next: what would change the funded list most per dollar", "visits:run_visits"
    )
    parser.add_argument("--budget", type=_amount, required=True, metavar="USD", help="money that funds the list and pays for the visit")
    parser.add_argument("--scenario", metavar="S", help="scenario whose scores say what an area is worth (default: the first)")
    parser.add_argument("--top", type=_positive, default=20, metavar="N", help="visits shown (default: 20)")


def _add_evaluate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "evaluate", "judge the models by places and years they did not learn from", "evaluate:run_evaluate")
    parser.add_argument("-o", "--output", metavar="FILE.json", help="write the result to a file too")
    models = _command(commands, "models", "the models that were learned: from what, how good, whether they still hold", "models:run_models")
    models.add_argument("version", metavar="VERSION", nargs="?", help="show this one whole")


def _add_records(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    history = _command(commands, "history", "the history of one record, or all imports", "records:run_history")
    history.add_argument("area", metavar="AREA", nargs="?", help="id of a record; without it, the imports and undos")
    history.add_argument("--table", default="hazard_areas", help="table of the record (default: hazard_areas)")
    _add_times(history)
    _add_ledger(commands)
    lookup = _command(
        commands, "lookup", "was any part of a parcel, road or project ever suspected, how was it released", "lookup:run_lookup"
    )
    lookup.add_argument("file", metavar="FILE", help="file with the place: polygons, lines or points")
    lookup.add_argument("--layer", metavar="L", help="layer or sheet inside the file")
    lookup.add_argument("--crs", metavar="C", help="CRS, where the file does not say one")
    _add_times(lookup)
    undo = _command(commands, "undo", "take an import back; it stays in the history", "records:run_undo")
    undo.add_argument("import_id", metavar="IMPORT", help="as landrelease history lists it")
    undo.add_argument("--author", help="who takes it back (default: the user of this computer)")
    undo.add_argument("--reason", default="", help="why, kept in the history")
    undo.add_argument("--dry-run", action="store_true", help="say what would happen; change nothing")
    profiles = _command(commands, "profiles", "list the saved column mappings", "data:run_profiles")
    profiles.add_argument("--show", metavar="NAME", help="what one of them says")
    publish = _command(commands, "publish", "write a read-only GeoPackage of the registry for QGIS", "records:run_publish")
    publish.add_argument("-o", "--output", metavar="FILE", help="default: exports/registry.gpkg in the programme")
    _add_times(publish)
    export = commands.add_parser("export", help="write the registry to a file", description="Write the registry to a file.")
    parts = export.add_subparsers(title="what", metavar="WHAT", required=True)
    registry = _command(parts, "registry", "every table as a read-only GeoPackage; the same as publish", "records:run_publish")
    registry.set_defaults(command="export registry")
    registry.add_argument("-o", "--output", metavar="FILE", help="default: exports/registry.gpkg in the programme")
    _add_times(registry)
    backup = _command(commands, "backup", "back the registry up while it is in use", "records:run_backup")
    backup.add_argument("file", metavar="FILE", help="archive to write")
    restore = _command(commands, "restore", "put a backup in the registry's place, after checking it", "records:run_restore")
    restore.add_argument("file", metavar="FILE", help="archive to read")
    restore.add_argument("--replace", action="store_true", help="a registry that is there is kept as NAME.before-restore")
    _command(commands, "audit", "recompute the chain of events", "records:run_audit")


def _add_ledger(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(
        commands, "ledger", "the land-release ledger of a period: what was added, released and how, what remains", "ledger:run_ledger"
    )
    parser.add_argument("--from", dest="first", type=_day, metavar="DATE", help="first day (default: 1 January of the last whole year)")
    parser.add_argument("--to", dest="last", type=_day, metavar="DATE", help="last day (default: 31 December of the year of --from)")
    parser.add_argument("--by", choices=GROUPINGS, default="admin1", help="what a row stands for (default: admin1)")
    parser.add_argument("--known", type=_moment, metavar="DATE", help="as it was known at the end of that day")
    parser.add_argument("-o", "--output", metavar="FILE", help="csv or xlsx, by ending")


def _add_times(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as-of", type=_day, metavar="DATE", help="as it was true on that day")
    parser.add_argument("--known", type=_moment, metavar="DATE", help="as it was known at the end of that day")


def _add_verify(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "verify", "recompute an exported list from its receipt: 0 same, 1 differs, 3 cannot", "ranking:run_verify")
    parser.add_argument("file", metavar="FILE", help="an exported list")


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "serve", "serve the dashboard", "serving:run_serve")
    parser.add_argument("--host", metavar="H", help="address listened on (default: config.yaml)")
    parser.add_argument("--port", type=_port, metavar="P", help="port (default: config.yaml)")
    parser.add_argument("--workers", type=_positive, metavar="N", help="server processes (default: config.yaml)")
    parser.add_argument("--https", action="store_true", help="people reach it by https, through a proxy that does not say so itself")
    parser.add_argument("--trusted-host", action="append", default=[], metavar="H", help="host name that people use; may be repeated")


def _add_jobs(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "jobs", "list the long work that was asked for on screen, or end it", "jobs:run_jobs")
    parser.add_argument("--last", type=_positive, default=20, metavar="N", help="jobs listed (default: 20)")
    parser.add_argument("--cancel", metavar="JOB", help="ask that this job be ended")


def _add_user(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("user", help="who may sign in", description="Who may sign in, and as what.")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, summary in (
        ("add", "add a user; asks for a password, or reads one line of standard input"),
        ("password", "set a new password and end the user's sessions"),
        ("role", "change a user's role"),
        ("remove", "remove a user"),
        ("list", "list users and roles"),
    ):
        action = actions.add_parser(name, help=summary, description=summary)
        _add_common(action)
        action.set_defaults(run=f"users:run_{name}", command=f"user {name}")
        if name != "list":
            action.add_argument("name", metavar="NAME", help="sign-in name")
        if name in {"add", "role"}:
            action.add_argument("--role", required=True, choices=("viewer", "analyst", "approver", "admin"), help="what the user may do")


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"a whole number of 1 or more is needed, found {text!r}")
    return number


def _amount(text: str) -> float:
    try:
        amount = float(text.replace(",", ""))
    except ValueError:
        amount = -1.0
    if not 0 <= amount < 1e15:
        raise argparse.ArgumentTypeError(f"an amount of money is a number of 0 or more, found {text!r}")
    return amount


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a day is written YYYY-MM-DD, found {text!r}") from None


def _moment(text: str) -> dt.datetime:
    return dt.datetime.combine(_day(text), dt.time.max, tzinfo=dt.UTC)


def _port(text: str) -> int:
    number = _positive(text)
    if number > 65535:
        raise argparse.ArgumentTypeError(f"a port lies between 1 and 65535, found {text!r}")
    return number


def _weights(text: str) -> dict[str, float]:
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    try:
        return {name.strip(): float(value) for name, _, value in pairs}
    except ValueError:
        raise argparse.ArgumentTypeError(f"weights are written CRITERION=NUMBER,..., found {text!r}") from None


if __name__ == "__main__":
    sys.exit(main())
