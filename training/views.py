from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext

from peerhub.lib.finding import without_words
from peerhub.people.choices import Reading
from programmes.access import MemberRequest, attempt, looked_at, page
from programmes.permissions import Permission
from recruitment.models import PeerSupporter
from training.forms import CertifyForm
from training.models import Certificate
from training.services import award_certificates

PER_PAGE = 50
RECENT = 25


def _lists(request: MemberRequest) -> dict[str, Any]:
    """Those in training and the latest certificates, both found by the same words."""
    words = request.finding.words
    learning = PeerSupporter.objects.visible_to(request.member).in_training().named(words).select_related("person")
    awarded = Certificate.objects.visible_to(request.member).named(words).select_related("supporter__person")
    return {
        "page_obj": Paginator(learning.order_by("started_on", "pk"), PER_PAGE).get_page(request.GET.get("page")),
        "certificates": awarded[:RECENT],
        "certificate_count": awarded.count(),
        "q": words,
        "querystring": urlencode({"find": request.finding.key}) if words else "",
        "clear_url": without_words(request),
    }


@page(Permission.TRAINING_VIEW)
def training(request: MemberRequest) -> HttpResponse:
    """Who is in training, who passed; several are certified at once."""
    may_assess = request.member.may(Permission.TRAINING_ASSESS)
    if request.method == "POST" and not may_assess:
        raise PermissionDenied
    learning = PeerSupporter.objects.visible_to(request.member).in_training().select_related("person", "programme")
    form = CertifyForm(request.POST or None, today=request.today, in_training=learning)
    if request.method == "POST":
        count = attempt(form, award_certificates, by=request.member, now=timezone.now())
        if count:
            said = ngettext("%(count)s person is certified.", "%(count)s people are certified.", count)
            messages.success(request, said % {"count": count})
            return redirect("training:training", request.programme.slug)
    ticked = request.POST.getlist("supporters")
    return render(request, "training/training.html", _lists(request) | {"form": form, "ticked": ticked})


@page(Permission.TRAINING_VIEW)
def certificate(request: MemberRequest, pk: int) -> HttpResponse:
    """A certificate, to be printed."""
    seen = Certificate.objects.visible_to(request.member).select_related("supporter__person", "assessed_by")
    row = get_object_or_404(seen, pk=pk)
    looked_at(request, row.supporter.person_id, kind=Reading.DOCUMENT, subject=f"certificate:{row.pk}")
    return render(request, "training/certificate.html", {"certificate": row})
