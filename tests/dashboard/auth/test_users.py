"""People of a programme, their passwords and the file that holds them."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apsw
import pytest

from dashboard.auth.errors import AccessError
from dashboard.auth.passwords import hash_password, is_dated, is_right
from dashboard.auth.roles import Role
from dashboard.auth.store import AccessStore
from dashboard.auth.users import add_user, list_users, remove_user, set_password, set_role

PHRASE = "correct horse battery"


def test_people_are_added_listed_changed_and_removed(tmp_path: Path) -> None:
    add_user(tmp_path, "Zoé", "viewer", PHRASE, now=1.0)
    add_user(tmp_path, "amina@demining.example", "ADMIN", PHRASE, now=2.0)
    set_role(tmp_path, "zoé", "analyst")
    assert [(u.name, u.role, u.created_at) for u in list_users(tmp_path)] == [
        ("amina@demining.example", Role.ADMIN, 2.0),
        ("Zoé", Role.ANALYST, 1.0),
    ]
    remove_user(tmp_path, "Zoé")
    assert [user.name for user in list_users(tmp_path)] == ["amina@demining.example"]


def test_a_name_is_taken_whatever_its_case(tmp_path: Path) -> None:
    add_user(tmp_path, "Amina", "viewer", PHRASE)
    with pytest.raises(AccessError, match="must be free, but AMINA exists already"):
        add_user(tmp_path, "AMINA", "admin", PHRASE)
    assert [(u.name, u.role) for u in list_users(tmp_path)] == [("Amina", Role.VIEWER)]


def test_the_last_administrator_stays(tmp_path: Path) -> None:
    add_user(tmp_path, "one", "admin", PHRASE)
    for act in (lambda: remove_user(tmp_path, "one"), lambda: set_role(tmp_path, "ONE", "viewer")):
        with pytest.raises(AccessError, match="needs an administrator"):
            act()
    add_user(tmp_path, "two", "admin", PHRASE)
    remove_user(tmp_path, "one")
    assert [user.name for user in list_users(tmp_path)] == ["two"]


@pytest.mark.parametrize("name", ["", " ", "a b", "<b>", "a\nb", "x" * 65, "a/b", "-a", "a'--"])
def test_a_malformed_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(AccessError, match="A user name must have 1 to 64"):
        add_user(tmp_path, name, "viewer", PHRASE)
    assert list_users(tmp_path) == []


def test_an_unknown_role_or_person_is_named(tmp_path: Path) -> None:
    with pytest.raises(AccessError, match="one of viewer, analyst, approver, admin, but is 'king'"):
        add_user(tmp_path, "a", "king", PHRASE)
    for act in (lambda: set_role(tmp_path, "b", "viewer"), lambda: remove_user(tmp_path, "b"), lambda: set_password(tmp_path, "b", PHRASE)):
        with pytest.raises(AccessError, match="there is no 'b'"):
            act()


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short", "12 to 256 characters and has 5"),
        ("x" * 257, "12 to 256 characters and has 257"),
        ("aaaaaaaaaaaaa", "at least 5 different"),
        ("Amina2024xyz!", "little more than the user name"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(password: str, problem: str) -> None:
    with pytest.raises(AccessError, match=problem):
        hash_password(password, name="amina")


def test_every_problem_of_a_password_is_named_at_once() -> None:
    with pytest.raises(AccessError, match="12 to 256 characters and has 3; it must use at least 5 different"):
        hash_password("aaa", name="amina")


def test_a_password_fits_its_own_hash_in_either_unicode_form_and_no_other() -> None:
    hashed = hash_password("contraseña é", name="amina")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_right(hashed, "contrasen\u0303a e\u0301")
    assert not is_right(hashed, "contrasena e")
    assert not is_right(None, "contraseña é")
    assert not is_right("not a hash", "contraseña é")
    assert not is_right(hashed, "x" * 10_000)
    assert not is_dated(hashed)
    assert is_dated("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$" + "A" * 43)


def test_no_password_is_in_the_file_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    add_user(tmp_path, "amina", "viewer", PHRASE)
    path = tmp_path / "access.sqlite"
    assert PHRASE.encode() not in path.read_bytes()
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_newer_or_damaged_file_is_refused_with_the_way_out(tmp_path: Path) -> None:
    add_user(tmp_path, "amina", "viewer", PHRASE)
    connection = apsw.Connection(str(tmp_path / "access.sqlite"))
    connection.execute("PRAGMA user_version = 9")
    connection.close()
    with pytest.raises(AccessError, match="must have schema 1 or older, but has 9"):
        list_users(tmp_path)
    (tmp_path / "access.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(AccessError, match=r"must open and take changes, but access\.sqlite does not"):
        list_users(tmp_path)


def test_many_processes_may_make_the_file_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: list_users(tmp_path), range(16)))
    assert found == [[]] * 16


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    store = AccessStore(tmp_path)
    with pytest.raises(ZeroDivisionError), store.write() as db:
        db.execute("INSERT INTO failures VALUES ('k', 1, 1.0)")
        _ = 1 / 0
    assert store.read("SELECT * FROM failures") == []


def test_a_file_that_another_program_holds_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.auth.store._BUSY_MS", 1)
    store = AccessStore(tmp_path)
    store.read("SELECT 1")
    other = apsw.Connection(str(store.path))
    other.execute("BEGIN EXCLUSIVE")
    for act in (lambda: store.read("SELECT * FROM users"), lambda: add_user(tmp_path, "amina", "viewer", PHRASE)):
        with pytest.raises(AccessError, match="must open and take changes"):
            act()
    other.close()
    assert list_users(tmp_path) == []
