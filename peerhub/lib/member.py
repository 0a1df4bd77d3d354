"""Who is asking: the member of one programme on whose behalf a page or a deed runs."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a programme, with the roles held today.

    Querysets decide with it which rows may be seen, services write it down as the actor. It carries numbers and
    codes only, so that every layer may know it without knowing the tables it was read from.
    """

    programme_id: int
    person_id: int
    user_id: int | None
    name: str
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = field(default=frozenset())
    reason: str = ""  # why somebody without a role looks: an administrator who opened the files; she changes nothing

    def may(self, permission: str) -> bool:
        """Whether one of the member's roles gives this right in this programme."""
        return str(permission) in self.permissions

    @property
    def display_name(self) -> str:
        """The name as pages show it."""
        return self.name
