"""The report on leftovers: what each is, why it is there, what it costs."""

from collections.abc import Mapping
from typing import Literal

from ops.inventory.resource_type import FoundResource
from ops.leftovers.look import Looked
from ops.leftovers.model import Foreign, Leftover, LeftoversReport
from ops.leftovers.price import leftover_costs, leftover_prices

_KEPT_TAGGED = (
    "the program makes nothing like it: delete it by hand, or take its tag EnvironmentSuffix off"
)


def make_report(
    looked: Looked,
    account: str | None,
    removed: tuple[str, ...] = (),
    kept: Mapping[FoundResource, str] | None = None,
) -> LeftoversReport:
    """Return the report; `kept` has why resources were not removed."""
    prices = leftover_prices(looked.clients.region.name)
    costs = leftover_costs(looked.left, looked.definition, prices)
    left = [_leftover(each, costs[each], (kept or {}).get(each)) for each in looked.left]
    left += [_tagged(arn) for arn in looked.tagged]
    cost = sum(each.usd_a_day or 0.0 for each in left)
    code: Literal[0, 1, 3] = 1 if left else 3 if looked.unseen else 0
    return LeftoversReport(
        environment=looked.suffix,
        region=looked.clients.region.name,
        account=account,
        verdict=_verdict(looked, len(left), cost),
        exit_code=code,
        living=looked.tasks > 0,
        usd_a_day=round(cost, 4),
        prices=prices.source,
        left=tuple(left),
        foreign=tuple(
            Foreign(type=each.type, name=each.name, id=each.id, owner=owner)
            for each, owner in looked.foreign.items()
        ),
        inactive_definitions=len(looked.inactive),
        removed=removed,
        unseen=tuple(looked.unseen),
    )


def _verdict(looked: Looked, count: int, cost: float) -> str:
    where = f"of the environment {looked.suffix} in {looked.clients.region}"
    if not count:
        words = f"Nothing is left {where}"
        return f"{words}, as far as could be looked." if looked.unseen else f"{words}."
    words = f"{count} resource{'s' * (count > 1)} {where}, about {cost:.2f} USD a day."
    if looked.tasks:
        words += f" It is living: make destroy SUFFIX={looked.suffix} removes it with its stack."
    return words


def _leftover(found: FoundResource, usd: float | None, kept: str | None) -> Leftover:
    return Leftover(
        type=found.type,
        name=found.name,
        id=found.id,
        note=_note(found),
        usd_a_day=usd,
        kept=kept,
    )


def _note(found: FoundResource) -> str | None:
    """Say what is not as it was made."""
    described = found.description
    if found.type == "secret" and described.get("DeletedDate"):
        return "it waits for its deletion, and its name is taken until then"
    if found.type == "Aurora snapshot":
        size, made = described.get("AllocatedStorage", 0), described.get("SnapshotType")
        return f"{made}, {size} GB"
    if found.type == "log group" and not described.get("retentionInDays"):
        return "kept for ever: a service made it again, or a hand did"
    if found.type == "network interface":
        return "nothing uses it, and it holds the VPC"
    return None


def _tagged(arn: str) -> Leftover:
    _, _, service, _, _, resource = arn.split(":", 5)
    type_of, _, name = resource.replace("/", ":").partition(":")
    return Leftover(
        type=f"{service} {type_of}" if name else service,
        name=name or type_of,
        id=arn,
        note="it bears the tag of the environment",
        kept=_KEPT_TAGGED,
    )
