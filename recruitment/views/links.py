from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from peerhub.lib.qr import as_picture
from peerhub.people.choices import LINK_LASTS, Purpose
from peerhub.people.models import Link
from peerhub.people.services import make_link, revoke_links
from programmes.access import MemberRequest, looked_at, page
from programmes.permissions import Permission
from recruitment.models import Participant


@page(Permission.PEOPLE_EDIT)
def participant_links(request: MemberRequest, pk: int) -> HttpResponse:
    """One-time links of a participant: make one and show it this once, see which are open, take one back."""
    row = get_object_or_404(Participant.objects.visible_to(request.member).select_related("person"), pk=pk)
    now = timezone.now()
    address = ""
    if "make" in request.POST:
        address = make_link(purpose=Purpose.SEE_MY_FILE, person=row.person, by=request.member, now=now)
    elif request.POST.get("revoke", "").isdecimal():
        done = revoke_links(row.person, only=int(request.POST["revoke"]), by=request.member, now=now)
        messages.success(request, _("The link is taken back.") if done else _("This link was not open any more."))
        return redirect("recruitment:participant_links", request.programme.slug, row.pk)
    mine = Link.objects.visible_to(request.member).filter(person=row.person).usable(now).select_related("made_by")
    looked_at(request, row.person_id)
    context = {"participant": row, "links": mine, "address": address, "days": LINK_LASTS.days}
    context["picture"] = as_picture(address) if address else ""
    return render(request, "recruitment/participant_links.html", context)
