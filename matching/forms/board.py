from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from peerhub.lib.member import Member
from recruitment.models import PeerSupporter


class BoardForm(forms.Form):
    """The search whose pairs are to be proposed: only what somebody has seen is proposed."""

    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)


class ProposeForm(forms.Form):
    """The candidate who was chosen."""

    supporter = forms.ModelChoiceField(
        label=_("peer supporter"), queryset=PeerSupporter.objects.none(), widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = PeerSupporter.objects.visible_to(member).active()
        self.fields["supporter"].queryset = mine  # type: ignore[attr-defined]  # a ModelChoiceField
