"""The demo command: the fictional example country, made, imported, built, ranked and served."""

from __future__ import annotations

import argparse
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.commands.output import Outcome, note, progress_bar
from dashboard.commands.results import DemoResult, RawFile, RawResult
from dashboard.commands.tables import top_table
from dashboard.programme import Programme, Progress
from geodata.errors import FileError, WrongUseError

if TYPE_CHECKING:
    from geodata.example import ExampleFiles

MAX_AREAS = 100_000
FIRST_PORT = 8050
AUTHOR = "example"


def run_demo(arguments: argparse.Namespace) -> Outcome:
    """Make the example country in a folder and serve it; a folder that holds this very country is served again."""
    if arguments.areas > MAX_AREAS:
        raise WrongUseError(f"The example country has at most {MAX_AREAS:,} open hazard areas; {arguments.areas:,} were asked for.")
    if arguments.raw:
        return _write_raw(arguments)
    started = time.monotonic()
    programme = make_programme(arguments)
    snapshot = programme.snapshot()
    ranking = programme.rank(snapshot=snapshot)
    seconds = time.monotonic() - started
    note(arguments, f"{programme.name} is ready after {seconds:.0f} s: {snapshot.n_areas:,} areas, data version {snapshot.data_version}.")
    result = DemoResult(
        directory=str(programme.directory),
        data_version=snapshot.data_version,
        n_areas=snapshot.n_areas,
        n_ranked=ranking.n_ranked,
        seconds=round(seconds, 1),
    )
    if arguments.no_serve:
        return Outcome(result, top_table(programme, snapshot, ranking, 10))
    _serve(programme, arguments)
    return Outcome(result)


def make_programme(arguments: argparse.Namespace) -> Programme:
    """The example programme of a folder: opened where it is whole, made where the folder is new or empty.

    Raises
    ------
    FileError
        The folder holds something else, or a country of other size, seed or world.
    """
    folder = Path(arguments.dir).resolve()
    stamp = folder / ".example"
    world = getattr(arguments, "world", "nemoria")
    wanted = f"areas={arguments.areas} seed={arguments.seed}" + (f" world={world}" if world != "nemoria" else "") + "\n"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        note(arguments, f"{folder} holds this example country already.")
        return Programme.open(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileError(
            f"{folder}: the example country needs a new or empty folder.", "Name another folder with --dir, or remove this one."
        )
    with progress_bar(arguments, "Example") as progress:
        programme = _make(folder, arguments.areas, arguments.seed, world, progress)
    stamp.write_text(wanted, encoding="utf-8")
    return programme


def _make(folder: Path, areas: int, seed: int, world: str, progress: Progress | None) -> Programme:
    from geodata.example import make_example

    def part(low: float, high: float) -> Progress | None:
        return None if progress is None else lambda share, doing: progress(low + (high - low) * share, doing)

    files = make_example(folder, areas=areas, seed=seed, world=world, progress=part(0.0, 0.4))
    programme = Programme.open(folder)
    _import(programme, files, part(0.4, 0.6))
    programme.build(progress=part(0.6, 1.0))
    return programme


def _import(programme: Programme, files: ExampleFiles, progress: Progress | None) -> None:
    for number, incoming in enumerate(files.incoming):
        if progress:
            progress(number / len(files.incoming), f"importing {incoming.table}")
        programme.import_file(incoming.path, incoming.table, layer=incoming.layer, author=AUTHOR, reason="example country, fictional")


def _write_raw(arguments: argparse.Namespace) -> Outcome:
    """The files that the country's authorities would send, with the profiles that read them, in a new or empty folder."""
    from geodata.example.raw import write_raw

    folder = Path(arguments.raw).resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileError(f"{folder}: raw files need a new or empty folder.", "Name another folder with --raw, or remove this one.")
    with progress_bar(arguments, "Example") as progress:
        sent = write_raw(folder, areas=arguments.areas, seed=arguments.seed, world=arguments.world, progress=progress)
    files = [
        RawFile(file=each.path.name, table=each.table, layer=each.layer, profile=str(each.profile.relative_to(folder))) for each in sent
    ]
    lines = [f"{each.file} -> {each.table}, read with {each.profile}" for each in files]
    return Outcome(RawResult(directory=str(folder), files=files), "\n".join([*lines, f"How to import them: {folder / 'README.md'}"]))


def _serve(programme: Programme, arguments: argparse.Namespace) -> None:
    from dashboard.server import serve

    settings = programme.config.server
    port = arguments.port or _free_port(FIRST_PORT)
    serve(programme.directory, host="127.0.0.1", port=port, workers=settings.workers, one_time_link=True)


def _free_port(first: int) -> int:
    """The first port from ``first`` on that nobody listens on."""
    for port in range(first, first + 50):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise FileError(f"Ports {first} to {first + 49} are all in use.", "Name a free one with --port.")
