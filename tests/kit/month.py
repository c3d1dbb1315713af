"""An invented sender of any size: reference files and months of lines, as packages."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

_PREMISES_A_HOUSE = 100
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Town:
    """The accounts of one sender and the services of each account."""

    sender: str
    accounts: int
    services: int = 20

    def references(self) -> dict[str, pl.DataFrame]:
        """Make the files that lines refer to."""
        own = {"organization_id": pl.lit("org")}
        houses = self._ids("h", 1 + (self.accounts - 1) // _PREMISES_A_HOUSE)
        flats = pl.select(at=pl.int_range(self.accounts))
        premise, house = _id("p", pl.col("at")), _id("h", pl.col("at") // _PREMISES_A_HOUSE)
        number, area = (pl.col("at") + 1).cast(pl.String), pl.lit("50.5")
        return {
            "organizations": pl.DataFrame(
                {"organization_id": "org", "name": "Центр", "kind": "rc", "inn": "7414003633"}
                | dict.fromkeys(("bank_name", "bic", "account", "corr_account"), None)
            ),
            "houses": houses.select(
                house_id="id", **own, city=pl.lit("Город"), street=pl.lit("Улица"), house="id"
            ),
            "premises": flats.select(
                premise_id=premise,
                house_id=house,
                number=number,
                kind=pl.lit("flat"),
                total_area=area,
            ),
            "accounts": flats.select(
                account_id=_id("a", pl.col("at")),
                number=number,
                premise_id=premise,
                **own,
                last_name=pl.lit("Жилец"),
                ownership=pl.lit("private"),
                area=area,
                opened_on=pl.lit("2010-01-01"),
            ),
            "service_groups": pl.DataFrame(
                {"group_id": ["g"], "name": ["Услуги"], "sort": [1]}
            ).with_columns(recipient_organization_id=pl.lit("org")),
            "services": self._ids("s", self.services).select(
                service_id="id",
                group_id=pl.lit("g"),
                name="id",
                unit=pl.lit("м³"),
                basis=pl.lit("meter"),
                penalty=pl.lit(0),
            ),
        }

    def lines(self, period: dt.date, *, corrected: float = 0) -> pl.DataFrame:
        """Make the lines of a month; balances do not change from month to month.

        Args:
            period: first day of the month.
            corrected: the share of lines that are a kopeck too dear.
        """
        at = pl.int_range(self.accounts * self.services, dtype=pl.Int64, eager=True)
        frame = pl.DataFrame({"at": at}).with_columns(
            price=at * 7919 % 200_000 + 1, volume=at * 104_729 % 90_000 + 1, given=at * 31 % 99_991
        )
        # price in kopecks times volume in ten-thousandths, half a kopeck rounded up
        exact = (pl.col("price") * pl.col("volume") + 5_000) // 10_000
        more = (pl.col("at") % round(1 / corrected) == 0).cast(pl.Int64) if corrected else 0
        frame = frame.with_columns(accrued=exact + more)
        accrued, given = _decimal("accrued", 2), _decimal("given", 2)
        return frame.select(
            account_id=_id("a", pl.col("at") // self.services),
            service_id=_id("s", pl.col("at") % self.services),
            period=pl.lit(f"{period:%Y-%m}"),
            tariff=_decimal("price", 2),
            method=pl.lit("meter"),
            volume_ind=_decimal("volume", 4),
            opening=given,
            accrued=accrued,
            recalculation=pl.lit(None, pl.String),
            paid=accrued,
            total=accrued,
            closing=given,
        )

    @staticmethod
    def _ids(letter: str, count: int) -> pl.DataFrame:
        return pl.select(id=_id(letter, pl.int_range(count)))

    def write(
        self,
        folder: Path,
        frames: Mapping[str, pl.DataFrame],
        *,
        period: dt.date,
        status: str = "open",
        line_end: str = "\n",
    ) -> Path:
        """Write a full package with a correct manifest into a new folder."""
        folder.mkdir(parents=True)
        files = []
        for stem, frame in frames.items():
            path = folder / f"{stem}.csv"
            frame.write_csv(path, separator=";", line_terminator=line_end)
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            sums = {
                name: str(frame[name].sum() or 0)
                for name in ("accrued", "paid", "total")
                if name in frame.columns
            }
            files.append({"name": path.name, "rows": frame.height, "sha256": sha256, "sums": sums})
        manifest = {
            "format": "erkc-exchange",
            "version": "1.0",
            "organization": self.sender,
            "created_at": "2026-01-01T09:00:00+05:00",
            "mode": "full",
            "period": f"{period:%Y-%m}",
            "period_status": status,
            "files": files,
        }
        (folder / "manifest.json").write_text(json.dumps(manifest))
        return folder


def _id(letter: str, number: pl.Expr) -> pl.Expr:
    digits = number.cast(pl.String).str.zfill(_DIGITS)
    return pl.concat_str(pl.lit(letter), digits)


def _decimal(name: str, places: int) -> pl.Expr:
    kind = pl.Decimal(18, places)
    return (pl.col(name).cast(kind) / pl.lit(10**places).cast(kind)).cast(kind)
