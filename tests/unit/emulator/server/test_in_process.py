"""A call that needs no connection is answered as one over HTTP: tests of ops rely on that."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.httpsession import URLLib3Session

from emulator.server.server import Server
from lib.region import read_region
from tests.support.in_process import in_process

# What a path, a header and a body have to carry unharmed.
_KEY, _CONTENT = "a b/ü+%41?x=1#", b"\0\xff\r\n{}"


@pytest.mark.parametrize("start", [lambda server: server, in_process], ids=["HTTP", "in process"])
def test_requests_and_answers_arrive_as_they_were_sent(
    start: Callable[[Server], AbstractContextManager[Server]],
) -> None:
    with start(Server(read_region())) as server:
        aws, bucket = server.aws(), {"Bucket": "objects"}
        where = {"LocationConstraint": read_region()}
        aws.call("s3.create_bucket", **bucket, CreateBucketConfiguration=where)
        stored = {**bucket, "Key": _KEY}
        aws.call("s3.put_object", **stored, Body=_CONTENT, Metadata={"Word": "one two"})
        assert aws.call("s3.head_object", **stored)["Metadata"] == {"Word": "one two"}
        assert aws.call("s3.get_object", **stored)["Body"].read() == _CONTENT
        tags = {"TagSet": [{"Key": "a&b=c", "Value": "ü <x>"}]}
        aws.call("s3.put_bucket_tagging", **bucket, Tagging=tags)
        assert aws.call("s3.get_bucket_tagging", **bucket)["TagSet"] == tags["TagSet"]
        with pytest.raises(ClientError, match="404.*HeadObject"):
            aws.call("s3.head_object", **bucket, Key="none")
        with pytest.raises(ClientError, match="NoSuchEntity.*GetRole"):
            aws.call("iam.get_role", RoleName="none")
        assert aws.call("ecs.create_cluster", clusterName="c")["cluster"]["clusterName"] == "c"


def test_a_server_that_has_stopped_is_called_no_more() -> None:
    before = URLLib3Session.send
    with in_process(Server(read_region())) as server:
        aws = server.aws()
        aws.call("sts.get_caller_identity")
        assert server.calls == ["GetCallerIdentity"]
    assert URLLib3Session.send is before
    with pytest.raises(EndpointConnectionError):
        aws.call("sts.get_caller_identity")
