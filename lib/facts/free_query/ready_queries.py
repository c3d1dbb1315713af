"""Twenty ready questions to start from, each with values for its parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ReadyQuery:
    """A question in Russian, and the query that answers it.

    Attributes:
        title: the question.
        statement: the query.
        values: of its parameters, by name.
    """

    title: str
    statement: str
    values: Mapping[str, str] = field(default_factory=dict)


READY = (
    ReadyQuery(
        "Сколько начислено и оплачено по месяцам?",
        """SELECT period AS месяц, sum(charged) AS начислено, sum(paid) AS оплачено
FROM months
GROUP BY ALL
ORDER BY месяц""",
    ),
    ReadyQuery(
        "Какую часть начисленного собрали по месяцам?",
        """SELECT period AS месяц, round(sum(paid) / sum(charged) * 100, 1) AS собрано_процентов
FROM months
GROUP BY ALL
HAVING sum(charged) > 0
ORDER BY месяц""",
    ),
    ReadyQuery(
        "Кто из организаций собирает лучше?",
        """SELECT coalesce(o.name, 'прочие') AS организация, sum(m.charged) AS начислено,
    sum(m.paid) AS оплачено, round(sum(m.paid) / sum(m.charged) * 100, 1) AS процент
FROM months m LEFT JOIN organizations o USING (organization)
WHERE m.period >= $с_месяца
GROUP BY ALL
HAVING sum(m.charged) > 0
ORDER BY процент DESC""",
        {"с_месяца": "2026-01-01"},
    ),
    ReadyQuery(
        "В каких домах долг больше двух начислений?",
        """SELECT h.name AS дом, m.owed AS долг, m.charged AS начислено,
    round(m.owed / m.charged, 1) AS начислений
FROM months m JOIN houses h USING (house)
WHERE m.period = (SELECT max(period) FROM months) AND m.charged > 0
    AND m.owed > 2 * m.charged
ORDER BY начислений DESC""",
    ),
    ReadyQuery(
        "Двадцать домов с наибольшим долгом на счёт",
        """SELECT h.name AS дом, (m.owed / m.accounts)::DECIMAL(14, 2) AS долг_на_счёт,
    m.accounts AS счетов
FROM months m JOIN houses h USING (house)
WHERE m.period = (SELECT max(period) FROM months)
ORDER BY долг_на_счёт DESC
LIMIT 20""",
    ),
    ReadyQuery(
        "На чём копится долг: группы услуг",
        """SELECT coalesce(g.name, 'прочее') AS группа, sum(d.owed) AS долг
FROM debts d LEFT JOIN groups g USING (service_group)
WHERE d.period = (SELECT max(period) FROM debts)
GROUP BY ALL
ORDER BY долг DESC""",
    ),
    ReadyQuery(
        "Сколько лет долгам?",
        """SELECT coalesce(age, 'прочее') AS возраст, sum(owed) AS долг
FROM debts
WHERE period = (SELECT max(period) FROM debts)
GROUP BY ALL
ORDER BY долг DESC""",
    ),
    ReadyQuery(
        "Как менялся самый старый долг?",
        """SELECT period AS месяц, age AS возраст, sum(owed) AS долг
FROM debts
WHERE age LIKE 'больше%'
GROUP BY ALL
ORDER BY месяц""",
    ),
    ReadyQuery(
        "Сколько переплат на руках у центра?",
        """SELECT period AS месяц, -sum(overpaid) AS переплата
FROM months
GROUP BY ALL
ORDER BY месяц""",
    ),
    ReadyQuery(
        "В какие дни месяца платят?",
        """SELECT day(paid_on) AS день, sum(amount) AS оплачено
FROM payments_by_day
WHERE paid_on IS NOT NULL
GROUP BY ALL
ORDER BY день""",
    ),
    ReadyQuery(
        "Какими способами платят?",
        """SELECT period AS месяц, coalesce(channel, 'прочие') AS способ, sum(amount) AS оплачено
FROM payments_by_day
GROUP BY ALL
ORDER BY месяц, способ""",
    ),
    ReadyQuery(
        "Платят ли в выходные?",
        """SELECT CASE WHEN c.is_working THEN 'рабочие' ELSE 'выходные и праздники' END AS дни,
    sum(p.amount) AS оплачено, count(DISTINCT p.paid_on) AS дней
FROM payments_by_day p JOIN calendar c ON c.day = p.paid_on
GROUP BY ALL""",
    ),
    ReadyQuery(
        "За что платят: группы услуг за месяц",
        """SELECT coalesce(g.name, 'прочее') AS группа, sum(p.amount) AS оплачено
FROM payments p LEFT JOIN groups g USING (service_group)
WHERE p.period = $месяц
GROUP BY ALL
ORDER BY оплачено DESC""",
        {"месяц": "2026-10-01"},
    ),
    ReadyQuery(
        "Из чего складывается счёт?",
        """SELECT coalesce(s.name, 'прочие услуги') AS услуга, sum(c.charged) AS начислено,
    sum(c.accounts) AS счетов
FROM charges c LEFT JOIN services s USING (service)
WHERE c.period = (SELECT max(period) FROM charges)
GROUP BY ALL
ORDER BY начислено DESC""",
    ),
    ReadyQuery(
        "Сколько пеней начислено по месяцам?",
        """SELECT period AS месяц, sum(amount) AS пени
FROM charge_parts
WHERE part = 'penalty'
GROUP BY ALL
ORDER BY месяц""",
    ),
    ReadyQuery(
        "Где больше всего перерасчётов?",
        """SELECT coalesce(h.name, 'прочие дома') AS дом, sum(c.amount) AS перерасчёт
FROM charge_parts c LEFT JOIN houses h USING (house)
WHERE c.part = 'recalculation'
GROUP BY ALL
ORDER BY abs(перерасчёт) DESC
LIMIT 20""",
    ),
    ReadyQuery(
        "Сколько счетов платит по счётчику, а сколько по нормативу?",
        """SELECT period AS месяц, sum(metered) AS по_счётчику, sum(by_norm) AS по_нормативу,
    sum(accounts) FILTER (metered IS NULL) AS не_показано
FROM charges
GROUP BY ALL
ORDER BY месяц""",
    ),
    ReadyQuery(
        "Где счётчик дома показывает больше, чем квартиры?",
        """SELECT h.name AS дом, s.name AS услуга, sum(c.metered) AS по_дому,
    sum(c.premises) AS в_квартирах, round(sum(c.metered) / sum(c.premises), 2) AS во_сколько_раз
FROM consumption c JOIN houses h USING (house) JOIN services s USING (service)
WHERE c.metered > 0
GROUP BY ALL
HAVING sum(c.premises) > 0
ORDER BY во_сколько_раз DESC
LIMIT 20""",
    ),
    ReadyQuery(
        "О чём пишут жители?",
        """SELECT coalesce(topic, 'прочее') AS тема, sum(appeals) AS обращений
FROM appeals
GROUP BY ALL
ORDER BY обращений DESC""",
    ),
    ReadyQuery(
        "Сколько начислено на человека и на квадратный метр?",
        """SELECT period AS месяц, round(sum(charged) / sum(residents), 2) AS на_человека,
    round(sum(charged) / sum(area), 2) AS на_метр
FROM months
GROUP BY ALL
HAVING sum(residents) > 0 AND sum(area) > 0
ORDER BY месяц""",
    ),
)
