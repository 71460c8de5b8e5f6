"""Errors of people and access."""

from __future__ import annotations


class AccessError(Exception):
    """Something about users, sessions or keys that a person can mend.

    Parameters
    ----------
    message : str
        What must hold and what was found.
    remedy : str
        What to do.
    """

    code = "access_error"
    exit_code = 2

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class DelayedError(AccessError):
    """Too many failed attempts: the next one is accepted after ``wait_s`` seconds."""

    code = "delayed"

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"After repeated failures the next attempt is accepted in {wait_s} seconds.", "Wait, then try again.")
        self.wait_s = wait_s
