"""The page of a stored view, built without a browser: for letters and for lists of figures."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from lib.access import Actor, Permission
from lib.domain.insight.answers import Page
from lib.domain.insight.view import View
from lib.facts.manifest import Manifest
from lib.services.insight import screens


@dataclass(frozen=True, slots=True)
class StoredPage:
    """What a stored view says now.

    Attributes:
        view: its filters.
        page: figures and answers.
        manifest: the version of the facts.
        latest: the latest month that all organisations have closed.
    """

    view: View
    page: Page
    manifest: Manifest
    latest: dt.date


def build_page(*, actor: Actor, path: str, query: Mapping[str, str]) -> StoredPage:
    """Return the page of a stored view as the actor may see it now.

    Args:
        actor: needs ``insight:read``; one with an organisation sees that organisation alone.
        path: the screen.
        query: values of its address.

    Raises:
        AccessDenied: no permission.
        FactsMissing, FactsBroken, FactsAway: there is nothing to read.
    """
    actor.demand(Permission.INSIGHT_READ)
    facts = screens.open_facts(actor)
    context = screens.read_context(facts, query)
    refusal = context.find_refusal()
    page = Page(refusal=refusal) if refusal else screens.BUILDERS[path](context)
    return StoredPage(context.view, page, facts.manifest, context.latest)
