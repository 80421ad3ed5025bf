"""`prices`: the Price List API renews the prices in the tree, and docs/cost.md follows."""

from pathlib import Path
from typing import Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError

from lib.settings.profiles import PROFILES
from ops.cost.document import with_tables
from ops.cost.program_graph import program_graph
from ops.errors import CommandError
from ops.prices.price_list import ask_price_list, price_list_client
from ops.prices.snapshot import SNAPSHOT, Snapshot, read_snapshot, recalculated, write_snapshot
from ops.pulumi_cli import ROOT

DOCUMENT = ROOT / "docs" / "cost.md"

Offline = Annotated[
    bool,
    typer.Option("--offline", envvar="OFFLINE", help="Write docs/cost.md alone, by the old ones."),
]


def renew_prices(client: Any | None, path: Path = SNAPSHOT) -> None:
    """Have the snapshot hold the API's prices; what the API does not have stays, or follows.

    `client` is the API's; None where there are no credentials. Raises CommandError where it can't
    be asked; nothing is changed then.
    """
    if client is None:
        raise CommandError(
            "There are no AWS credentials with which to ask for prices; sign in, or write "
            "docs/cost.md by the prices that are here: make prices OFFLINE=1"
        )
    before = read_snapshot(path)
    renewed = {}
    for region, figures in before.regions.items():
        try:
            asked = ask_price_list(client, region, figures.keys())
        except (BotoCoreError, ClientError) as error:
            raise CommandError(f"The Price List API does not answer: {error}") from None
        print(f"{region}: {len(asked)} of {len(figures)} prices by the Price List API")
        renewed[region] = {**figures, **asked}
    write_snapshot(Snapshot(regions=recalculated(renewed)), path)


def write_document(page: Path = DOCUMENT, path: Path = SNAPSHOT) -> None:
    """Write the tables of docs/cost.md anew, from the program's profiles and the snapshot."""
    graphs = {
        profile: program_graph("dev", {"tap:profile": profile})
        for profile in sorted(PROFILES, key=lambda name: (name != "standard", name))
    }
    text = with_tables(page.read_text(encoding="utf-8"), graphs, read_snapshot(path))
    page.write_text(text, encoding="utf-8")


def prices_command(offline: Offline = False) -> None:
    """Renew the snapshot, unless offline, and docs/cost.md."""
    if not offline:
        renew_prices(price_list_client("us-east-1"))
    write_document()
