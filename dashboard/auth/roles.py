"""Roles and what each may do."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is to the programme; each person has one."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    APPROVER = "approver"
    ADMIN = "admin"


class Permission(StrEnum):
    """One thing that a path or a callback may ask for."""

    PUBLIC = "public"  # no sign-in: the way in, and nothing of the programme
    OWN_ACCOUNT = "own_account"  # one's own session and password
    VIEW = "view"  # see maps, tables, reasons; try weights on one's own screen
    DOWNLOAD = "download"  # take a file away
    EDIT = "edit"  # import records, keep scenarios
    APPROVE = "approve"  # adopt a list
    MANAGE_USERS = "manage_users"  # accounts, sessions of others


_EVERYONE = frozenset({Permission.PUBLIC, Permission.OWN_ACCOUNT, Permission.VIEW, Permission.DOWNLOAD})

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _EVERYONE,
    Role.ANALYST: _EVERYONE | {Permission.EDIT},
    Role.APPROVER: _EVERYONE | {Permission.APPROVE},
    Role.ADMIN: _EVERYONE | {Permission.EDIT, Permission.MANAGE_USERS},
}


def allows(role: Role, permission: Permission) -> bool:
    """Whether a role holds a permission.

    >>> allows(Role.VIEWER, Permission.EDIT), allows(Role.ADMIN, Permission.APPROVE)
    (False, False)
    """
    return permission in GRANTS[role]
