import os, random
import pytest
from datetime import timedelta, date
from django.core.management import call_command
from tests import factories as make
from evaluation.models import Response, Report
from evaluation import services
from matching.models import Segment, Review
import io, json

@pytest.mark.django_db
def test_x(cast, now):
    rnd=random.Random(4)
    n=cast.north
    n.name="Samen Sterk Noord"; n.target_group="Newcomer families in Mechelen"; n.save()
    for i in range(24):
        s=make.a_supporter(n, languages=rnd.choice([["nl","ar"],["fr"],["nl"],["tr","nl"]]), supervisor=cast.dan and None)
        start=make.TODAY-timedelta(days=rnd.randint(40,420))
        m=make.a_match(n,s,make.a_participant(n,languages=rnd.choice([["ar"],["ar","ti"],["nl"],["fr"]]),registered_on=start-timedelta(days=40)),started_on=start)
        d=start+timedelta(days=7)
        plan=m.plan
        for g in plan.gates[:3]:
            if g<make.TODAY:
                r=Review.objects.create(programme=n,match=m,held_on=g-timedelta(days=3),decision="step_down",request_allows=True,recorded_at=now)
                k=plan.segments.count()
                Segment.objects.create(programme=n,plan=plan,starts_on=g,interval=[7,14,21,28][k],reason="step_down",review=r,allows_decrease=True)
        while d<=make.TODAY:
            iv=[s.interval for s in plan.segments.order_by("starts_on") if s.starts_on<=d][-1]
            x=rnd.random()
            make.a_visit(m,d,"held" if x<.85 else rnd.choice(["missed","cancelled_by_participant","cancelled_by_supporter"]),has_concern=(x<.05)) 
            d+=timedelta(days=iv)
        a=rnd.randint(1,3)
        for w,off,v in (("start",5,a),("end",120,min(6,a+rnd.randint(0,2)))):
            if start+timedelta(days=off)<=make.TODAY:
                Response.objects.create(programme=n,participant=m.participant,instrument="ladder",wave=w,answered_on=start+timedelta(days=off),answers=[v])
                Response.objects.create(programme=n,participant=m.participant,instrument="ucla3",wave=w,answered_on=start+timedelta(days=off),answers=[rnd.randint(2,3) if w=="start" else rnd.randint(1,2) for _ in range(3)])
        if i%3==0 and start<make.TODAY-timedelta(days=200):
            from matching.models import Match
            Match.objects.filter(pk=m.pk).update(status="closed",ended_on=make.TODAY-timedelta(days=rnd.randint(1,20)),end_reason=rnd.choice(["goals_reached","moved","year_completed"]),next_due_on=None)
    for i in range(7): make.a_participant(n,languages=["ar"])
    for i in range(9): make.an_application(n)
    out=io.StringIO()
    call_command("report","north","--from",str(make.TODAY.replace(day=1)-timedelta(days=330)),"--to",str(make.TODAY),"--output","/tmp/ev_report.pdf","--json",stdout=out)
    a=json.loads(out.getvalue())
    print(json.dumps(a,indent=0)[:6000])
