"""Every page worth a look, with rows of the demonstration in it."""

from __future__ import annotations

from matching.models import Match, Visit
from recruitment.models import Application, Campaign, Participant, PeerSupporter
from supervision.models import PlannedSession


def pages(slug: str) -> list[tuple[str, str, str]]:
    """(name, address, role) of every page worth a look."""
    base = f"/p/{slug}"
    mark = Match.objects.get(participant_person__first_name="Mark")
    an = Match.objects.get(participant_person__first_name="An")
    proposed = Match.objects.proposed().first()
    waiting = Participant.objects.waiting().first()
    bart = Participant.objects.get(person__first_name="Bart")  # with most candidates
    lucies = Match.objects.filter(supporter_person__first_name="Lucie", status="active")
    mine = lucies.get(participant_person__first_name="Brigitte")
    worried = Visit.objects.with_open_concern().first()
    application = Application.objects.open().order_by("pk").last()
    supporter = PeerSupporter.objects.get(person__first_name="Fatima")
    closed, campaign = Campaign.objects.order_by("starts_on")
    planned = PlannedSession.objects.open().order_by("starts_at").last()
    assert proposed
    assert planned
    assert waiting
    assert worried
    assert application
    staff = [
        ("home", "/"), ("participants", "/participants/"), ("participant", f"/participants/{waiting.pk}/"),
        ("participant_new", "/participants/new/"), ("supporters", "/supporters/"), ("supporter", f"/supporters/{supporter.pk}/"),
        ("supporter_edit", f"/supporters/{supporter.pk}/edit/"), ("applications", "/applications/"),
        ("application", f"/applications/{application.pk}/"), ("training", "/training/"), ("board", "/matching/"),
        ("candidates", f"/matching/{bart.pk}/"), ("week", f"/matching/{bart.pk}/week/?with={supporter.pk}"),
        ("propose", f"/matching/propose/?pair={bart.pk}-{supporter.pk}"),
        ("excluded", f"/matching/{bart.pk}/excluded/?code=language"), ("rules", "/matching/rules/"),
        ("marks", "/matching/pairs/"), ("mark_new", "/matching/pairs/new/"),
        ("searches", "/matching/searches/"), ("advice", "/matching/advice/"),
        ("matches", "/matches/"), ("match", f"/matches/{mark.pk}/"),
        ("match_proposed", f"/matches/{proposed.pk}/"), ("review", f"/matches/{mark.pk}/review/"),
        ("close", f"/matches/{an.pk}/close/"), ("overdue", "/overdue/"), ("concerns", "/concerns/"),
        ("concern", f"/concerns/{worried.pk}/"), ("sessions", "/supervision/"), ("figures", "/evaluation/"),
        ("reports", "/reports/"), ("imports", "/imports/"), ("team", "/team/"), ("access", "/access/"), ("messages", "/messages/"),
        ("messages_held", "/messages/held/"), ("messages_tomorrow", "/messages/tomorrow/"),
        ("messages_preview", "/messages/preview/"), ("person_messages", f"/messages/of/{supporter.person_id}/"),
        ("my_messages", "/me/messages/"), ("overdue_call", f"/overdue/{an.pk}/call/"),
        ("settings", "/settings/"), ("search", "/search/"), ("introduce", f"/matches/{proposed.pk}/introduce/"),
        ("campaigns", "/campaigns/"), ("campaign", f"/campaigns/{campaign.pk}/"), ("campaign_new", "/campaigns/new/"),
        ("campaign_closed", f"/campaigns/{closed.pk}/"), ("campaign_close", f"/campaigns/{campaign.pk}/close/"),
        ("pause", f"/matches/{an.pk}/pause/"), ("session_new", "/supervision/new/"), ("session_plan", "/supervision/plan/"),
        ("session_move", f"/supervision/{planned.pk}/move/"), ("requests", "/requests/"), ("application_new", "/applications/new/"),
        ("participant_links", f"/participants/{mark.participant_id}/links/"),
        ("who_sees", f"/people/{mark.participant_person_id}/seen/"),
        ("who_changed", f"/people/{mark.participant_person_id}/changes/"),
        ("answers", f"/evaluation/answers/{mark.participant_id}/"),
    ]  # fmt: skip
    phone = [("today", "/today/"), ("log", f"/visits/{mine.pk}/log/"), ("missed", f"/visits/{mine.pk}/log/?missed=1"),
             ("people", "/people/"), ("me", "/me/"), ("hours", "/hours/"), ("work", "/hours/more/"), ("ask", "/ask/"),
             ("year", f"/visits/{mine.pk}/year/"), ("goals", f"/matches/{mine.pk}/goals/"), ("my_file", "/me/file/"),
             ("my_messages_phone", "/me/messages/"), ("my_calendar", "/me/calendar/")]  # fmt: skip
    log_in = [("second_step", "/accounts/2fa/"), ("password", "/accounts/password/change/"),
              ("authenticator", "/accounts/2fa/totp/activate/"), ("passkey", "/accounts/2fa/webauthn/add/"),
              ("passkeys", "/accounts/2fa/webauthn/"), ("protect", "/protect/")]  # fmt: skip
    found = [
        ("login", "/accounts/login/", ""),
        ("code", "/accounts/login/code/", ""),
        ("link", "/l/before-it-is-opened/", ""),
    ]
    found += [("devices", "/accounts/sessions/", "coordinator"), ("devices_phone", "/accounts/sessions/", "peer_supporter"),
              ("proof", "/accounts/reauthenticate/?next=/", "coordinator"), ("prove", "/prove/", "coordinator")]  # fmt: skip
    found += [(name, base + path, "coordinator") for name, path in staff]
    found += [(name, path, "peer_supporter") for name, path in log_in]
    return found + [(name, base + path, "peer_supporter") for name, path in phone]
