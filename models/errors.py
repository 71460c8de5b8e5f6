"""Errors of the computing layer."""

from __future__ import annotations


class ModelsError(ValueError):
    """Input that no defined result follows from.

    Parameters
    ----------
    message : str
        What must hold, what was found and where.
    remedy : str
        What to do, in one sentence.
    """

    code = "model_error"
    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message
