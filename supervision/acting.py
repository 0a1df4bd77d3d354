"""Several late visits at once: who is meant, a look before it is done, and what came of it in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.models import Match
from peerhub.lib.errors import Refused
from peerhub.lib.finding import CODE
from peerhub.lib.member import Member
from programmes.access import MemberRequest
from programmes.models import Membership
from recruitment.services import change_supervisor
from supervision.lateness import late_rows
from supervision.models import ContactNote
from supervision.services import remind_supporter

MOST = 200


def those_who_supervise(member: Member) -> list[Membership]:
    """Whom a peer supporter can be given to."""
    found = Membership.objects.visible_to(member).current().who_supervise().select_related("person")
    return list(found.order_by("person__first_name", "person__last_name", "pk"))


@dataclass
class Asked:
    """What somebody asked for on the list of late visits."""

    request: MemberRequest
    deed: str
    matches: list[Match]
    supervisor: Membership | None
    sure: bool

    @classmethod
    def of(cls, request: MemberRequest) -> Asked:
        """Read the form: one row's button is done at once, ticked rows are looked at first."""
        posted = request.POST
        one = posted.get("one", "")
        keys = [key for key in ([one] if one else posted.getlist("match")) if key.isdecimal()][:MOST]
        seen = ContactNote.objects.visible_to(request.member).on(
            Match.objects.visible_to(request.member).filter(pk__in=keys)
        )
        people = ("participant_person", "supporter_person", "supporter__supervisor__person")
        chosen = posted.get("supervisor", "")
        boss = next((row for row in those_who_supervise(request.member) if str(row.pk) == chosen), None)
        deed = "assign" if posted.get("deed") == "assign" else "remind"
        rows = list(seen.select_related(*people).order_by("next_due_on", "pk"))
        return cls(request, deed, rows, boss, sure=bool(one) or posted.get("sure") == "1")

    @property
    def back(self) -> str:
        """The list, with the filters it had."""
        url = reverse("supervision:overdue", args=[self.request.programme.slug])
        kept = [(name, self.request.POST.get(f"kept_{name}", "")) for name in ("whose", "todo", "sort", "page", "find")]
        query = "&".join(f"{name}={value}" for name, value in kept if value and CODE.fullmatch(value))
        return f"{url}?{query}" if query else url

    @property
    def needs_a_look(self) -> bool:
        """Whether to show first who is meant."""
        whole = bool(self.matches) and (self.deed == "remind" or self.supervisor is not None)
        return whole and not self.sure

    def page(self) -> dict[str, Any]:
        """What is shown before several are reminded or assigned."""
        zone, slug = self.request.programme.timezone, self.request.programme.slug
        rows = late_rows(self.matches, at=timezone.now(), zone=zone, slug=slug)
        left_out = [row for row in rows if self.deed == "remind" and row["reminded_lately"]]
        going = [row for row in rows if row not in left_out]
        kept = {name: value for name, value in self.request.POST.items() if name.startswith("kept_")}
        return {
            "deed": self.deed, "rows": going, "left_out": left_out, "supervisor": self.supervisor, "back": self.back,
            "kept": [{"name": name, "value": value} for name, value in kept.items()],
        }  # fmt: skip

    def do(self, *, now: datetime) -> tuple[int, list[str]]:
        """Do it for each; returns how many were done, and why the others were left out."""
        done, left_out = 0, []
        for match in self.matches:
            try:
                self._do_one(match, now)
                done += 1
            except Refused as refusal:
                left_out.append(str(refusal))
        return done, left_out

    def _do_one(self, match: Match, now: datetime) -> None:
        if self.deed == "remind":
            remind_supporter(match, by=self.request.member, now=now)
        elif self.supervisor:
            change_supervisor(match.supporter, supervisor=self.supervisor, by=self.request.member, now=now)

    def words(self, done: int, left_out: list[str]) -> list[tuple[int, str]]:
        """What came of it, for the next page."""
        if not self.matches:
            return [(messages.INFO, _("Tick at least one row first."))]
        if self.deed == "assign" and self.supervisor is None:
            return [(messages.INFO, _("Choose who looks after them first."))]
        said: list[tuple[int, str]] = []
        if done and self.deed == "remind":
            text = ngettext("%(done)s reminder is on its way.", "%(done)s reminders are on their way.", done)
            said.append((messages.SUCCESS, text % {"done": done}))
        elif done and self.supervisor:
            text = _("%(name)s looks after them now.") % {"name": self.supervisor.person.full_name}
            said.append((messages.SUCCESS, text))
        if len(left_out) == 1 and not done:
            said.append((messages.ERROR, left_out[0]))
        elif left_out:
            text = ngettext("%(number)s was left out: %(why)s", "%(number)s were left out: %(why)s", len(left_out))
            said.append((messages.INFO, text % {"number": len(left_out), "why": left_out[0]}))
        return said
