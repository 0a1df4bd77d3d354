"""Postcode areas come in from a file, so that travel times can be estimated without any outside service."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from peerhub.lib.errors import Refused
from programmes.models import Place, Programme
from recruitment.importing.reading import read
from recruitment.importing.text import line, plain

POLE, DATE_LINE = 90, 180
NAMES = {
    "postcode": {"postcode", "post code", "postal code", "code postal", "cp", "zip", "pc"},
    "name": {"place", "name", "plaats", "woonplaats", "gemeente", "city", "lieu", "ville", "commune", "nom", "naam"},
    "latitude": {"latitude", "lat", "breedtegraad", "y"},
    "longitude": {"longitude", "lon", "lng", "long", "lengtegraad", "x"},
}


@transaction.atomic
def save_places(*, programme: Programme, name: str, data: bytes) -> dict[str, int]:
    """Keep the postcode areas of a CSV or workbook for the programme's organisation; known ones are corrected.

    Raises Refused, and keeps nothing, when a row cannot be understood.
    """
    rows = read(name, data)[0].rows
    columns = _columns([plain(cell) for cell in rows[0]])
    places: dict[str, Place] = {}
    for number, row in enumerate(rows[1:], start=2):
        if any(row):
            place = _place(programme, number, [*row, *[""] * len(rows[0])], columns)
            places[place.postcode] = place
    known = set(Place.objects.of_programme(programme).filter(postcode__in=places).values_list("postcode", flat=True))
    Place.objects.bulk_create(
        places.values(),
        update_conflicts=True,
        unique_fields=["organisation", "postcode"],
        update_fields=["name", "latitude", "longitude"],
        batch_size=2000,
    )
    return {"new": len(places) - len(known), "update": len(known)}


def _columns(headings: list[str]) -> dict[str, int]:
    found = {field: next((n for n, one in enumerate(headings) if one in names), -1) for field, names in NAMES.items()}
    missing = [field for field, number in found.items() if number < 0]
    if missing:
        raise Refused(
            _("The first row must name the columns postcode, place, latitude, longitude. Missing: %(missing)s.")
            % {"missing": ", ".join(missing)}
        )
    return found


def _place(programme: Programme, number: int, row: list[str], columns: dict[str, int]) -> Place:
    postcode, name = line(row[columns["postcode"]]).upper(), line(row[columns["name"]])
    try:
        latitude, longitude = (float(row[columns[axis]].replace(",", ".")) for axis in ("latitude", "longitude"))
    except ValueError as error:
        raise Refused(_("Row %(row)s: latitude and longitude are numbers, as 52.0740.") % {"row": number}) from error
    if abs(latitude) > POLE or abs(longitude) > DATE_LINE:
        sentence = _("Row %(row)s: this place is not on earth. Are latitude and longitude swapped?")
        raise Refused(sentence % {"row": number})
    if not postcode or len(postcode) > 12 or len(name) > 120:  # noqa: PLR2004  # as long as the table takes
        raise Refused(_("Row %(row)s: a postcode has 1 to 12 signs, a place at most 120.") % {"row": number})
    return Place(
        organisation_id=programme.organisation_id, postcode=postcode, name=name, latitude=latitude, longitude=longitude
    )
