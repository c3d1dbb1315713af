"""Pieces of SQL that rows of several open tables share: where they are, and of which group."""

from lib.facts.merging import REST, REST_WORD

MERGED = f"'{REST_WORD}'"
JOIN_PLACES = "JOIN places USING (period, organization, house)"
PLACE = "nullif(place_organization, 0) AS organization, nullif(place, 0) AS house"
SHOWN_GROUP = f"nullif(parent_to, {REST}) AS service_group"
