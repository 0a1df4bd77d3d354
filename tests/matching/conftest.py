from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast
from tests.matching.pages import Login


@pytest.fixture
def browser(cast: Cast, login: Login) -> Client:
    """Amina's."""
    return login(cast.amina)
