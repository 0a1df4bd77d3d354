import pytest
from datetime import timedelta, date
from tests import factories as make
from evaluation.reports.funder import gather
from evaluation.reports.shape import Period
@pytest.mark.django_db
def test_x(cast):
    g=gather(cast.north, Period(make.TODAY-timedelta(days=364), make.TODAY), as_of=make.TODAY)
    for c in g.chapters:
        print('##',c.title, c.sentences)
        for f in c.figures: print(f.code,f.value,f.n,f.missing,f.shown,f.note,f.standard,f.suppressed)
        for t in c.tables: print(t)
        for t in c.pictures: print(t)
    g=gather(cast.south, Period(make.TODAY-timedelta(days=364), make.TODAY), as_of=make.TODAY)
    for c in g.chapters:
        print('##',c.title, c.sentences)
        for f in c.figures: print(f.code,f.value,f.n,f.missing,f.shown,f.note,f.standard,f.suppressed)
