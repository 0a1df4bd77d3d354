"""A programme of a hundred thousand matches or a million: a few thousand lives, lived by other people again and again.

The first matches of a programme are lived through one by one; what is more than that is written by one statement per
table, which copies their rows under new keys, with other names, days of birth and places, a number of times at once.
"""

from __future__ import annotations

from django.db import connection, models

from matching.models import Match, Pause, Review, Segment, Visit, VisitPlan
from peerhub.home.generating.loading import Numbers
from peerhub.home.generating.matches import VISIT, WORRY, Stage
from peerhub.home.generating.people import FIRST_NAMES, FIRST_POSTCODE, LAST_NAMES, ROWS
from peerhub.lib.keyring import lock
from peerhub.people.models import Consent, Person, User
from programmes.models import Membership
from recruitment.models import Participant, PeerSupporter
from training.models import Certificate

AT_ONCE = 20_000  # matches written by one statement: what it remembers of its rows stays small

# Parents first. For each table: the key that says which rows belong to those that are copied, and what else is new.
KEYS: tuple[tuple[type[models.Model], str, type[models.Model]], ...] = (
    (User, "id", User),
    (Person, "id", Person),
    (Membership, "id", Membership),
    (PeerSupporter, "id", PeerSupporter),
    (Certificate, "supporter_id", PeerSupporter),
    (Participant, "id", Participant),
    (Consent, "person_id", Person),
    (Match, "id", Match),
    (VisitPlan, "id", VisitPlan),
    (Review, "id", Review),
    (Segment, "plan_id", VisitPlan),
    (Pause, "match_id", Match),
    (Visit, "match_id", Match),
)
COPIED = tuple(model for model, _key, _of in KEYS)
# Keys inside a row that move with it; a supervisor and whoever introduced two people stay the same.
MOVING = {
    "user_id": User,
    "person_id": Person,
    "participant_id": Participant,
    "supporter_id": PeerSupporter,
    "participant_person_id": Person,
    "supporter_person_id": Person,
    "author_id": Person,
    "match_id": Match,
    "plan_id": VisitPlan,
    "review_id": Review,
}
LUCK = "abs(hashint8(({id}) * 31 + copy))"  # the same for the same person and copy


def _words(words: str) -> str:
    return "ARRAY[" + ",".join("'" + word + "'" for word in words.split()) + "]"


def _one_of(words: str, luck: str) -> str:
    return f"({_words(words)})[1 + {luck} %% {len(words.split())}]"


def _first_name(row: str) -> str:
    luck = LUCK.format(id=f"{row}.id")
    cases = " ".join(f"WHEN '{gender}' THEN {_one_of(names, luck)}" for gender, names in FIRST_NAMES.items())
    return f"CASE {row}.gender {cases} ELSE {row}.first_name END"


def copy(stage: Stage, times: int) -> None:
    """Write what the stage loaded since it was told to forget so many times again, a share at a time."""
    copier, at_once = Copier(stage), max(1, AT_ONCE // stage.numbers[Match].span)
    for size in [at_once] * (times // at_once) + [times % at_once]:
        if size:
            copier.copy(size)


class Copier:
    """Copies what one stage has loaded since its team stood there."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.first, self.last, self.base = stage, 0, -1, dict[type[models.Model], int]()

    def copy(self, copies: int) -> None:
        """Write everything so many times again, with keys that nobody else has.

        The database plans its checks of foreign keys anew as the tables grow, as in ``Stage.load``.
        """
        self.first, self.last = self.last + 1, self.last + copies
        with connection.cursor() as cursor:
            cursor.execute("DISCARD PLANS")
        for model, numbers in self.stage.numbers.items():
            if numbers.span:
                self.base[model] = numbers.take(numbers.span * copies)
        for model, key, of in KEYS:
            if self.stage.numbers[of].span:
                self._copy_table(model, key, of)
        self._copy_concerns()

    def _moved(self, model: type[models.Model], value: str) -> str:
        """A key as it is in the copy."""
        numbers: Numbers = self.stage.numbers[model]
        if not numbers.span:
            return value
        return f"{value} + {self.base[model] - numbers.low} + (copy - {self.first}) * {numbers.span}"

    def _copy_table(self, model: type[models.Model], key: str, of: type[models.Model]) -> None:
        """Rows of this programme alone: whoever works beside us may have got a key between two of ours."""
        new = self._new(model)
        fields = [field for field in model._meta.concrete_fields if not field.primary_key or "id" in new]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        values = ", ".join(new.get(field.attname, f't."{field.column}"') for field in fields)
        table = model._meta.db_table
        login, here = (" JOIN people_person p ON p.user_id = t.id", "p") if model is User else ("", "t")
        calm = " AND NOT t.has_concern" if model is Visit else ""
        numbers = self.stage.numbers[of]
        with connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{table}" ({columns}) SELECT {values} FROM generate_series(%s, %s) AS copy '
                f'CROSS JOIN "{table}" t{login} WHERE t."{key}" BETWEEN %s AND %s AND {here}.programme_id = %s{calm}',
                [self.first, self.last, numbers.low, numbers.high, self.stage.programme.pk],
            )
            self.stage.tables[model].count += cursor.rowcount

    def _new(self, model: type[models.Model]) -> dict[str, str]:
        """What differs from copy to copy: keys, and who it is."""
        names = {field.attname for field in model._meta.concrete_fields}
        new = {name: self._moved(of, f't."{name}"') for name, of in MOVING.items() if name in names}
        if model in self.stage.numbers:
            new["id"] = self._moved(model, "t.id")
        if model is User:
            person = self._moved(Person, "p.id")
            new["email"] = f"lower({_first_name('p')}) || '.' || ({person}) || '@example.org'"
        elif model is Person:
            new |= self._somebody_else(new["id"])
        elif model is Certificate:
            new["number"] = f"'G-' || ({new['supporter_id']})"
        elif model is Visit:
            new["client_id"] = "md5(t.client_id::text || copy)::uuid"
        return new

    def _somebody_else(self, pk: str) -> dict[str, str]:
        luck, places = LUCK.format(id="t.id"), ROWS * ROWS
        return {
            "first_name": _first_name("t"),
            "last_name": _one_of(LAST_NAMES, f"({luck} / 64)"),
            "email": f"lower({_first_name('t')}) || '.' || ({pk}) || '@example.org'",
            "phone": f"'+3246' || lpad((({pk}) %% 10000000)::text, 7, '0')",
            "born_on": f"t.born_on - ({luck} %% 200)",
            "postcode": f"({FIRST_POSTCODE} + (t.postcode::int + {luck} / 4096) %% {places})::text",
        }

    def _copy_concerns(self) -> None:
        """A worry is sealed to its own row: each copy is sealed anew."""
        numbers, here = self.stage.numbers[Match], self.stage.programme.pk
        worried = Visit.objects.filter(
            programme_id=here, match_id__gte=numbers.low, match_id__lte=numbers.high, has_concern=True
        ).order_by("pk")
        with connection.cursor() as cursor:
            for visit in worried:
                cursor.execute(
                    f"SELECT {self._moved(Match, '%s::bigint')}, {self._moved(Person, '%s::bigint')}, "
                    "md5(%s || copy)::uuid::text FROM generate_series(%s, %s) AS copy",
                    [visit.match_id, visit.author_id, str(visit.client_id), self.first, self.last],
                )
                for match_id, author_id, client_id in cursor.fetchall():
                    sealed = lock(WORRY, place=f"matching_visit:{match_id}:{client_id}:{here}")
                    new = {"match_id": match_id, "author_id": author_id, "client_id": client_id, "concern": sealed}
                    self.stage.visits.add(*[new.get(name, getattr(visit, name)) for name in VISIT])
        self.stage.visits.load()
