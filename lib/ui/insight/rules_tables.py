"""Tables of the rules of analysts' screens: targets of collection and ages of debts."""

from markupsafe import Markup

from lib.domain import formats
from lib.domain.insight import figures
from lib.domain.insight.debt_ages import Ages
from lib.services.insight.rules import Rules
from lib.ui import markup, tables
from lib.ui.tables import Heading


def build_targets(rules: Rules) -> Markup:
    """Return the targets by organisation and month."""
    if not rules.targets:
        return markup.build_note("Планов пока нет: на экране «Собираемость» сравнивать не с чем.")
    return tables.build_table(
        caption="Планы по организациям",
        headings=[Heading("Организация"), Heading("С месяца", is_word=True), Heading("План")],
        rows=[
            (
                target.name,
                formats.format_month(target.valid_from),
                figures.format_share(target.share),
            )
            for target in rules.targets
        ],
    )


def build_bounds(rules: Rules) -> Markup:
    """Return the ages of debts by the day that they begin on."""
    return tables.build_table(
        caption="Возрасты долга",
        headings=tables.list_word_headings("С даты", "Возрасты"),
        rows=[
            (formats.format_date(since), "; ".join(Ages(since, days).names))
            for since, days in rules.bounds.items()
        ],
    )
