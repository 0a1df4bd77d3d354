"""Pages about messages: what was sent and what waits, what each says, and how somebody is reached."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as flash
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from peerhub.home.outbox import held_count, outbox, previews, push_context, tomorrow, waiting_kinds
from peerhub.home.reach_forms import FOR_SUPPORTERS, FOR_TEAM, ReachForm, SafeReachForm
from peerhub.lib.errors import Refused
from peerhub.notices.models import Device, Notice, Reach
from peerhub.notices.services import add_device, drop, hold_kinds, release, remove_device, set_reach, try_again
from peerhub.people.models import Person
from programmes.access import MemberRequest, attempt, page
from programmes.permissions import Permission
from recruitment.models import PeerSupporter


@page(Permission.PEOPLE_VIEW)
def messages(request: MemberRequest) -> HttpResponse:
    """The outbox: what was sent, what waits, and first of all what could not be sent."""
    context = outbox(Notice.objects.visible_to(request.member), request)
    return render(request, "home/messages.html", context | {"held": held_count(request)})


@page(Permission.PEOPLE_EDIT)
@require_POST
def message_again(request: MemberRequest, pk: int) -> HttpResponse:
    """Try once more to send what could not be sent."""
    notice = get_object_or_404(Notice.objects.visible_to(request.member), pk=pk)
    try_again(notice, by=request.member, now=timezone.now())
    flash.success(request, _("The message is on its way again."))
    return redirect("home:messages", request.programme.slug)


@page(Permission.PROGRAMME_SET)
def messages_held(request: MemberRequest) -> HttpResponse:
    """Which kinds wait for a click, how many wait now; send them or drop them, kind by kind."""
    now, posted = timezone.now(), request.POST
    if "save" in posted:
        hold_kinds(kinds=posted.getlist("kind"), by=request.member, now=now)
        flash.success(request, _("Saved."))
        return redirect("home:messages_held", request.programme.slug)
    if kind := posted.get("send") or posted.get("drop"):
        chosen = Notice.objects.visible_to(request.member).filter(kind=kind)
        number = (release if "send" in posted else drop)(chosen, by=request.member, now=now)
        sent = ngettext("%(number)s message is on its way.", "%(number)s messages are on their way.", number)
        dropped = ngettext("%(number)s message is not sent.", "%(number)s messages are not sent.", number)
        flash.success(request, (sent if "send" in posted else dropped) % {"number": number})
        return redirect("home:messages_held", request.programme.slug)
    return render(request, "home/messages_held.html", {"kinds": waiting_kinds(request)})


@page(Permission.PEOPLE_VIEW)
def messages_tomorrow(request: MemberRequest) -> HttpResponse:
    """What goes out tomorrow, as far as it is known today."""
    return render(request, "home/messages_tomorrow.html", tomorrow(request, timezone.now()))


@page(Permission.PEOPLE_VIEW)
def messages_preview(request: MemberRequest) -> HttpResponse:
    """What each kind of message says, in each language and by each way."""
    return render(request, "home/messages_preview.html", previews(request, timezone.now()))


@page(None)
def my_messages(request: MemberRequest) -> HttpResponse:
    """How messages reach oneself: the way for each kind, hours, and the devices that may show them."""
    member = request.member
    reach = Reach.objects.visible_to(member).filter(person_id=member.person_id).first()
    team = member.may(Permission.PROGRAMME_SEE)
    kinds = FOR_TEAM if team else FOR_SUPPORTERS
    form = ReachForm(request.POST or None, reach=reach, zone=request.programme.timezone, kinds=kinds)
    person = get_object_or_404(Person.objects.visible_to(member), pk=member.person_id)
    if request.method == "POST" and attempt(form, set_reach, person=person, by=member, now=timezone.now()):
        flash.success(request, _("Saved. From now on messages reach you this way."))
        return redirect("home:my_messages", request.programme.slug)
    devices = Device.objects.visible_to(member).order_by("pk")
    base = "base_staff.html" if team else "base_phone.html"
    context = {"form": form, "devices": devices, "base": base, "person": person, "reach": reach}
    return render(request, "home/my_messages.html", context | push_context(request))


@page(Permission.PEOPLE_VIEW)
def person_messages(request: MemberRequest, pk: int) -> HttpResponse:
    """How somebody may be reached, and every message to her with what became of it."""
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=pk)
    if request.method == "POST" and not request.member.may(Permission.PEOPLE_EDIT):
        raise PermissionDenied
    reach = Reach.objects.visible_to(request.member).filter(person=person).first()
    supports = PeerSupporter.objects.visible_to(request.member).filter(person=person).exists()
    kinds = FOR_SUPPORTERS if supports else FOR_TEAM
    form = SafeReachForm(request.POST or None, reach=reach, zone=request.programme.timezone, kinds=kinds)
    if request.method == "POST" and attempt(form, set_reach, person=person, by=request.member, now=timezone.now()):
        flash.success(request, _("Saved. Every message keeps to this from now on."))
        return redirect("home:person_messages", request.programme.slug, person.pk)
    context = outbox(Notice.objects.visible_to(request.member).filter(recipient=person), request)
    return render(request, "home/person_messages.html", context | {"form": form, "person": person})


@page(None)
@require_POST
def push_add(request: MemberRequest) -> JsonResponse:
    """The browser said yes: keep where to send."""
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=request.member.person_id)
    said: dict[str, Any] = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth", "name")}
    try:
        add_device(person=person, **said, by=request.member, now=timezone.now())
    except Refused as refusal:
        return JsonResponse({"kept": False, "refused": str(refusal)})
    return JsonResponse({"kept": True})


@page(None)
@require_POST
def push_remove(request: MemberRequest) -> HttpResponse:
    """No notifications on one of one's own devices any more."""
    chosen = request.POST.get("device", "")
    device = Device.objects.visible_to(request.member).filter(pk=int(chosen) if chosen.isdecimal() else 0).first()
    if device:
        remove_device(device, by=request.member, now=timezone.now())
        flash.success(request, _("That device shows no messages any more."))
    return redirect("home:my_messages", request.programme.slug)
