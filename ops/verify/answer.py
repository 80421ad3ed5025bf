"""The check of the answer: a request for the health check's path, through the load balancer."""

from lib.network.ports import ANYWHERE
from ops.checks import Results
from ops.verify.live_environment import LiveEnvironment
from ops.verify.network import allowed_networks
from ops.web import WebAnswer

# What a load balancer itself answers with.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
_BY_THE_LOAD_BALANCER = {
    502: "the task closed the connection, or answered with what is no HTTP",
    503: "there is no target that takes requests",
    504: "the task did not answer in time, or can't be reached",
}


def check_answers(live: LiveEnvironment, results: Results) -> None:
    """Find where clients do not get the answer that the health check wants."""
    answer = live.answer
    advice = (
        f"see the tasks' log: `aws logs tail /ecs/flask-api-{live.suffix} --since 15m --region "
    )
    advice += f"{live.clients.region.name}`"
    results.summary = said(answer)
    if answer.failure:
        _tell_failure(live, answer, results)
        return
    matcher = live.environment.target_group.description.get("Matcher", {}).get("HttpCode", "200")
    if matches(answer.status, matcher):
        return
    words = said(answer)
    if answer.status in _BY_THE_LOAD_BALANCER and answer.server.startswith("awselb"):
        words += f": {_BY_THE_LOAD_BALANCER[answer.status]}"
    elif answer.location:
        words += f", and sends on to {answer.location}"
    results.find(f"{words}; the health check wants {matcher}", advice)


def said(answer: WebAnswer) -> str:
    """Say an answer as in `http://… answers 200 in 0.1 s`."""
    if answer.failure:
        return f"{answer.url} does not answer"
    return f"{answer.url} answers {answer.status} in {answer.seconds:.1f} s"


def _tell_failure(live: LiveEnvironment, answer: WebAnswer, results: Results) -> None:
    networks = allowed_networks(live.reach)
    if networks and ANYWHERE not in networks:
        results.miss(
            f"{answer.url} does not answer here ({answer.failure}): the load balancer takes "
            f"requests from {', '.join(networks)} alone"
        )
        return
    results.find(
        f"{answer.url} does not answer: {answer.failure}",
        "the name of a new load balancer takes some minutes to reach every resolver: "
        f"`make verify SUFFIX={live.suffix}` again; else look at this machine's network",
    )


def matches(status: int, matcher: str) -> bool:
    """Tell whether a status is one that a target group's matcher has, such as `200-299,301`."""
    for each in matcher.split(","):
        first, _, last = each.partition("-")
        if int(first) <= status <= int(last or first):
            return True
    return False
