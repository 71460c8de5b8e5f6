"""Signing in and out, delays, time-outs, one-time links."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.auth.delays import begin_attempt, delay_s
from dashboard.auth.errors import DelayedError
from dashboard.auth.links import create_link, use_link
from dashboard.auth.roles import Role
from dashboard.auth.routes import local_target
from dashboard.auth.store import AccessStore
from dashboard.auth.users import add_user, remove_user, set_password, set_role

PASSWORD = "correct horse battery"


def attempt(client: FlaskClient, name: str, password: str, **fields: str) -> int:
    """Status of a sign-in through the form."""
    return client.post("/sign-in", data={"name": name, "password": password, **fields}).status_code


@pytest.fixture
def person(server: Flask) -> str:
    """Name of a viewer."""
    return add_user(server.extensions["landrelease"].directory, "Amina", "viewer", PASSWORD).name


def test_a_right_password_opens_a_session_whatever_the_case_of_the_name(server: Flask, person: str) -> None:
    client = server.test_client()
    assert attempt(client, " AMINA ", PASSWORD) == 303
    assert "Amina" in client.get("/account").text


@pytest.mark.parametrize(("name", "password"), [("Amina", "wrong password!"), ("nobody", PASSWORD), ("", ""), ("Amina", PASSWORD + " ")])
def test_a_wrong_name_or_password_opens_nothing_and_does_not_say_which(server: Flask, person: str, name: str, password: str) -> None:
    client = server.test_client()
    answer = client.post("/sign-in", data={"name": name, "password": password})
    assert answer.status_code == 401
    assert "User name or password is not right." in answer.text
    assert "Set-Cookie" not in answer.headers
    assert client.get("/account").status_code == 401


def test_the_session_cookie_is_for_this_site_and_its_server_alone(server: Flask, make_server: Callable[..., Flask], person: str) -> None:
    cookie = server.test_client().post("/sign-in", data={"name": "Amina", "password": PASSWORD}).headers["Set-Cookie"]
    assert re.fullmatch(r"landrelease=[\w.-]+; Expires=[^;]+; Max-Age=43200; HttpOnly; Path=/; SameSite=Lax", cookie)
    secure = make_server(https=True).test_client()
    cookie = secure.post("/sign-in", data={"name": "Amina", "password": PASSWORD}).headers["Set-Cookie"]
    assert re.fullmatch(r"__Host-landrelease=[\w.-]+; Expires=[^;]+; Max-Age=43200; Secure; HttpOnly; Path=/; SameSite=Lax", cookie)


@pytest.mark.parametrize(
    "forge",
    [lambda c: ("A" if c[0] != "A" else "B") + c[1:], lambda c: "x" + c, lambda c: c.split(".")[0], lambda c: c * 9, lambda c: "é" + c],
    ids=["changed", "longer", "unsigned", "repeated", "foreign"],
)
def test_a_forged_cookie_opens_nothing(server: Flask, person: str, forge: Callable[[str], str]) -> None:
    client = server.test_client()
    assert attempt(client, "Amina", PASSWORD) == 303
    cookie = client.get_cookie("landrelease")
    assert cookie is not None
    client.set_cookie("landrelease", forge(cookie.value))
    assert client.get("/account").status_code == 401


def test_failures_cost_growing_delays_that_all_workers_share(
    server: Flask, make_server: Callable[..., Flask], clock: Callable[[], float], person: str
) -> None:
    other_worker = make_server()
    for number in range(5):
        client = (server, other_worker)[number % 2].test_client()
        assert attempt(client, "Amina", "wrong password!") == 401
    refused = other_worker.test_client().post("/sign-in", data={"name": "amina", "password": PASSWORD})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2")
    assert "2 seconds" in refused.text
    clock.now += 2.0  # type: ignore[attr-defined]
    assert attempt(server.test_client(), "Amina", "wrong password!") == 401
    assert server.test_client().post("/sign-in", data={"name": "Amina", "password": PASSWORD}).headers["Retry-After"] == "4"
    clock.now += 4.0  # type: ignore[attr-defined]
    assert attempt(server.test_client(), "Amina", PASSWORD) == 303
    assert attempt(server.test_client(), "Amina", "wrong password!") == 401  # forgiven: no delay


def test_an_unknown_name_is_delayed_as_a_known_one_is(server: Flask, person: str) -> None:
    statuses = [attempt(server.test_client(), "nobody", "wrong password!") for _ in range(6)]
    assert statuses == [401] * 5 + [429]


def test_spraying_one_password_over_many_names_is_delayed(server: Flask) -> None:
    store: AccessStore = server.extensions["landrelease.access"].store
    for number in range(50):
        begin_attempt(store, f"name{number}", "192.0.2.7", 100.0)
    with pytest.raises(DelayedError):
        begin_attempt(store, "name50", "192.0.2.7", 100.0)
    begin_attempt(store, "name50", "192.0.2.8", 100.0)  # another address is free
    begin_attempt(store, "name50", "192.0.2.7", 102.0)


def test_failures_are_forgotten_after_a_day(server: Flask) -> None:
    store: AccessStore = server.extensions["landrelease.access"].store
    for _ in range(5):
        begin_attempt(store, "name", "192.0.2.7", 100.0)
    begin_attempt(store, "name", "192.0.2.7", 100.0 + 24 * 3600 + 1)
    assert store.read("SELECT key, n_failed FROM failures WHERE key LIKE 'pair:%'") == [("pair:name|192.0.2.7", 1)]


def test_parallel_guesses_do_not_slip_through(server: Flask, person: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda n: attempt(server.test_client(), "Amina", f"guess number {n}"), range(16)))
    assert sorted(statuses) == [401] * 5 + [429] * 11


def test_delays_double_up_to_a_quarter_of_an_hour() -> None:
    assert [delay_s(n, 5) for n in range(4, 16)] == [0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


def test_a_session_ends_when_it_is_idle(
    make_server: Callable[..., Flask], sign_in_as: Callable[..., FlaskClient], clock: Callable[[], float]
) -> None:
    client = sign_in_as(make_server(session_idle_s=600, session_max_s=3600), "viewer")
    clock.now += 599  # type: ignore[attr-defined]
    assert client.get("/account").status_code == 200
    clock.now += 599  # type: ignore[attr-defined]
    assert client.get("/account").status_code == 200
    clock.now += 600  # type: ignore[attr-defined]
    assert client.get("/account").status_code == 401


def test_a_session_ends_in_any_case_when_it_is_old(
    make_server: Callable[..., Flask], sign_in_as: Callable[..., FlaskClient], clock: Callable[[], float]
) -> None:
    client = sign_in_as(make_server(session_idle_s=600, session_max_s=3600), "viewer")
    for _ in range(7):
        clock.now += 500  # type: ignore[attr-defined]
        assert client.get("/account").status_code == 200
    clock.now += 100  # type: ignore[attr-defined]
    assert client.get("/account").status_code == 401


def test_signing_out_ends_the_session_on_the_server_too(server: Flask, person: str) -> None:
    client = server.test_client()
    assert attempt(client, "Amina", PASSWORD) == 303
    kept = client.get_cookie("landrelease")
    assert kept is not None
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    client.set_cookie("landrelease", kept.value)
    assert client.get("/account").status_code == 401


def test_signing_out_everywhere_ends_the_persons_sessions_and_no_others(server: Flask, clients: dict[str, FlaskClient]) -> None:
    second = server.test_client()
    assert attempt(second, "a-viewer", PASSWORD) == 303
    assert clients["viewer"].post("/sign-out", data={"everywhere": "1"}).status_code == 303
    assert second.get("/account").status_code == 401
    assert clients["analyst"].get("/account").status_code == 200


def test_a_changed_role_holds_from_the_next_request(server: Flask, clients: dict[str, FlaskClient]) -> None:
    assert clients["viewer"].get("/api/users").status_code == 403
    set_role(server.extensions["landrelease"].directory, "a-viewer", "admin")
    assert clients["viewer"].get("/api/users").status_code == 200


def test_a_removed_person_and_a_new_password_end_the_sessions(server: Flask, clients: dict[str, FlaskClient]) -> None:
    folder = server.extensions["landrelease"].directory
    remove_user(folder, "a-viewer")
    set_password(folder, "a-analyst", "another long phrase")
    assert [clients[role].get("/account").status_code for role in ("viewer", "analyst", "admin")] == [401, 401, 200]


def test_an_administrator_ends_the_sessions_of_another(clients: dict[str, FlaskClient]) -> None:
    answer = clients["admin"].post("/api/users/A-Viewer/sign-out")
    assert (answer.status_code, answer.get_json()) == (200, {"ended": 1})
    assert clients["viewer"].get("/account").status_code == 401
    assert clients["admin"].post("/api/users/nobody/sign-out").status_code == 404
    names = {user["name"] for user in clients["admin"].get("/api/users").get_json()["users"]}
    assert names == {"a-viewer", "a-analyst", "a-approver", "a-admin"}


def test_one_changes_ones_own_password(server: Flask, clients: dict[str, FlaskClient]) -> None:
    client, second = clients["viewer"], server.test_client()
    assert attempt(second, "a-viewer", PASSWORD) == 303
    change = {"current": "not this one", "new": "an even longer phrase"}
    assert client.post("/account/password", data=change).status_code == 401
    assert client.post("/account/password", data={"current": PASSWORD, "new": "short"}).status_code == 422
    answer = client.post("/account/password", data={"current": PASSWORD, "new": "an even longer phrase"})
    assert (answer.status_code, client.get("/account").status_code, second.get("/account").status_code) == (200, 200, 401)
    assert attempt(server.test_client(), "a-viewer", PASSWORD) == 401
    assert attempt(server.test_client(), "a-viewer", "an even longer phrase") == 303


@pytest.fixture
def demo(make_server: Callable[..., Flask]) -> tuple[Flask, str]:
    """A server that takes one-time links, and the path of one."""
    server = make_server(allow_links=True)
    access = server.extensions["landrelease.access"]
    return server, f"/open/{create_link(access.store, Role.ANALYST, access.now())}"


def test_a_one_time_link_opens_one_session_of_an_analyst_and_no_second(demo: tuple[Flask, str]) -> None:
    server, path = demo
    first, second = server.test_client(), server.test_client()
    answer = first.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "analyst" in first.get("/account").text
    assert first.get("/api/users").status_code == 403
    again = second.get(path)
    assert again.status_code == 401
    assert "This link has been used" in again.text
    assert second.get("/account").status_code == 401
    assert first.get(path).headers["Location"] == "/"  # a reload by the one who has the session


def test_a_link_is_used_once_even_if_all_workers_are_asked_at_once(demo: tuple[Flask, str], make_server: Callable[..., Flask]) -> None:
    server, path = demo
    servers = [server, make_server(allow_links=True)]
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda n: servers[n % 2].test_client().get(path).status_code, range(16)))
    assert sorted(statuses) == [303] + [401] * 15


def test_a_link_is_not_used_up_by_a_preview(demo: tuple[Flask, str]) -> None:
    server, path = demo
    assert server.test_client().head(path).status_code == 204
    assert server.test_client().get(path).status_code == 303


def test_a_link_opens_only_from_this_machine(demo: tuple[Flask, str]) -> None:
    server, path = demo
    assert server.test_client().get(path, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 401
    assert server.test_client().get(path, environ_overrides={"REMOTE_ADDR": "::1"}).status_code == 303


def test_links_open_nothing_where_they_are_not_allowed(demo: tuple[Flask, str], make_server: Callable[..., Flask]) -> None:
    server, path = demo
    client = server.test_client()
    assert client.get(path).status_code == 303
    cookie = client.get_cookie("landrelease")
    assert cookie is not None
    later = make_server()  # the same programme, served for users now
    stranger = later.test_client()
    stranger.set_cookie("landrelease", cookie.value)
    assert stranger.get("/account").status_code == 401
    access = later.extensions["landrelease.access"]
    assert later.test_client().get(f"/open/{create_link(access.store, Role.ANALYST, access.now())}").status_code == 401


def test_a_link_grows_too_old(demo: tuple[Flask, str], clock: Callable[[], float]) -> None:
    server, path = demo
    clock.now += 12 * 3600  # type: ignore[attr-defined]
    assert server.test_client().get(path).status_code == 401


def test_a_new_link_voids_the_one_before(tmp_path: object, server: Flask) -> None:
    store: AccessStore = server.extensions["landrelease.access"].store
    first = create_link(store, Role.ANALYST, 100.0)
    second = create_link(store, Role.ANALYST, 100.0)
    assert use_link(store, first, 101.0) is None
    assert use_link(store, "\ud800", 101.0) is None
    assert use_link(store, second, 101.0) is Role.ANALYST


@pytest.mark.parametrize(
    "wish",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/a\nSet-Cookie: x",
     "/sign-in", "/open/abc", "", "evil", "/" + "x" * 5000, "/\t/evil.example"],
)  # fmt: skip
def test_the_page_after_sign_in_is_always_of_this_server(server: Flask, person: str, wish: str) -> None:
    answer = server.test_client().post("/sign-in", data={"name": "Amina", "password": PASSWORD, "next": wish})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert local_target(wish) == "/"


def test_the_page_after_sign_in_is_the_one_wanted(server: Flask, person: str) -> None:
    wish = "/areas/HA-1?scenario=one&q=a%20b"
    answer = server.test_client().post("/sign-in", data={"name": "Amina", "password": PASSWORD, "next": wish})
    assert answer.headers["Location"] == wish


def test_the_sign_in_page_is_plain_accessible_and_in_the_persons_language(server: Flask) -> None:
    client = server.test_client()
    page = client.get("/sign-in", headers={"Accept-Language": "ar,en;q=0.5"})
    assert '<html lang="ar" dir="rtl">' in page.text
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    for field in ("name", "password"):
        assert f'<label for="{field}">' in page.text
        assert f'id="{field}"' in page.text
    english = client.get("/sign-in?lang=en").text
    assert "FICTIONAL" in english
    assert "Test &lt;b&gt;country&lt;/b&gt;" in english
    assert "<b>country" not in english


def test_the_language_chosen_at_sign_in_stays(server: Flask) -> None:
    client = server.test_client()
    client.get("/sign-in?lang=fr")
    assert '<html lang="fr" dir="ltr">' in client.get("/sign-in").text


def test_passwords_and_tokens_are_in_no_log(server: Flask, person: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        attempt(server.test_client(), "Amina", "a secret wrong phrase")
        attempt(server.test_client(), "Amina", PASSWORD)
    assert "secret wrong phrase" not in caplog.text
    assert PASSWORD not in caplog.text
