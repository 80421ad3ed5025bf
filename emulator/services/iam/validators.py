"""Validators of IAM: policies are JSON, and pages go on where one ended."""

import json

from emulator.server.interception import ANY, AwsError, Call, Validator
from emulator.services.checks import pattern


def _trust(call: Call) -> None:
    member = "AssumeRolePolicyDocument" if call.operation == "CreateRole" else "PolicyDocument"
    try:
        json.loads(call.params[member])
    except ValueError:
        raise AwsError("MalformedPolicyDocument", "This policy contains invalid Json") from None


VALIDATORS = (
    Validator("iam", ("CreateRole", "UpdateAssumeRolePolicy"), _trust),
    pattern("iam", ANY, "Marker", r"\d+", AwsError("ValidationError", "Invalid marker")),
)
