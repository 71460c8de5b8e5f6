"""People who change a weight, look at the list and see the map's colours change, again and again."""

from __future__ import annotations

import http.client
import json
import random
import re
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.cases.serving import HOST

CALLBACK = "/_dash-update-component"
VIEW, LIST, VERSION, TABLE = "priorities-view", "priorities-list", "priorities-version", "priorities-table"
PAGE_ROWS = 50


@dataclass(frozen=True)
class Site:
    """What a browser knows of the server once the page is open."""

    port: int
    cookie: str
    data_version: str
    criteria: tuple[str, ...]
    list_outputs: str
    table_outputs: str


@dataclass
class Tally:
    """Seconds of each interaction, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def open_site(port: int, printed: Path, data_version: str, criteria: tuple[str, ...]) -> Site:
    """Open the one-time link that the server printed, and ask which callbacks there are."""
    path = re.findall(r"(/open/\S+)", printed.read_text(encoding="utf-8"))[0]
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    cookie = str(answer.getheader("Set-Cookie")).partition(";")[0]
    connection.request("GET", "/_dash-dependencies", headers={"Cookie": cookie})
    callbacks = json.loads(connection.getresponse().read())
    connection.close()

    def outputs_of(component: str) -> str:
        of = [each for each in callbacks if each["inputs"] and each["inputs"][0]["id"] == component and not each.get("clientside_function")]
        return str(of[0]["output"])

    return Site(port, cookie, data_version, criteria, outputs_of(LIST), outputs_of(TABLE))


def crowd(site: Site, n_people: int, think_s: float, run_s: float) -> Tally:
    """Let people work side by side for a while; each waits ``think_s`` on average after an answer."""
    tally, until = Tally(), time.perf_counter() + run_s
    threads = [threading.Thread(target=_person, args=(site, number, think_s, until, tally)) for number in range(n_people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def _person(site: Site, number: int, think_s: float, until: float, tally: Tally) -> None:
    draw = random.Random(number)
    connection = http.client.HTTPConnection(HOST, site.port, timeout=30)
    time.sleep(draw.uniform(0, think_s))
    while time.perf_counter() < until:
        query = "&".join(f"w.{name}={draw.randint(1, 60)}" for name in draw.sample(site.criteria, min(3, len(site.criteria))))
        started = time.perf_counter()
        try:
            interact(connection, site, query)
            tally.seconds.append(time.perf_counter() - started)
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            tally.errors.append(repr(error))
            connection.close()
        time.sleep(draw.uniform(0.5, 1.5) * think_s)
    connection.close()


def interact(connection: http.client.HTTPConnection, site: Site, query: str) -> None:
    """Change the weights: the list's callback, the first page of the table, the map's colours.

    Raises
    ------
    ValueError, KeyError
        An answer is not what it should be.
    """
    seen, version = _slot(VIEW, "data", query), _slot(VERSION, "data", site.data_version)
    listed = _post(connection, site, site.list_outputs, [_slot(LIST, "data", query)], [seen, version])
    rows = {"startRow": 0, "endRow": PAGE_ROWS, "sortModel": [], "filterModel": {}}
    table = _post(connection, site, site.table_outputs, [_slot(TABLE, "getRowsRequest", rows)], [seen, version])
    if not table["response"][TABLE]["getRowsResponse"]["rowData"]:
        raise ValueError("The table has no rows.")
    address = next(part["colours"]["url"] for part in _colours(listed["response"]))
    connection.request("GET", "/" + address.lstrip("./"), headers={"Cookie": site.cookie})
    _read(connection)


def _colours(response: dict[str, Any]) -> list[dict[str, Any]]:
    """Parts of an answer that name the map's colours."""
    return [{"colours": value} for part in response.values() for value in part.values() if isinstance(value, dict) and "url" in value]


def _slot(component: str, name: str, value: Any) -> dict[str, Any]:
    return {"id": component, "property": name, "value": value}


def _post(connection: http.client.HTTPConnection, site: Site, output: str, inputs: list[Any], state: list[Any]) -> dict[str, Any]:
    named = [each.replace("\\.", ".").rpartition(".") for each in output.strip(".").split("...")]
    outputs = [{"id": json.loads(where) if where.startswith("{") else where, "property": name} for where, _, name in named]
    changed = [f"{inputs[0]['id']}.{inputs[0]['property']}"]
    several = output.startswith("..")
    body = {"output": output, "outputs": outputs if several else outputs[0], "inputs": inputs, "state": state, "changedPropIds": changed}
    headers = {"Cookie": site.cookie, "Content-Type": "application/json"}
    connection.request("POST", CALLBACK, json.dumps(body), headers)
    answer: dict[str, Any] = json.loads(_read(connection))
    return answer


def _read(connection: http.client.HTTPConnection) -> bytes:
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise ValueError(f"{answer.status}: {content[:200]!r}")
    return content
