"""The cache with a ceiling."""

from __future__ import annotations

import threading

from dashboard.tiles.cache import ByteCache


def test_an_answer_is_made_once() -> None:
    made: list[int] = []
    cache = ByteCache(100)
    for _ in range(3):
        assert cache.get("a", lambda: made.append(1) or b"x" * 10) == b"x" * 10
    assert made == [1]
    assert cache.used_bytes == 10


def test_what_was_used_longest_ago_goes_first() -> None:
    cache = ByteCache(25)
    for key in ("a", "b", "a", "c"):
        cache.get(key, lambda: b"x" * 10)
    again: list[str] = []
    cache.get("a", lambda: again.append("a") or b"")
    cache.get("b", lambda: again.append("b") or b"x")
    assert again == ["b"]


def test_an_answer_above_the_ceiling_is_given_but_not_kept() -> None:
    cache = ByteCache(5)
    assert cache.get("big", lambda: b"123456") == b"123456"
    assert cache.used_bytes == 0


def test_the_count_stays_right_when_threads_make_the_same_answers() -> None:
    cache = ByteCache(1000)

    def work() -> None:
        for i in range(500):
            cache.get(i % 40, lambda: b"x" * 50)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.used_bytes == 50 * len(cache._held) <= 1000
