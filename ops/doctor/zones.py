"""The check of the Availability Zones that the network is made in."""

from lib.settings.errors import SettingsError
from ops.checks import Results
from ops.doctor.plan import Plan, said, where_possible

_HOW = "pulumi config set tap:zones … takes others, lib/AWS_REGION another region"


def _look(plan: Plan, results: Results) -> None:
    try:
        zones = plan.zones
    except SettingsError as error:
        for problem in error.problems:
            results.find(*said(problem, _HOW))
        return
    results.summary = ", ".join(zones)
    for each in plan.offered_zones:
        if each["ZoneName"] in zones and each.get("State", "available") != "available":
            words = "; ".join(message["Message"] for message in each.get("Messages", ()))
            results.note(f"{each['ZoneName']} is {each['State']} today{words and f': {words}'}")


ZONES = where_possible("zones", _look, "account")
