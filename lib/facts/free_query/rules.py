"""What a free query may contain: one SELECT over the open tables, with functions from a list.

The query is judged by its parsed tree, not by its text, so that quotes, comments and letters of
any kind hide nothing. This module is read by the process that runs queries: it imports little.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import duckdb

_TABLE_FUNCTIONS = {"range", "generate_series", "unnest"}
_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
_REFUSED_SOURCES = {"SHOW_REF", "COLUMN_DATA", "DELIM_GET", "BOUND_TABLE_REF", "INVALID"}
_NAME = re.compile(r"[^\W\d]\w*")
_SYSTEM = ("duckdb_", "pg_", "sqlite_", "pragma_")
FUNCTIONS = frozenset(
    re.findall(
        r"\w+",
        """
    abs ceil ceiling floor round sign sqrt cbrt power pow exp ln log log2 log10 mod trunc greatest
    least pi degrees radians isnan isfinite isinf even add subtract multiply divide width_bucket
    equi_width_bins fdiv fmod
    lower upper lcase ucase trim ltrim rtrim left right substring substr length strlen
    char_length character_length replace concat concat_ws contains starts_with ends_with prefix
    suffix position strpos instr reverse split_part string_split str_split strip_accents
    regexp_matches regexp_full_match regexp_extract regexp_replace like_escape ilike_escape
    not_like_escape not_ilike_escape format printf to_base md5 hash ascii chr translate
    nfc_normalize levenshtein editdist3 jaccard jaro_winkler_similarity
    year month day quarter week weekday dayofweek dayofmonth dayofyear isodow isoyear weekofyear
    yearweek hour minute second decade century monthname dayname last_day date_trunc datetrunc
    date_part datepart date_diff datediff date_sub datesub date_add age make_date strftime
    strptime try_strptime epoch days_in_month time_bucket current_date today now to_days to_weeks
    to_months to_years to_quarters to_hours to_minutes
    coalesce nullif if ifnull case constant_or_null typeof error
    count count_star count_if countif sum avg mean min max median mode quantile quantile_cont
    quantile_disc stddev stddev_pop stddev_samp variance var_pop var_samp covar_pop covar_samp
    corr regr_slope regr_intercept regr_r2 regr_count skewness kurtosis entropy mad product
    any_value arbitrary first last arg_min arg_max argmin argmax min_by max_by bool_and bool_or
    bit_and bit_or bit_xor approx_count_distinct approx_quantile histogram list array_agg
    string_agg group_concat listagg geomean geometric_mean weighted_avg wavg favg fsum kahan_sum
    sumkahan sum_no_overflow reservoir_quantile sem
    row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value
    nth_value fill grouping grouping_id
    unnest list_value array_value list_extract array_extract list_contains list_has len
    list_sort list_sum list_avg list_min list_max list_count list_distinct list_aggregate
    list_transform list_filter list_position list_slice array_slice array_length row struct_pack
    struct_extract map map_extract map_keys map_values cardinality element_at
    random alias in not_in
    """,
    )
)


class Refused(Exception):
    """The query may not be run.

    Attributes:
        reason: a word for it.
        detail: the name that is refused, or the parser's words.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def check_statement(connection: Any, statement: str, tables: Collection[str]) -> None:
    """Let pass one SELECT over the open tables.

    Args:
        connection: to DuckDB, whose own parser reads the statement.
        statement: what a person has written.
        tables: the open tables.

    Raises:
        Refused: it is something else.
    """
    try:
        found = duckdb.extract_statements(statement)
    except duckdb.Error as failure:
        raise Refused("syntax", str(failure)) from failure
    if len(found) != 1:
        raise Refused("several" if found else "empty")
    if found[0].type != duckdb.StatementType.SELECT:
        raise Refused("no_select")
    check_tree(parse_tree(connection, statement), tables)


def parse_tree(connection: Any, statement: str) -> Mapping[str, Any]:
    """Return the parsed tree of a SELECT.

    Raises:
        Refused: it has none, or is too deep.
    """
    written = connection.execute(
        "SELECT json_serialize_sql($text::VARCHAR)", {"text": statement}
    ).fetchall()[0][0]
    try:
        tree: Mapping[str, Any] = json.loads(written)
    except (RecursionError, ValueError) as failure:
        raise Refused("deep") from failure
    if tree.get("error", True):
        raise Refused("no_select")
    return tree


def check_tree(tree: Mapping[str, Any], tables: Collection[str]) -> None:
    """Look at every node of a tree.

    Raises:
        Refused: a table, a function or a kind of statement that is not allowed.
    """
    names = {name.lower() for name in _list_named_parts(tree)}
    for name in names:
        if not _NAME.fullmatch(name) or name.startswith(_SYSTEM):
            raise Refused("table", name)
    known = names | set(tables)
    for node in _walk(tree):
        kind = str(node.get("type", ""))
        if (kind.endswith("_NODE") and kind not in _NODES) or kind in _REFUSED_SOURCES:
            raise Refused("no_select")
        if kind == "BASE_TABLE":
            _check_name(node, "table", str(node["table_name"]).lower() in known)
        if kind == "TABLE_FUNCTION":
            function = node["function"]
            _check_name(function, "function", function["function_name"] in _TABLE_FUNCTIONS)
        elif "function_name" in node:
            name = str(node["function_name"]).lower()
            is_sign = not any(letter.isalpha() for letter in name)
            _check_name(node, "function", is_sign or name in FUNCTIONS | _TABLE_FUNCTIONS)


def _check_name(node: Mapping[str, Any], reason: str, is_known: bool) -> None:
    path = (node.get("qualified_name") or {}).get("path") or [""]
    if not is_known or len(path) > 1:
        raise Refused(reason, ".".join(map(str, path)))


def _list_named_parts(tree: Mapping[str, Any]) -> Iterator[str]:
    """Return the names that the query itself gives to its parts, by WITH."""
    for node in _walk(tree):
        for part in (node.get("cte_map") or {}).get("map") or ():
            yield str(part["key"])
        if "cte_name" in node:
            yield str(node["cte_name"])


def _walk(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Return all objects of a tree; not by recursion, for a tree may be deep."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
