"""The tables of recruitment, by subject."""

from recruitment.models.applications import Application, SelectionMeeting
from recruitment.models.campaigns import Campaign
from recruitment.models.imports import ImportBatch
from recruitment.models.people import Availability, File, Participant, PeerSupporter, one_to_one

__all__ = [
    "Application",
    "Availability",
    "Campaign",
    "File",
    "ImportBatch",
    "Participant",
    "PeerSupporter",
    "SelectionMeeting",
    "one_to_one",
]
