"""Uploads: who may send a file, what is kept of it and for how long, and that it is nobody else's."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.services.uploads import MAX_AGE_S, MAX_HELD, clean_name, discard, find_upload, receive, taking
from geodata.errors import FileError
from geodata.ingest.guard import UPLOAD_LIMITS

OCTETS = "application/octet-stream"


def send(client: FlaskClient, body: bytes = b"a,b\n1,2\n", name: str = "areas.csv", **options: object):
    headers = {"X-File-Name": quote(name), **options.pop("headers", {})}  # type: ignore[dict-item]
    return client.post("/api/uploads", data=body, content_type=options.pop("content_type", OCTETS), headers=headers, **options)


def folders(programme: Path) -> list[str]:
    return sorted(path.name for path in (programme / "derived" / "uploads").glob("*"))


@pytest.fixture
def analyst(server: Flask, sign_in_as: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in_as(server, "analyst")


def test_a_file_is_kept_under_a_random_name_and_its_own_name_is_text(analyst: FlaskClient, folder: Path) -> None:
    answer = send(analyst, name="../../Zonas peligrosas 2025 é.CSV")
    assert answer.status_code == 201
    told = answer.get_json()
    assert (told["name"], told["size_bytes"]) == ("Zonas peligrosas 2025 é.CSV", 8)
    kept = find_upload(folder, told["id"], "a-analyst")
    assert kept.path.read_bytes() == b"a,b\n1,2\n"
    assert kept.path.parent == folder / "derived" / "uploads" / told["id"]
    assert kept.path.name.startswith("upload-") and kept.path.suffix == ".csv"
    assert kept.path.parent.stat().st_mode & 0o077 == 0 and kept.path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("role", ["viewer", "approver"])
def test_those_who_may_not_import_may_not_upload(clients: dict[str, FlaskClient], role: str, folder: Path) -> None:
    assert send(clients[role]).status_code == 403
    assert folders(folder) == []


def test_a_stranger_and_a_foreign_page_are_refused(server: Flask, analyst: FlaskClient, folder: Path) -> None:
    assert send(server.test_client()).status_code == 401
    assert send(analyst, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert folders(folder) == []


def test_an_empty_file_and_another_content_type_are_refused(analyst: FlaskClient, folder: Path) -> None:
    empty = send(analyst, b"", name="nothing.csv")
    assert empty.status_code == 422 and empty.get_json()["error"]["message"] == "nothing.csv is empty (0 bytes)."
    assert send(analyst, content_type="multipart/form-data").status_code == 415
    assert folders(folder) == []


def test_a_file_above_the_limit_is_refused_by_its_stated_and_by_its_true_length(analyst: FlaskClient, folder: Path) -> None:
    stated = send(analyst, name="big.gpkg", environ_overrides={"CONTENT_LENGTH": str(UPLOAD_LIMITS.max_bytes + 1)})
    assert stated.status_code == 413
    assert stated.get_json()["error"]["message"] == "big.gpkg has more than 50 MB, the most that is taken over the web."

    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b"x" * size

    with pytest.raises(FileError, match="more than 50 MB"):
        receive(folder, Endless(), "endless.csv", "a", 0.0)  # type: ignore[arg-type]
    assert folders(folder) == []


def test_a_body_larger_than_ordinary_is_taken_here_and_nowhere_else(analyst: FlaskClient) -> None:
    body = b"x" * (5 * 1024 * 1024)
    assert send(analyst, body).status_code == 201
    assert analyst.post("/_dash-update-component", data=body, content_type="application/json").status_code == 413


def test_nobody_reaches_the_file_of_another(server: Flask, sign_in_as: Callable[..., FlaskClient], folder: Path) -> None:
    told = send(sign_in_as(server, "analyst", "ana")).get_json()
    assert sign_in_as(server, "admin", "bob").delete(f"/api/uploads/{told['id']}").status_code == 204
    assert find_upload(folder, told["id"], "ana").name == "areas.csv"
    for upload_id in (told["id"], "0" * 32, "../uploads", ""):
        with pytest.raises(FileError, match="no longer here"):
            find_upload(folder, upload_id, "bob")
    discard(folder, told["id"], "ana")
    assert folders(folder) == []


def test_old_files_go_and_the_oldest_of_too_many(folder: Path) -> None:
    first = [receive(folder, io.BytesIO(b"1"), f"{n}.csv", "ana", float(n)) for n in range(MAX_HELD + 2)]
    assert set(folders(folder)) == {upload.id for upload in first[2:]}
    last = receive(folder, io.BytesIO(b"1"), "new.csv", "bob", MAX_AGE_S + MAX_HELD + 2.5)
    assert folders(folder) == [last.id]


def test_a_taken_file_is_gone_at_the_end_and_back_after_an_error(folder: Path) -> None:
    upload = receive(folder, io.BytesIO(b"1"), "a.csv", "ana", 0.0)
    with pytest.raises(RuntimeError), taking(folder, upload.id, "ana") as taken:
        assert taken.path.read_bytes() == b"1"
        with pytest.raises(FileError):
            find_upload(folder, upload.id, "ana")
        raise RuntimeError
    assert find_upload(folder, upload.id, "ana") == upload
    with taking(folder, upload.id, "ana"):
        pass
    assert folders(folder) == []


def test_of_two_who_take_a_file_at_once_one_gets_it(folder: Path) -> None:
    upload = receive(folder, io.BytesIO(b"1"), "a.csv", "ana", 0.0)
    start = threading.Barrier(4)
    got: list[str] = []

    def take() -> None:
        start.wait()
        try:
            with taking(folder, upload.id, "ana"):
                got.append("file")
        except FileError as error:
            got.append(error.code)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 4 and got.count("file") == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [("C:\\data\\areas.csv", "areas.csv"), ("a/b/..", "file"), ("a\x00\u202eb.csv", "ab.csv"), ("", "file"), ("x" * 400, "x" * 200)],
)
def test_a_name_is_one_line_without_folders(name: str, shown: str) -> None:
    assert clean_name(name) == shown
