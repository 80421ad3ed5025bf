"""The snapshot: the prices in the tree, each with its date, and how it came about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field

from ops.errors import CommandError
from ops.frozen_model import FrozenModel

SNAPSHOT = Path(__file__).with_name("snapshot.json")


class Figure(FrozenModel):
    """One price in one region."""

    usd: Decimal = Field(description="For one unit of the catalogue's.", ge=0)
    date: date
    source: str = Field(description="Where it is from: a page, or the API.")
    estimate: str | None = Field(
        default=None,
        description="How it was made, where AWS's own price is not known: `0.31 × fargate-cpu` of "
        "another price of the region, `1.2 × us-east-1` of the same price there, or words.",
    )


class Snapshot(FrozenModel):
    """The prices that the tree has, by region and name."""

    currency: Literal["USD"] = "USD"
    regions: Mapping[str, Mapping[str, Figure]]


@dataclass(frozen=True)
class Prices:
    """The prices of one region; `source` says in words where they are from."""

    region: str
    figures: Mapping[str, Figure]
    source: str

    def of(self, name: str) -> Figure:
        """Return a price; raises CommandError, which says how to get it, where there is none."""
        if name not in self.figures:
            raise CommandError(
                f"The price of {name!r} in {self.region} is not known. With credentials that may "
                "call pricing:GetProducts it is asked for; `make prices` writes it down."
            )
        return self.figures[name]


def read_snapshot(path: Path = SNAPSHOT) -> Snapshot:
    """Return the prices that the tree has."""
    return Snapshot.model_validate_json(path.read_bytes())


def write_snapshot(snapshot: Snapshot, path: Path = SNAPSHOT) -> None:
    """Write the prices down, one line each, so that a renewal reads well as a change."""
    regions = []
    for region, figures in sorted(snapshot.regions.items()):
        lines = ",\n".join(
            f'   "{name}": {figure.model_dump_json(exclude_none=True)}'
            for name, figure in sorted(figures.items())
        )
        regions.append(f'  "{region}": {{\n{lines}\n  }}')
    body = ",\n".join(regions)
    text = f'{{\n "currency": "{snapshot.currency}",\n "regions": {{\n{body}\n }}\n}}\n'
    path.write_text(text, encoding="utf-8")


def prices_in(snapshot: Snapshot, region: str, reason: str = "") -> Prices:
    """Return a snapshot's prices of a region; `reason` says why no others.

    Raises CommandError for a region that it does not have.
    """
    figures = snapshot.regions.get(region)
    if figures is None:
        raise CommandError(
            f"There are no prices of {region}{_because(reason)}; the snapshot in the tree has "
            f"{', '.join(sorted(snapshot.regions))}."
        )
    oldest = min(figure.date for figure in figures.values())
    return Prices(region, figures, f"the snapshot of {oldest}{_because(reason)}")


def snapshot_prices(region: str, reason: str = "") -> Prices:
    """Return the prices of a region that the tree has, as `prices_in` does."""
    return prices_in(read_snapshot(), region, reason)


Regions = Mapping[str, Mapping[str, Figure]]


def recalculated(regions: Regions) -> Regions:
    """Return prices in which estimates follow from those that they were made from."""
    # One may be made from another, which is then made from one that is none.
    for _ in range(3):
        regions = {
            region: {name: _follow(name, region, regions) for name in figures}
            for region, figures in regions.items()
        }
    return regions


def _follow(name: str, region: str, regions: Regions) -> Figure:
    figure = regions[region][name]
    factor, times, basis = (figure.estimate or "").partition(" × ")
    origin = regions[basis].get(name) if basis in regions else regions[region].get(basis)
    if not times or origin is None or figure.usd == origin.usd * Decimal(factor):
        return figure
    return figure.model_copy(update={"usd": origin.usd * Decimal(factor), "date": origin.date})


def _because(reason: str) -> str:
    return f" ({reason})" if reason else ""
