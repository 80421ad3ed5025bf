"""The CloudWatch alarms of a deployment: which are in ALARM, and for how long they are watched.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
"""

from collections.abc import Mapping
from typing import Any

from emulator.server.interception import Call

# Seconds: the period of an alarm that has none of its own, as one on an expression.
_PERIOD = 60


def alarms_in_alarm(call: Call) -> frozenset[str]:
    """Return the names of CloudWatch's alarms whose state is ALARM."""
    alarms = call.backend("cloudwatch").alarms.values()
    return frozenset(alarm.name for alarm in alarms if alarm.state_value == "ALARM")


def bake_seconds(call: Call, configuration: Mapping[str, Any]) -> float:
    """Return for how long ECS watches a deployment's alarms after its tasks have come up.

    AWS computes it from the alarms and does not say how; here it is what the slowest of them takes
    to go off.
    """
    chosen = configuration.get("alarms", {})
    if not chosen.get("enable"):
        return 0.0
    known = call.backend("cloudwatch").alarms
    watched = [known[name] for name in chosen.get("alarmNames", ()) if name in known]
    return float(
        max(
            (int(each.period or _PERIOD) * int(each.evaluation_periods) for each in watched),
            default=0,
        )
    )
