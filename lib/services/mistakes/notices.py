"""Letters about new reports of mistakes to those who decide them. Called by a job."""

from db import session as database
from db.queries import mistakes as queries
from lib import clock
from lib.mail import mistake_letters, outbox


def post_notices() -> None:
    """Post one letter to each decider of new reports; no more until their queue is empty."""
    with database.transaction(database.OPERATOR) as session:
        notified = queries.list_notified(session)
        # of two workers with the same job, one claims the reports and the other finds none
        for organization_id in queries.claim_new(session, now=clock.now()) - notified:
            for decider in queries.list_deciders(session, organization_id=organization_id):
                letter = mistake_letters.write_waiting(name=decider.first_name)
                outbox.post_letter(session, recipient=decider.email, letter=letter)
