"""The words that are read to people, and their versions."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from peerhub.people.choices import ConsentPurpose, Language
from peerhub.people.consent import after_withdrawal, languages_of, text_to_read
from peerhub.people.models import ConsentText
from peerhub.people.services import write_consent_text
from programmes.access import MemberRequest, attempt, page
from programmes.permissions import Permission
from recruitment.consent_page import paragraphs
from recruitment.forms.consents import ConsentTextForm


@page(Permission.PROGRAMME_SET)
def consent_texts(request: MemberRequest) -> HttpResponse:
    """Each purpose with its words, version and languages."""
    written = list(ConsentText.objects.visible_to(request.member).newest())
    newest = {(one.purpose, one.language): one for one in written}
    languages = languages_of(request.programme.pk)
    rows = [
        {
            "purpose": purpose,
            "title": capfirst(str(label)),
            "after": after_withdrawal(purpose),
            "texts": [
                {"code": code, "language": Language(code).label, "written": newest.get((purpose, code))}
                for code in languages
            ],
        }
        for purpose, label in ConsentPurpose.choices
    ]
    return render(request, "recruitment/consent_texts.html", {"rows": rows})


@page(Permission.PROGRAMME_SET)
def consent_text(request: MemberRequest, purpose: str) -> HttpResponse:
    """One purpose in one language: the words now, a form for the next version, and the versions before."""
    if purpose not in ConsentPurpose.values:
        raise Http404
    language = request.GET.get("language", "")
    language = language if language in Language.values else Language.EN
    now_read = text_to_read(request.programme.pk, purpose=purpose, language=language)
    form = ConsentTextForm(request.POST or None, initial={"text": now_read.text})
    deed = {"programme_id": request.programme.pk, "purpose": purpose, "language": language, "by": request.member}
    if request.method == "POST" and (made := attempt(form, write_consent_text, now=timezone.now(), **deed)):
        messages.success(request, _("Version %(number)s is read from now on.") % {"number": made.version})
        return redirect("recruitment:consent_texts", request.programme.slug)
    found = ConsentText.objects.visible_to(request.member).filter(purpose=purpose, language=language)
    versions = [{"text": one, "paragraphs": paragraphs(one.text)} for one in found.select_related("written_by")]
    context = {
        "form": form,
        "title": capfirst(str(ConsentPurpose(purpose).label)),
        "versions": versions,
        "text": now_read,
    }
    context |= {"chosen": language, "language_choices": Language.choices, "after": after_withdrawal(purpose)}
    return render(request, "recruitment/consent_text.html", context)
