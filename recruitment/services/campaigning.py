"""A campaign is planned, changed, closed with what came of it, and opened again; an application names one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.services import move, record_change
from programmes.models import Programme
from recruitment.choices import CAMPAIGN_MOVES, CampaignStatus
from recruitment.models import Application, Campaign


@transaction.atomic
def start_campaign(*, programme: Programme, by: Member | None, now: datetime, **fields: Any) -> Campaign:
    """A campaign is written down, with its plan as far as it is known. Raises Refused when its name is taken."""
    try:
        with transaction.atomic():
            campaign = Campaign.objects.create(programme=programme, **fields)
    except IntegrityError as error:
        raise Refused(_in_words(error)) from error
    record_change(campaign, before="", after=CampaignStatus.OPEN, by=by, now=now)
    return campaign


@transaction.atomic
def save_campaign(campaign: Campaign, *, by: Member, now: datetime, **fields: Any) -> None:
    """Correct the plan of a campaign that is not closed."""
    try:
        with transaction.atomic():
            done = Campaign.objects.open().filter(pk=campaign.pk).update(**fields)
    except IntegrityError as error:
        raise Refused(_in_words(error)) from error
    if not done:
        raise Refused(_("This campaign is closed. Open it again first; then it can be changed."))
    campaign.refresh_from_db()
    record_change(campaign, before=CampaignStatus.OPEN, after="edited", by=by, now=now)


@transaction.atomic
def close_campaign(campaign: Campaign, *, outcome: str, by: Member, now: datetime, **fields: Any) -> None:
    """It ends, with what came of it; ``cost`` may be given now that it is known. No application names it any more."""
    today = local_date(now, campaign.programme.timezone)
    if not outcome.strip():
        raise Refused(_("Say in a few words what came of it."))
    if campaign.starts_on > today:
        raise Refused(
            _("This campaign has not begun. When it is called off, set its first day to today, then close it.")
        )
    move(
        campaign,
        CampaignStatus.CLOSED,
        moves=CAMPAIGN_MOVES,
        by=by,
        now=now,
        reason=outcome,
        closed_on=today,
        outcome=outcome,
        **fields,
    )


@transaction.atomic
def reopen_campaign(campaign: Campaign, *, by: Member, now: datetime) -> None:
    """It goes on after all. What came of it so far stays written."""
    move(campaign, CampaignStatus.OPEN, moves=CAMPAIGN_MOVES, by=by, now=now, closed_on=None)


@transaction.atomic
def name_campaign(application: Application, *, campaign: Campaign | None, by: Member, now: datetime) -> None:
    """Through which campaign an applicant came, or that it was none. Raises Refused when that was so before."""
    if campaign and campaign.pk != application.campaign_id:
        require_open(campaign)
    changed = Application.objects.filter(pk=application.pk)
    changed = changed.exclude(campaign=campaign) if campaign else changed.filter(campaign__isnull=False)
    if not changed.update(campaign=campaign):
        raise Refused(_("This was so before. Nothing was changed."))
    application.refresh_from_db()
    record_change(application, before=application.status, after="campaign", by=by, now=now)


def require_open(campaign: Campaign | None) -> None:
    """Hold the campaign that is about to be named, so that nobody closes it meanwhile; Refused when it is closed."""
    if campaign and not Campaign.objects.open().filter(pk=campaign.pk).select_for_update(no_key=True).exists():
        raise Refused(
            _("The campaign “%(name)s” was closed meanwhile. Choose another one, or none.") % {"name": campaign}
        )


def _in_words(error: IntegrityError) -> str:
    """The sentence of the constraint that refused the row."""
    for one in Campaign._meta.constraints:
        if f'"{one.name}"' in str(error):
            return str(one.violation_error_message)
    return _("This does not fit together. Nothing was changed.")
