"""Headings as coordinators write them, plain, in English, Dutch and French: the names of each field's column."""

from __future__ import annotations

WORDS = {
    "first_name": "first name|firstname|given name|forename|voornaam|voornamen|roepnaam|prenom|prenoms|voorn",
    "infix": "tussenvoegsel|tussenvoegsels|tussenv|tv|tussenvgsl|infix|name prefix|particule|voorvoegsel",
    "last_name": "last name|lastname|surname|family name|achternaam|familienaam|nom de famille|geslachtsnaam"
    "|patronyme|achtern",
    "full_name": "name|full name|naam|volledige naam|nom|nom complet|nom et prenom|nom prenom|prenom et nom"
    "|prenom nom|naam en voornaam"
    "|voor en achternaam|voornaam en achternaam|voornaam achternaam|naam voornaam|naam deelnemer|naam vrijwilliger"
    "|naam deelneemster"
    "|naam contactvrouw|naam maatje|naam supporter|person|persoon|wie",
    "email": "e mail|email|mail|e mail address|email address|e mailadres|emailadres|mailadres|e mail adres|courriel"
    "|adresse e mail|adresse mail"
    "|adresse email|adresse electronique|mel|adresse courriel",
    "phone": "phone|telephone|tel|tel nr|telnr|telefoon|telefoonnummer|telefoonnr|mobile|mobile phone|mobiel"
    "|mobiel nummer|mobiele telefoon|gsm"
    "|gsm nummer|gsm nr|cell|phone number|numero de telephone|numero|portable|tel portable|telephone portable"
    "|06 nummer|nummer|contact number",
    "born_on": "date of birth|birth date|birthdate|dob|birthday|born|born on|geboortedatum|geb datum|gebdatum"
    "|geboren|geboren op|geb dat|geboorte"
    "|date de naissance|naissance|ne le|nee le|ne e le|date naissance|ddn|gebdat",
    "gender": "gender|sex|geslacht|m v|v m|m v x|sexe|genre|f m|m f|h f|f h|man vrouw|civilite|aanhef",
    "languages": "languages|language|languages spoken|speaks|talen|taal|spreekt|gesproken talen|moedertaal"
    "|welke talen|langues|langue"
    "|langues parlees|langue parlee|parle|langue s|taal talen|taalkennis|thuistaal",
    "postcode": "postcode|post code|postal code|zip|zip code|zipcode|pc|postcodegebied|code postal|cp|postnummer"
    "|postcode 4 cijfers",
    "available": "available|availability|free|when|beschikbaar|beschikbaarheid|wanneer|tijden|dagdelen|dagen|kan op"
    "|momenten|dispo|disponible"
    "|disponibilite|disponibilites|disponibles|dispos|horaires|quand|wanneer beschikbaar|vrije momenten"
    "|beschikbare momenten",
    "wishes": "prefers|preference|preferences|wishes|wish|wants to support|would support|voorkeur|voorkeuren|wens"
    "|wensen|wil ondersteunen"
    "|wil begeleiden|voorkeur voor|preferences|souhaite|souhaits|souhait|souhaite accompagner|veut accompagner|wenst"
    "|voorkeur maatje"
    "|wil graag|wil koppelen aan",
    "since": "registered on|registered|registration date|date registered|started|started on|start date|since|date"
    "|aangemeld op|aanmelddatum|aangemeld"
    "|aanmeldingsdatum|aanmelding|ingeschreven op|inschrijfdatum|inschrijvingsdatum|datum inschrijving"
    "|datum aanmelding|startdatum|start|gestart"
    "|gestart op|begonnen|begonnen op|begindatum|sinds|datum|intake|datum intake|intakedatum|inscrit le|inscrite le"
    "|inscrit e le|date d inscription"
    "|date inscription|inscription|debut|depuis|date de debut|commence le|a commence le|vrijwilliger sinds"
    "|actief sinds|benevole depuis|in dienst"
    "|date debut|active depuis|inscrits le|wachtend sinds|date of registration",
    "experience": "lived experience|experience|ervaring|ervaringen|eigen ervaring|ervaringsdeskundigheid"
    "|levenservaring|doorleefde ervaring|vecu"
    "|experience vecue|experience de vie|experiences|achtergrond|background|ervaring met|parcours|parcours de vie",
    "skills": "skills|skill|good at|vaardigheden|vaardigheid|kwaliteiten|talenten|goed in|kan goed|competences"
    "|competence|talents|atouts|points forts"
    "|sterke punten|savoir faire",
    "hours_per_week": "hours per week|hours a week|hours week|hours|uren per week|uur per week|uren|uren week"
    "|uur week|u week|aantal uren|aantal uren per week"
    "|heures par semaine|heures semaine|heures|h semaine|nombre d heures|h sem|heures sem",
    "max_matches": "max people|maximum people|max matches|people at the same time|max participants|max aantal"
    "|max mensen|max deelnemers|max gezinnen"
    "|maximum aantal deelnemers|max aantal deelnemers|max aantal mensen|max koppelingen|maximum deelnemers"
    "|max personnes|nombre max|nb max"
    "|nombre maximum de personnes|nombre max de personnes|capaciteit|capacity|capacite|aantal deelnemers"
    "|max personen|maximum aantal|max aantal personen"
    "|max aantal gezinnen|max aantal koppelingen|nb personnes max|personnes max|max pers",
    "max_travel_minutes": "max travel min|max travel|travel time|travel|max travel time|max reistijd|reistijd"
    "|maximale reistijd|max reistijd min|reistijd min"
    "|trajet max|trajet|temps de trajet|deplacement max|deplacement|temps de trajet max|max trajet|trajet max min"
    "|duree de trajet",
    "request_for_help": "asks for help with|help with|needs help with|help|request|request for help|needs|hulpvraag"
    "|hulpvragen|vraag|vragen|ondersteuningsvraag"
    "|wil hulp bij|hulp bij|hulp nodig bij|zoekt hulp bij|vraagt hulp bij|demande|demandes|demande d aide|besoin"
    "|besoins|besoin d aide|souhaite de l aide"
    "|demande de l aide pour|aide souhaitee|onderwerp|vraagt om|steun bij|hulp bij wat|behoefte|behoeften",
    "channel": "found through|found us through|referred by|referral|source|how found|via|gevonden via|hoe gevonden"
    "|doorverwezen door|verwezen door|verwijzer"
    "|verwezen via|aangemeld door|aangemeld via|bekend via|toegeleid door|kanaal|oriente par|orientee par"
    "|oriente e par|connu par|connu via|canal"
    "|orientation|prescripteur|envoye par|comment connu|herkomst|gekomen via|binnengekomen via|trouve par"
    "|doorverwijzer|toeleiding",
    "children": "children|kids|number of children|children at home|kinderen|aantal kinderen|kinderen thuis"
    "|thuiswonende kinderen|aantal kids|enfants"
    "|nombre d enfants|nb enfants|enfants a charge|enfants a la maison|kind eren|nb d enfants|aantal kinderen thuis",
    "safe_contact": "do not contact by|do not contact|safe contact|not contact by|contact restrictions"
    "|niet contacteren via|niet bereiken via|niet benaderen via"
    "|geen contact via|niet bellen|veilig contact|contact niet via|ne pas contacter par|ne pas contacter"
    "|pas de contact par|contact a eviter|niet contacteren"
    "|let op bij contact|ne pas joindre par",
    "consent_on": "consent|consent given|consent given on|consent on|date of consent|consent date|signed on|toestemming"
    "|toestemming gegeven|toestemming gegeven op|toestemming op|datum toestemming|getekend op|akkoord op"
    "|consentement|consentement donne|consentement donne le|consentement le|date du consentement|signe le|accord le",
    "remarks": "remarks|remark|notes|note|comments|comment|opmerkingen|opmerking|bijzonderheden|notities|notitie"
    "|aantekeningen|toelichting|remarques"
    "|remarque|commentaires|commentaire|observations|observation|divers|extra|extra info|overig|info|memo|motivation"
    "|motivatie",
    "role": "role|rol|roles|type person|soort persoon|rollen|is|hoedanigheid|deelnemer of vrijwilliger"
    "|vrijwilliger of deelnemer|statut role",
    "interests": "likes|interests|interest|hobbies|hobby|likes to do|hobby s|interesses|interesse|houdt van|vrije tijd"
    "|loisirs|centres d interet|centre d interet|aime|interets|passe temps",
    "travel_mode": "travels by|travel by|how she travels|means of transport|mode of travel|transport|vervoer"
    "|vervoermiddel|reist met|reist per|komt met|moyen de transport|mode de transport|se deplace en|se deplace",
    "offers": "offers|offer|offers support as|biedt|biedt aan|aanbod|offre|propose|type d offre",
    "support_kind": "asks for|kind of support|form of support|type of support|soort steun|soort ondersteuning"
    "|vorm van steun|vorm van ondersteuning|type d accompagnement|forme d accompagnement|type de soutien"
    "|forme de soutien",
    "visits_at_home": "visits at home|home visits|at home|bezoek thuis|thuisbezoek|bezoek aan huis|huisbezoek"
    "|visites a domicile|visite a domicile|a domicile",
    "hosts_people": "people who can stay|can host|hosts|beds|guest beds|slaapplaatsen|bedden|logeerplaatsen"
    "|kan opvangen|places d accueil|peut accueillir|lits|couchages",
    "group_places": "places in the group|group places|places in group|size of the group|plaatsen in de groep"
    "|groepsplaatsen|groepsgrootte|places dans le groupe|taille du groupe",
    "placement_ends_on": "placement until|placement ends|placement ends on|student until|internship until"
    "|student placement until|stage tot|stage eindigt|einde stage|stagiair tot|stage jusqu au|fin de stage"
    "|fin du stage",
    "vetting_seen_on": "certificate of conduct seen on|certificate of conduct seen|certificate of conduct|vog"
    "|vog gezien|vog gezien op|datum vog|vog datum|dbs|dbs seen|dbs seen on|casier judiciaire|casier vu le"
    "|extrait de casier|extrait de casier judiciaire|extrait vu le|casier",
    "vetting_until_on": "certificate valid until|certificate of conduct valid until|vog tot|vog geldig tot"
    "|vog geldig t m|dbs until|dbs valid until|valid until|casier valable jusqu au|extrait valable jusqu au"
    "|valable jusqu au",
}
