"""The text of agreements that comes with peerhub, until a programme writes its own. In words for both of them."""

from django.utils.translation import gettext_lazy as _

STANDARD = (
    _(
        "We meet as people who know the same road. A peer supporter listens, tells what helped her, goes along where "
        "that helps, and shows the way to services. She is no doctor, no lawyer and no social worker, and does not "
        "replace them."
    ),
    _(
        "We meet every week in the first three months. After that we look together whether less is enough. After a "
        "year the support ends with a talk."
    ),
    _(
        "What you tell stays between the two of us. The peer supporter talks with her supervisor about how the visits "
        "go, without your name where that is possible. Nobody gives anything to an office, an employer or your family "
        "unless you say so."
    ),
    _(
        "Secrecy ends where somebody is in danger: you, a child, or somebody else. Then the peer supporter calls the "
        "programme, and tells you so first wherever that is safe."
    ),
    _(
        "We are on time and call when we cannot come. We lend each other no money and give no costly presents. We do "
        "not ask about papers or religion, and do not push each other."
    ),
    _("Each of us may stop at any time and need not say why. The programme then looks for what comes next."),
)
