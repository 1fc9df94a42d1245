"""Who may do what: the viewer of a request and the access that every route declares.

A route says `@access(...)`; `AccessMiddleware` enforces it and a system check refuses to start while
any route says nothing. What a viewer may see within a route is the matter of selectors, which take
the `Viewer` as their first argument.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from police_hr.core.i18n import pick
from police_hr.core.roles import ROLES, Permission, Role

if TYPE_CHECKING:
    from police_hr.core.models import User

View = TypeVar("View", bound=Callable[..., Any])
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Grant:
    """One role over the unit with this materialised path and all below it."""

    role: Role
    unit_id: int
    unit_path: str
    unit_name: str = ""
    unit_name_en: str = ""

    @property
    def unit_label(self) -> str:
        return pick(self.unit_name, self.unit_name_en)


@dataclass(frozen=True, eq=False)
class Viewer:
    """Somebody who looks: the account with its grants, read once a request."""

    user: User | None
    grants: tuple[Grant, ...] = ()
    everything: bool = False
    # officer ids and classes opened with a reason in this session: {(officer_id, class)}
    opened: frozenset[tuple[int, int]] = field(default_factory=frozenset)

    @classmethod
    def system(cls) -> Viewer:
        """The viewer of background work that serves the whole force (runs, imports, demo)."""
        return cls(user=None, everything=True)

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """All roles held, administrators' included, without doubles, in the order of `ROLES`."""
        held = {grant.role.code for grant in self.grants}
        if self.user is not None and self.user.admin_role:
            held.add(self.user.admin_role)
        return tuple(role for code, role in ROLES.items() if code in held)

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        if self.everything:
            return frozenset(Permission)
        return frozenset(permission for role in self.roles for permission in role.permissions)

    def has(self, permission: Permission | str) -> bool:
        """Whether any role held carries `permission`, wherever it applies."""
        return permission in self.permissions

    def paths(self, permission: Permission | str) -> tuple[str, ...]:
        """The unit paths over which `permission` is held, none of them below another.

        `("",)` stands for the whole force. Empty where the permission is not held over any unit.
        """
        if self.everything:
            return ("",)
        return outermost(grant.unit_path for grant in self.grants if permission in grant.role.permissions)

    def covers(self, permission: Permission | str, unit_path: str) -> bool:
        """Whether `permission` is held over the unit at `unit_path`."""
        return any(unit_path.startswith(path) for path in self.paths(permission))

    def classes_at(self, unit_path: str, *, with_reason: bool = False) -> frozenset[int]:
        """The sensitivity classes (1–4) this viewer may open for officers of the unit at `unit_path`;
        with `with_reason`, those that need a written reason first."""
        if self.everything:
            return frozenset({1, 2, 3, 4})
        roles = [grant.role for grant in self.grants if unit_path.startswith(grant.unit_path)]
        opened = frozenset(number for role in roles for number in role.opens)
        if not with_reason:
            return opened
        return frozenset(number for role in roles for number in role.opens_with_reason) - opened

    @property
    def officer_id(self) -> int | None:
        """The viewer's own officer, where the account belongs to one."""
        return self.user.officer_number if self.user is not None else None


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """Those of `paths` that no other of them contains, sorted."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)


@dataclass(frozen=True)
class Access:
    """What a route asks of its caller. `write` is asked in place of `read` for unsafe methods."""

    read: Permission | None = None
    write: Permission | None = None
    public: bool = False
    # signed in, but perhaps with the first password or the one-time code still to come
    half_signed_in: bool = False

    def needed(self, method: str) -> Permission | None:
        return self.read if method in SAFE_METHODS else (self.write or self.read)


def access(
    permission: Permission | str | None = None,
    *,
    write: Permission | str | None = None,
    public: bool = False,
    signed_in: bool = False,
    half_signed_in: bool = False,
) -> Callable[[View], View]:
    """Declare what a route asks: a permission, `signed_in=True` for any account, or `public=True`.

    Works on function views, class views and viewsets, and on the result of `as_view()`.
    """
    if sum((permission is not None, public, signed_in, half_signed_in)) != 1:
        raise ValueError("A route asks for exactly one of: a permission, signed_in, half_signed_in, public.")
    declared = Access(
        read=Permission(permission) if permission else None,
        write=Permission(write) if write else None,
        public=public,
        half_signed_in=half_signed_in,
    )

    def declare(view: View) -> View:
        view.access = declared  # type: ignore[attr-defined]
        return view

    return declare


def access_of(view: Callable[..., Any]) -> Access | None:
    """What `view` declares, or None. Looks through `as_view()` to the class."""
    for holder in (view, getattr(view, "view_class", None), getattr(view, "cls", None)):
        declared = getattr(holder, "access", None) if holder is not None else None
        if isinstance(declared, Access):
            return declared
    return None


GrantLoader = Callable[["User"], tuple[Grant, ...]]
_loaders: list[GrantLoader] = []


def register_grant_loader(loader: GrantLoader) -> None:
    """Set the function that reads an account's grants (roster.access does, at start)."""
    _loaders[:] = [loader]


def grants_of(user: User) -> tuple[Grant, ...]:
    """The roles over units that `user` holds now: one query."""
    return _loaders[0](user) if _loaders else ()


def viewer_for(user: User, *, opened: frozenset[tuple[int, int]] = frozenset()) -> Viewer:
    """The viewer of `user` as of now. An administrator's account has no units, whatever the tables say."""
    grants = grants_of(user) if user.is_active and not user.admin_role else ()
    return Viewer(user=user, grants=grants, opened=opened)
