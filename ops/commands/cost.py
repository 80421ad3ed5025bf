"""`cost`: what an environment costs, by the program's own graph and AWS's prices."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from lib.region import region_problems
from lib.settings.errors import SettingsError
from ops.asked import Asked
from ops.commands.options import Arguments, Json, RegionName, StackName, Suffix, folder_of
from ops.console import make_console
from ops.cost.bill import Bill, CostReport, charges_of, make_bill, price_names
from ops.cost.bill_view import show_bill
from ops.cost.budget import read_budget
from ops.cost.program_graph import ProgramGraph, program_graph
from ops.prices.price_list import find_prices, price_list_client
from ops.region import working_region
from ops.report import FINDINGS, WELL
from ops.request import Request, split_arguments
from ops.target import LookRequest

_PROFILE = "tap:profile"
_STANDARD = "standard"


Profile = Annotated[
    str, typer.Option(envvar="PROFILE", help="The profile, if not that of the stack's file.")
]
Against = Annotated[str, typer.Option(envvar="AGAINST", help="A profile to compare it with.")]
BudgetText = Annotated[
    str, typer.Option("--budget", envvar="BUDGET", help="Exit code 1 above it at rest: 2.00/day.")
]
Offline = Annotated[
    bool, typer.Option("--offline", envvar="OFFLINE", help="Take the prices in the tree.")
]


@dataclass(frozen=True)
class CostRequest:
    """What an operator asks of `cost`, beside the environment.

    `profile` and `against` name profiles, or are empty; `budget` is as it is typed; `offline` has
    the snapshot's prices used, whatever the credentials.
    """

    look: LookRequest
    profile: str = ""
    against: str = ""
    budget: str = ""
    offline: bool = False

    @property
    def texts(self) -> dict[str, str | None]:
        """The text of each key of the configuration; None for one that is encrypted."""
        return {**self.look.asked.texts, **({_PROFILE: self.profile} if self.profile else {})}


def cost(request: CostRequest) -> int:
    """Print what an environment costs; return 1 above the budget, else 0.

    Raises SettingsError for settings, a region or a budget that can't be meant, CommandError where
    the program refuses, or where a price or a rule is missing.
    """
    budget = read_budget(request.budget) if request.budget else None
    region = _region(request.look)
    profiles = [request.texts.get(_PROFILE) or _STANDARD]
    if request.against:
        profiles.append(request.against)
    graphs = _graphs(request, profiles)
    bills = _bills(graphs, profiles, region, request.offline)
    verdict = budget.judge(bills[0]) if budget else None
    report = CostReport(
        environment=request.look.suffix,
        bill=bills[0],
        against=bills[1] if request.against else None,
        budget=verdict,
        exit_code=FINDINGS if verdict and not verdict.kept else WELL,
    )
    text = report.model_dump_json(indent=2) if request.look.json else show_bill(report)
    make_console().print(text)
    return report.exit_code


def _region(look: LookRequest) -> str:
    if not look.region:
        return working_region().name
    if problems := region_problems(look.region, "REGION"):
        raise SettingsError(problems)
    return look.region


def _graphs(request: CostRequest, profiles: Iterable[str]) -> list[ProgramGraph]:
    """Return the graph of each profile, each from a process of its own."""
    configs = [_checked({**request.texts, _PROFILE: profile}) for profile in profiles]
    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(lambda each: _graph(request.look.suffix, each), configs))


def _checked(texts: Mapping[str, str | None]) -> Mapping[str, str | None]:
    """Return texts; raises SettingsError for those that the program would refuse."""
    _settings = Asked(texts).settings
    return texts


def _graph(suffix: str, texts: Mapping[str, str | None]) -> ProgramGraph:
    return program_graph(
        suffix, {key: text for key, text in texts.items() if text and key.startswith("tap:")}
    )


def _bills(
    graphs: list[ProgramGraph], profiles: list[str], region: str, offline: bool
) -> list[Bill]:
    names = {name for graph in graphs for name in price_names(charges_of(graph))}
    client: Any = None if offline else price_list_client(region)
    prices = find_prices(region, names, client)
    return [
        make_bill(graph, prices, profile) for graph, profile in zip(graphs, profiles, strict=True)
    ]


# One option each.
def cost_command(  # pylint: disable=too-many-arguments,too-many-positional-arguments
    context: typer.Context,
    suffix: Suffix = "",
    args: Arguments = "",
    profile: Profile = "",
    against: Against = "",
    budget: BudgetText = "",
    region: RegionName = "",
    stack: StackName = "",
    json: Json = False,
    offline: Offline = False,
) -> None:
    """Tell what an environment costs; of what `make up` is given, `--config` counts."""
    given = Request("cost", suffix, [*split_arguments(args), *context.args], stack=stack)
    if given.config_file:
        raise SettingsError(
            ["--config-file is not read by cost; allowed: the stack's file, and --config"]
        )
    look = LookRequest("cost", suffix, region, stack, json, given.config, folder_of(context))
    raise typer.Exit(cost(CostRequest(look, profile, against, budget, offline)))
