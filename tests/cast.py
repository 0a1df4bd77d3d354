"""The people of the tests. Amina coordinates North; Ben is a peer supporter there and supports Carla; Dan supervises;

Eva evaluates; Tess trains; Paul is a professional; Stef sits in the steering group. Zoe coordinates South and must
see nothing of North. Rania is the administrator.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from matching.models import Match
from peerhub.lib.member import Member
from peerhub.people.models import User
from programmes.choices import Role
from programmes.models import Membership, Programme
from programmes.permissions import permissions_of
from recruitment.models import Participant, PeerSupporter
from tests import factories as make


def member(membership: Membership) -> Member:
    """The member of this one role, as the door would make it."""
    roles = frozenset({str(membership.role)})
    return Member(
        programme_id=membership.programme_id,
        person_id=membership.person_id,
        user_id=membership.person.user_id,
        name=membership.person.full_name,
        roles=roles,
        permissions=permissions_of(roles),
    )


@dataclass
class Cast:
    """Everybody, once."""

    north: Programme
    south: Programme
    amina: Member
    ben: Member
    dan: Member
    eva: Member
    tess: Member
    paul: Member
    stef: Member
    zoe: Member
    rania: User
    ben_supporter: PeerSupporter
    carla: Participant
    match: Match

    def user(self, member: Member) -> User:
        """The log-in of a member."""
        return User.objects.get(people=member.person_id)


def assemble() -> Cast:
    """Put the cast on stage: two programmes, the team, and Ben's match with Carla, four weeks old."""
    north, south = make.a_programme("north"), make.a_programme("south")
    amina = make.a_member(north, Role.COORDINATOR, "Amina")
    dan = make.a_member(north, Role.SUPERVISOR, "Dan")
    eva = make.a_member(north, Role.EVALUATOR, "Eva")
    tess = make.a_member(north, Role.TRAINER, "Tess")
    paul = make.a_member(north, Role.PROFESSIONAL, "Paul")
    stef = make.a_member(north, Role.STEERING_MEMBER, "Stef")
    zoe = make.a_member(south, Role.COORDINATOR, "Zoe")
    ben = make.a_supporter(north, "Ben", login=True, languages=["nl", "ar"], supervisor=dan, available=[0, 4])
    carla = make.a_participant(north, "Carla", languages=["ar"], available=[4])
    match = make.a_match(north, ben, carla, started_on=make.TODAY - timedelta(days=28))
    return Cast(
        north=north,
        south=south,
        amina=member(amina),
        ben=member(ben.person.memberships.get()),
        dan=member(dan),
        eva=member(eva),
        tess=member(tess),
        paul=member(paul),
        stef=member(stef),
        zoe=member(zoe),
        rania=User.objects.create_superuser("rania@example.org", make.PASSWORD),
        ben_supporter=ben,
        carla=carla,
        match=match,
    )
