"""Workbooks that leave the house: the refused rows with their reasons, and an empty template. Formulas stay text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from peerhub.lib.sheets import Book
from recruitment.importing.headings import Sheet

TEMPLATES = {
    "en": {
        "Peer supporters": "@|Lived experience|Skills|Available|Hours per week|Max people|Max travel (min)"
        "|Travels by|Wants to support|Likes|Offers|People who can stay|Places in the group|Placement until"
        "|Certificate of conduct seen on|Certificate valid until|Started|#",
        "Participants": "@|Asks for help with|Asks for|Available|Prefers|Likes|Visits at home|Found through"
        "|Registered on|Children|Do not contact by|Consent given on|#",
        "@": "First name|Last name|E-mail|Phone|Date of birth|Gender|Languages|Postcode",
        "#": "Remarks",
    },
    "nl": {
        "Peer supporters": "@|Ervaring|Vaardigheden|Beschikbaar|Uren per week|Max. mensen"
        "|Max. reistijd (min)|Reist met|Voorkeur|Houdt van|Biedt|Slaapplaatsen|Plaatsen in de groep|Stage tot"
        "|VOG gezien op|VOG geldig tot|Gestart op|#",
        "Deelnemers": "@|Hulpvraag|Soort steun|Beschikbaar|Voorkeur|Houdt van|Bezoek thuis|Gevonden via|Aangemeld op"
        "|Kinderen|Niet contacteren via|Toestemming gegeven op|#",
        "@": "Voornaam|Achternaam|E-mail|Telefoon|Geboortedatum|Geslacht|Talen|Postcode",
        "#": "Opmerkingen",
    },
    "fr": {
        "Pair-aidants": "@|Vécu|Compétences|Disponibilités|Heures par semaine|Max. personnes"
        "|Trajet max (min)|Se déplace en|Préférence|Loisirs|Offre|Places d'accueil|Places dans le groupe|Fin de stage"
        "|Casier vu le|Casier valable jusqu'au|Début|#",
        "Personnes accompagnées": "@|Demande d'aide|Type d'accompagnement|Disponibilités|Préférence|Loisirs"
        "|Visites à domicile|Trouvé par|Inscrit le|Enfants|Ne pas contacter par|Consentement donné le|#",
        "@": "Prénom|Nom de famille|E-mail|Téléphone|Date de naissance|Sexe|Langues|Code postal",
        "#": "Remarques",
    },
}


def refused_book(sheets: Sequence[Sheet], refused: Iterable[dict[str, Any]]) -> bytes:
    """The rows that need a look, in their original columns, with the row number and the reason after them."""
    book = Book()
    reasons = {(row["sheet"], row["row"]): row["reasons"] for row in refused}
    for sheet in sheets:
        rows = [(number, cells) for number, cells in sheet.rows if (sheet.name, number) in reasons]
        if not rows:
            continue
        width = len(sheet.headings)
        texts = [
            [*cells, *[""] * (width - len(cells)), str(number), " ".join(reasons[sheet.name, number])]
            for number, cells in rows
        ]
        book.sheet(sheet.name, [*sheet.headings, _("Row in your file"), _("Reason")], texts)
    if not book.taken:
        book.sheet(_("Nothing refused"), [])
    return book.content()


def template_book(language: str) -> bytes:
    """An empty workbook with the headings that are understood, in the programme's language.

    In TEMPLATES, ``@`` stands for the columns about the person and ``#`` for the last one.
    """
    book = Book()
    sheets = TEMPLATES.get(language, TEMPLATES["en"])
    for name in (title for title in sheets if title not in {"@", "#"}):
        headings = sheets[name].replace("@", sheets["@"]).replace("#", sheets["#"])
        book.sheet(name, headings.split("|"))
    return book.content()
