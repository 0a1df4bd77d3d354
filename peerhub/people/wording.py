"""The words that come with the house: what is asked for each purpose, and what happens when it is taken back.

A programme writes its own texts (ConsentText); until it does, these are its first version, in English. They are read
aloud to people who may read little: short sentences, one thing each, nothing hidden.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from peerhub.people.choices import ConsentPurpose, Language

FIRST_LANGUAGE = Language.EN
FIRST_VERSION = 1

FIRST_TEXTS: dict[str, str] = {
    ConsentPurpose.SUPPORT: (
        "We would like to find a peer supporter for you. For that we keep a file about you.\n\n"
        "In it we write: your name, how to reach you, your languages, your age, where you live roughly, what you ask "
        "help with, when you have time, and when we met.\n\n"
        "Your peer supporter and the people of our team who work with you can read it. Nobody else. We never tell "
        "immigration, the benefits office or the police about you, unless somebody is in danger.\n\n"
        "You may see your file and have it corrected. You may stop whenever you want. Then we stop keeping a file, and "
        "we help you to find other support.\n\n"
        "May we keep a file and look for a peer supporter for you?"
    ),
    ConsentPurpose.RECORD_SENSITIVE: (
        "Sometimes it helps when we write down something that is hard to tell: about health, money, fear or your "
        "family.\n\n"
        "Only the person who supports your peer supporter, and the coordinator, can read it. You may read it too.\n\n"
        "You can say no. You get the same support. You may change your mind later; then we write nothing more of this "
        "kind, and close what is there.\n\n"
        "May we write down such things when you tell us?"
    ),
    ConsentPurpose.SHARE_WITH_SERVICE: (
        "You may need help from another service. We can tell them who you are and what you need, so that you do not "
        "have to explain everything again.\n\n"
        "We tell only this one service, and only what is needed. We tell you first what we will say.\n\n"
        "You can say no. Then you go there yourself, and your peer supporter may come with you. You may change your "
        "mind later; then we tell them nothing more.\n\n"
        "May we tell this service about you?"
    ),
    ConsentPurpose.EVALUATION: (
        "We want to know whether our support helps. Three times we ask you some questions: at the start, half-way and "
        "at the end.\n\n"
        "You may leave any question open. Reports show numbers about many people together, never your name.\n\n"
        "You can say no. You get the same support, whatever you say. You may change your mind later; then we ask no "
        "more questions and leave your answers out of all new reports. Reports that are printed already stay as they "
        "are.\n\n"
        "May we ask you these questions and use your answers?"
    ),
    ConsentPurpose.PHOTO_STORY: (
        "We sometimes show what we do: with a photo, or with somebody's story.\n\n"
        "Before we use yours, you see exactly what we show and where. Your name is not there unless you want it.\n\n"
        "You can say no. You get the same support. You may change your mind later; then we use it no more and take it "
        "away where we can. What others have copied we cannot bring back.\n\n"
        "May we make a photo or write down your story, and ask you before we use it?"
    ),
    ConsentPurpose.CONTACT_AFTER_CLOSING: (
        "When the support ends we would like to ask you, some months later, how you are.\n\n"
        "For that we keep your name and your number for one more year.\n\n"
        "You can say no. You get the same support now. You may change your mind later; then we do not call "
        "any more.\n\n"
        "May we get in touch with you after the support has ended?"
    ),
}

# What happens when somebody takes her yes back, as the person who records it reads it.
AFTER_WITHDRAWAL: dict[str, Any] = {
    ConsentPurpose.SUPPORT: _(
        "The file closes: only the name, how to reach this person and how she or he found you stay in sight. Help to "
        "find other support. Visits do not stop by themselves; talk with the peer supporter."
    ),
    ConsentPurpose.RECORD_SENSITIVE: _(
        "Nothing more of this kind is written down. What is there is closed; in an emergency it can be opened, for an "
        "hour and with a reason."
    ),
    ConsentPurpose.SHARE_WITH_SERVICE: _("This service is told nothing more."),
    ConsentPurpose.EVALUATION: _(
        "No more questions are asked, and the answers are left out of all new figures and reports. Reports that were "
        "made stay as they are. The support goes on as before."
    ),
    ConsentPurpose.PHOTO_STORY: _("The photo and the story are used no more. Take them away where they are shown."),
    ConsentPurpose.CONTACT_AFTER_CLOSING: _("Nobody gets in touch after the support has ended."),
}

# What cannot be done without a yes, as a refusal says it.
WITHOUT: dict[str, Any] = {
    ConsentPurpose.SUPPORT: _(
        "This person has not said yes to a file yet. Record her consent first; then you can write more down."
    ),
    ConsentPurpose.RECORD_SENSITIVE: _(
        "This person has not said yes to writing down sensitive things, so nothing was kept. Ask her first. A worry "
        "about somebody's safety is a concern: it is always written down."
    ),
    ConsentPurpose.SHARE_WITH_SERVICE: _(
        "This person has not said yes to telling this service about her. Nothing was sent."
    ),
    ConsentPurpose.EVALUATION: _(
        "This person has not said yes to questions about how it goes, so no answers are kept. The support does not "
        "depend on it."
    ),
    ConsentPurpose.PHOTO_STORY: _("This person has not said yes to a photo or a story."),
    ConsentPurpose.CONTACT_AFTER_CLOSING: _("This person has not said yes to being asked after the support has ended."),
}
