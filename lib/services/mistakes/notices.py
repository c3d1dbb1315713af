"""Letters about new reports of mistakes, to those who decide them: what the job does."""

from db import session as database
from db.queries import mistakes as queries
from lib import clock
from lib.mail import mistake_letters, outbox


def post_notices() -> None:
    """Post a letter to each who decides, once until their queue is empty: a flood is one letter."""
    with database.transaction(database.OPERATOR) as session:
        told = queries.list_notified(session)
        # of two workers with one job, one finds nothing to tell
        for organization_id in queries.claim_new(session, now=clock.now()) - told:
            for one in queries.list_deciders(session, organization_id=organization_id):
                letter = mistake_letters.write_waiting(name=one.first_name)
                outbox.post_letter(session, recipient=one.email, letter=letter)
