from django.urls import path

from recruitment.views import applications, consent_texts, consents, importing, participants, supporters

app_name = "recruitment"
urlpatterns = [
    path("applications/", applications.applications, name="applications"),
    path("applications/new/", applications.application_new, name="application_new"),
    path("applications/<int:pk>/", applications.application, name="application"),
    path("participants/", participants.participants, name="participants"),
    path("participants/export/", participants.participants_export, name="participants_export"),
    path("participants/new/", participants.participant_new, name="participant_new"),
    path("participants/<int:pk>/", participants.participant, name="participant"),
    path("participants/<int:pk>/edit/", participants.participant_edit, name="participant_edit"),
    path("supporters/", supporters.supporters, name="supporters"),
    path("supporters/export/", supporters.supporters_export, name="supporters_export"),
    path("supporters/new/", supporters.supporter_new, name="supporter_new"),
    path("supporters/<int:pk>/", supporters.supporter, name="supporter"),
    path("supporters/<int:pk>/edit/", supporters.supporter_edit, name="supporter_edit"),
    path("supporters/<int:pk>/invite/", supporters.supporter_invite, name="supporter_invite"),
    path("supporters/<int:pk>/pause/", supporters.supporter_pause, name="supporter_pause"),
    path("supporters/<int:pk>/resume/", supporters.supporter_resume, name="supporter_resume"),
    path("supporters/<int:pk>/log-out/", supporters.supporter_logout, name="supporter_logout"),
    path("consents/<int:person_id>/", consents.consents, name="consents"),
    path("consents/<int:person_id>/print/", consents.consent_print, name="consent_print"),
    path("consents/<int:person_id>/ask/<slug:purpose>/", consents.consent_ask, name="consent_ask"),
    path("consents/<int:person_id>/guardian/", consents.guardian_new, name="guardian_new"),
    path("consents/answers/<int:pk>/withdraw/", consents.consent_withdraw, name="consent_withdraw"),
    path("guardians/<int:pk>/end/", consents.guardian_end, name="guardian_end"),
    path("consent-texts/", consent_texts.consent_texts, name="consent_texts"),
    path("consent-texts/<slug:purpose>/", consent_texts.consent_text, name="consent_text"),
    path("imports/", importing.imports, name="imports"),
    path("imports/template/", importing.import_template, name="import_template"),
    path("imports/<uuid:key>/", importing.import_check, name="import_check"),
    path("imports/<uuid:key>/done/", importing.import_done, name="import_done"),
    path("imports/<uuid:key>/refused/", importing.import_refused, name="import_refused"),
]
