"""Pages of consent: where somebody stands, a text to read and answer, a yes taken back, a form on paper, guardians."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from peerhub.people.choices import ConsentAnswer, ConsentPurpose
from peerhub.people.consent import text_to_read, under_age
from peerhub.people.models import Consent, LegalRepresentative, Person
from peerhub.people.services import add_representative, end_representative, record_consent, withdraw_consent
from programmes.access import MemberRequest, attempt, page
from programmes.permissions import Permission
from recruitment.consent_page import (
    home_of,
    language_chips,
    language_for,
    next_url,
    paragraphs,
    purposes_for,
    stand_rows,
    texts_of,
)
from recruitment.forms.consents import ConsentForm, GuardianForm


def _person(request: MemberRequest, pk: int) -> Person:
    return get_object_or_404(Person.objects.visible_to(request.member), pk=pk)


@page(Permission.PEOPLE_VIEW)
def consents(request: MemberRequest, person_id: int) -> HttpResponse:
    """What somebody said yes and no to, purpose by purpose, and what each means."""
    person = _person(request, person_id)
    guardians = LegalRepresentative.objects.visible_to(request.member).filter(person=person)
    context = {
        "person": person,
        "rows": stand_rows(person, request),
        "shares": ConsentPurpose.SHARE_WITH_SERVICE in purposes_for(person, request.member),
        "back_url": home_of(person, request),
        "guardians": guardians,
        "under_age": under_age(person.born_on, day=request.today),
    }
    return render(request, "recruitment/consents.html", context)


@page(Permission.CONSENT_RECORD)
def consent_ask(request: MemberRequest, person_id: int, purpose: str) -> HttpResponse:
    """One purpose: its text in large type, in her language; yes, no or later."""
    person = _person(request, person_id)
    if purpose not in purposes_for(person, request.member):
        raise Http404
    chosen = language_for(person, request)
    text = text_to_read(request.programme.pk, purpose=purpose, language=chosen)
    form = ConsentForm(request.POST or None, person=person, text=text, member=request.member, today=request.today)
    deed = {"person": person, "purpose": purpose, "today": request.today, "by": request.member, "now": timezone.now()}
    later, chips = next_url(person, request, after=purpose), language_chips(request, text.language, purpose=purpose)
    if request.method == "POST" and (said := attempt(form, record_consent, **deed)):
        yes = said.answer == ConsentAnswer.YES
        messages.success(request, _("Yes is written down.") if yes else _("No is written down. That is fine."))
        return redirect(later)
    context = {"person": person, "title": capfirst(str(ConsentPurpose(purpose).label)), "text": text, "form": form}
    context |= {
        "paragraphs": paragraphs(text.text),
        "later_url": later,
        "chips": chips,
    }
    return render(request, "recruitment/consent_ask.html", context)


@page(Permission.CONSENT_RECORD)
def consent_withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    """She takes a yes back."""
    consent = get_object_or_404(Consent.objects.visible_to(request.member), pk=pk)
    if request.method == "POST":
        withdraw_consent(consent, today=request.today, by=request.member, now=timezone.now())
        messages.success(request, _("Taken back. It counts from now on."))
    return redirect("recruitment:consents", request.programme.slug, consent.person_id)


@page(Permission.PEOPLE_VIEW)
def consent_print(request: MemberRequest, person_id: int) -> HttpResponse:
    """All texts on paper, with boxes for yes and no and a line to sign."""
    person = _person(request, person_id)
    language = language_for(person, request)
    texts = [
        {
            "title": capfirst(str(ConsentPurpose(text.purpose).label)),
            "paragraphs": paragraphs(text.text),
            "text": text,
            "names_service": text.purpose == ConsentPurpose.SHARE_WITH_SERVICE,
        }
        for text in texts_of(request, purposes_for(person, request.member), language)
    ]
    context = {"person": person, "texts": texts, "chips": language_chips(request, language)}
    context["under_age"] = under_age(person.born_on, day=request.today)
    return render(request, "recruitment/consent_print.html", context)


@page(Permission.CONSENT_RECORD)
def guardian_new(request: MemberRequest, person_id: int) -> HttpResponse:
    """Who answers together with somebody under age."""
    person = _person(request, person_id)
    form = GuardianForm(request.POST or None, today=request.today)
    deed = {"person": person, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and attempt(form, add_representative, **deed):
        messages.success(request, _("The guardian is written down."))
        return redirect("recruitment:consents", request.programme.slug, person.pk)
    return render(request, "recruitment/guardian_new.html", {"form": form, "person": person})


@page(Permission.CONSENT_RECORD)
def guardian_end(request: MemberRequest, pk: int) -> HttpResponse:
    """A guardian answers no more."""
    guardian = get_object_or_404(LegalRepresentative.objects.visible_to(request.member), pk=pk)
    if request.method == "POST":
        end_representative(guardian, today=request.today, by=request.member, now=timezone.now())
        messages.success(request, _("This guardian answers no more. Earlier answers stay."))
    return redirect("recruitment:consents", request.programme.slug, guardian.person_id)
