"""Staff reach no page without a second factor; peer supporters need none."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peerhub.home import second_factor
from peerhub.people.models import User
from programmes.choices import Role
from programmes.models import Membership
from tests import factories as make
from tests.cast import Cast
from tests.second_steps import SEED, code_of, give_app, log_in, prove
from tests.visitors import BACKEND

HOME = "/p/north/"
Login = Callable[..., Client]


def test_peer_supporters_need_none(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.user(cast.ben), backend=BACKEND)
    assert client.get("/p/north/today/").status_code == 200
    assert client.get(reverse("mfa_index")).status_code == 200


def test_a_second_role_asks_for_it_at_the_next_page(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.user(cast.ben), backend=BACKEND)
    Membership.objects.create(
        programme=cast.north, person_id=cast.ben.person_id, role=Role.TRAINER, starts_on=make.TODAY
    )
    assert client.get("/p/north/today/").headers["Location"] == reverse("home:protect")


def test_protect_explains_and_offers_both_ways(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.user(cast.amina), backend=BACKEND)
    page = client.get(HOME, follow=True).content.decode()
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "account_logout"):
        assert reverse(name) in page
    assert "Protect your log-in" in page


def test_with_a_factor_a_session_that_did_not_use_it_must(cast: Cast) -> None:
    """Somebody with the password alone, who came in before the factor was set up, gets no further."""
    user = cast.user(cast.amina)
    client = Client()
    client.force_login(user, backend=BACKEND)
    give_app(user)
    asked = f"{reverse('mfa_reauthenticate')}?next=%2Fp%2Fnorth%2F"
    assert client.get(HOME).headers["Location"] == asked
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "mfa_index"):  # nor adds a key of her own
        assert client.get(reverse(name)).headers["Location"].startswith(reverse("mfa_reauthenticate"))
    assert client.post(asked, {"code": code_of()}).headers["Location"] == HOME
    assert client.get(HOME).status_code == 200


def test_the_proof_must_be_younger_than_the_factor(cast: Cast) -> None:
    """Proof with a factor that was taken away since does not count for the next one."""
    user = cast.user(cast.amina)
    client = Client()
    log_in(client, user)
    Authenticator.objects.all().delete()
    give_app(user)
    session = client.session
    del session[second_factor.SEEN]
    session.save()
    assert client.get(HOME).headers["Location"].startswith(reverse("mfa_reauthenticate"))


def test_one_query_at_most_and_none_when_proved(cast: Cast, django_assert_num_queries: Any) -> None:
    user = cast.user(cast.amina)
    client = Client()
    log_in(client, user)
    with django_assert_num_queries(1):
        standing = second_factor.standing_of(user)
    assert (standing.must, standing.has_app) == (True, True)
    walls = second_factor.SecondFactor(lambda _request: pytest.fail("not reached"))
    fresh = _asking(client, user)
    with django_assert_num_queries(0):
        assert walls.process_view(fresh, None, (), {}) is None
    stale = _asking(client, user)
    stale.session[second_factor.SEEN] = time.time() - second_factor.GOOD_FOR - 1
    with django_assert_num_queries(1):
        assert walls.process_view(stale, None, (), {}) is None
    assert second_factor.was_seen_just_now(stale)


def _asking(client: Client, user: User) -> Any:
    """A request as the middleware sees it."""
    request = client.get(reverse("mfa_index")).wsgi_request
    request.user = user
    assert request.user.is_authenticated
    assert request.session.session_key
    return request


def test_a_factor_taken_away_elsewhere_counts_here_within_minutes(cast: Cast, login: Login) -> None:
    client = login(cast.amina)
    assert client.get(HOME).status_code == 200
    Authenticator.objects.all().delete()
    session = client.session
    session[second_factor.SEEN] = time.time() - second_factor.GOOD_FOR - 1
    session.save()
    assert client.get(HOME).headers["Location"] == reverse("home:protect")


def test_set_up_and_taken_away_again(committed: None) -> None:
    """From the log-in to the first page; taking the last factor away leads back to the set-up."""
    north = make.a_programme("north")
    user = make.a_member(north, Role.COORDINATOR, "Nina").person.user
    assert user
    client = Client()
    assert _with_password(client, user).headers["Location"] == "/"
    assert client.get("/").headers["Location"] == reverse("home:protect")
    page = client.get(reverse("mfa_activate_totp"))  # she logged in just now, and is not asked again
    seed = page.context["form"].secret
    assert seed in page.content.decode()
    assert "data:image/svg+xml;base64," in page.content.decode()
    done = client.post(reverse("mfa_activate_totp"), {"code": code_of(seed)})
    assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(HOME).status_code == 200
    lies = Authenticator.objects.get(type="totp").data["secret"]
    assert seed not in lies
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert client.get(HOME).headers["Location"] == reverse("home:protect")


def test_recovery_codes_are_shown_once_and_work_once(committed: None) -> None:
    user = make.a_member(make.a_programme("north"), Role.COORDINATOR, "Nina").person.user
    assert user
    client = Client()
    _with_password(client, user)
    seed = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_of(seed)})
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(codes) == 10
    again = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert not any(code in again for code in codes)
    assert client.get(reverse("mfa_download_recovery_codes")).status_code == 403
    answers = []
    for _time in range(2):
        other = Client()
        assert _with_password(other, user).headers["Location"] == reverse("mfa_authenticate")
        other.post(reverse("mfa_authenticate"), {"code": codes[0]})
        answers.append(other.get(HOME).status_code)
    assert answers == [200, 302]


def test_a_code_of_the_app_works_once(cast: Cast) -> None:
    user = cast.user(cast.amina)
    give_app(user)
    code, answers = code_of(), []
    for _time in range(2):
        client = Client()
        _with_password(client, user)
        client.post(reverse("mfa_authenticate"), {"code": code})
        answers.append(client.get(HOME).status_code)
    assert answers == [200, 302]


def test_a_mailed_code_does_not_step_around_it(cast: Cast, mailoutbox: list[Any]) -> None:
    user = cast.user(cast.amina)
    give_app(user)
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": user.email})
    code = next(line for line in mailoutbox[0].body.splitlines() if "-" in line and line.isupper())
    answer = client.post(reverse("account_confirm_login_code"), {"code": code.strip()})
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert client.get(HOME).headers["Location"].startswith(reverse("account_login"))
    client.post(reverse("mfa_authenticate"), {"code": code_of()})
    assert client.get(HOME).status_code == 200


def test_a_new_password_does_not_step_around_it(cast: Cast, mailoutbox: list[Any]) -> None:
    user = cast.user(cast.amina)
    give_app(user)
    client = Client()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = next(line for line in mailoutbox[0].body.splitlines() if line.startswith("http"))
    form = client.get(link, follow=True)
    new = {"password1": "another long sentence", "password2": "another long sentence"}
    client.post(form.request["PATH_INFO"], new)
    user.refresh_from_db()
    assert user.check_password("another long sentence")
    assert client.get(HOME).headers["Location"].startswith(reverse("account_login"))
    answer = _with_password(client, user, "another long sentence")
    assert answer.headers["Location"] == reverse("mfa_authenticate")


def test_the_wall_holds_for_the_demonstration_too_elsewhere(cast: Cast, settings: Any) -> None:
    """Only log-ins of the demonstration, only where it is shown."""
    User.objects.filter(pk=cast.amina.user_id).update(email="coordinator@demo.example")
    client = Client()
    client.force_login(cast.user(cast.amina), backend=BACKEND)
    assert client.get(HOME).status_code == 302
    settings.DEMO = True
    assert "nobody needs a second step" in client.get(HOME).content.decode()
    other = Client()
    other.force_login(cast.user(cast.dan), backend=BACKEND)
    assert other.get(HOME).headers["Location"] == reverse("home:protect")


def test_the_code_of_the_tests_is_the_apps() -> None:
    """RFC 6238's own example, and allauth's reckoning."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value  # noqa: PLC0415

    assert format_hotp_value(hotp_value("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1)) == "287082"
    now = int(timezone.now().timestamp()) // 30
    assert code_of() in {format_hotp_value(hotp_value(SEED, now + step)) for step in (0, 1)}


def _with_password(client: Client, user: User, password: str = make.PASSWORD) -> Any:
    return client.post(reverse("account_login"), {"login": user.email, "password": password})


def test_proving_is_what_the_fixture_does(cast: Cast) -> None:
    """The tests' own log-in leaves what a real one leaves: no switch turns the wall off."""
    user = cast.user(cast.amina)
    give_app(user)
    client = Client()
    client.force_login(user, backend=BACKEND)
    assert client.get(HOME).status_code == 302
    prove(client, user)
    assert client.get(HOME).status_code == 200
