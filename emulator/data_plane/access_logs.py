"""The access logs of load balancers, in the log groups that they are delivered to."""

import queue

from moto.core.utils import unix_time_millis, utcnow

from emulator.data_plane.snapshot import access_log_group
from emulator.server.interception import Call


class AccessLogWriter:
    """Entries that come from the proxies, until they are written."""

    def __init__(self) -> None:
        self._entries: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()

    def take(self, balancer: str, sort: str, entry: str) -> None:
        """Take an entry of a load balancer's log; those of others than `access` there are none."""
        if sort == "access":
            self._entries.put((balancer, entry))

    def write(self) -> None:
        """Write what has come; under the lock of the interception.

        What is delivered nowhere is lost, as in AWS.
        """
        while not self._entries.empty():
            balancer, entry = self._entries.get()
            _, _, _, region, account, resource = balancer.split(":", 5)
            call = Call("logs", "", {}, account, region)
            group = call.backend("logs").groups.get(access_log_group(call, balancer))
            if group is None:
                continue
            stream = resource.removeprefix("loadbalancer/")
            if stream not in group.streams:
                group.create_log_stream(stream)
            event = {"timestamp": int(unix_time_millis(utcnow())), "message": entry}
            group.put_log_events(stream, [event])
