"""Names of invented people; every combination is random."""

import polars as pl

from lib.demo import chance

# stems that take «а» for a woman
_SURNAMES = (
    "Рябинин", "Снегирёв", "Вересов", "Полозов", "Ольхин", "Берестов", "Калинников", "Лугов",
    "Ключников", "Заречнев", "Смородинов", "Туманов", "Озерков", "Ковылин", "Певцов", "Дубровин",
    "Щеглов", "Чижов", "Яснов", "Камышин", "Тальников", "Брусницын", "Малинин", "Осокин",
    "Перепёлкин", "Рощин", "Ивняков", "Пескарёв", "Мятликов", "Хлебников", "Бортников", "Ставнев",
)  # fmt: skip
_MEN = (
    "Андрей", "Илья", "Олег", "Пётр", "Максим", "Роман", "Егор", "Тимофей",
    "Глеб", "Степан", "Юрий", "Денис",
)  # fmt: skip
_WOMEN = (
    "Марина", "Вера", "Нина", "Зоя", "Анна", "Ольга", "Дарья", "Лидия",
    "Ксения", "Полина", "Елена", "Тамара",
)  # fmt: skip
_FATHERS = (
    "Павлов", "Олегов", "Кириллов", "Андреев", "Юрьев", "Сергеев", "Фёдоров", "Борисов",
    "Иванов", "Николаев", "Алексеев", "Матвеев",
)  # fmt: skip


def make_columns(keys: pl.Expr) -> dict[str, pl.Expr]:
    """Return expressions of the three names of each row; one in fifteen has no patronymic."""
    is_woman = chance.draw(keys, "woman", below=2) == 1
    first = _one_of(_WOMEN, keys, "first")
    last = _one_of(_SURNAMES, keys, "last")
    father = _one_of(_FATHERS, keys, "father")
    middle = father + pl.when(is_woman).then(pl.lit("на")).otherwise(pl.lit("ич"))
    return {
        "last_name": last + pl.when(is_woman).then(pl.lit("а")).otherwise(pl.lit("")),
        "first_name": pl.when(is_woman).then(first).otherwise(_one_of(_MEN, keys, "first")),
        "middle_name": pl.when(chance.draw(keys, "orphan", below=15) > 0).then(middle),
    }


def _one_of(words: tuple[str, ...], keys: pl.Expr, word: str) -> pl.Expr:
    places = chance.draw(keys, word, below=len(words))
    return places.replace_strict(range(len(words)), words, return_dtype=pl.String)
