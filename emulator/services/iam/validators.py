"""Validators of IAM: policies are JSON."""

import json

from emulator.server.interception import AwsError, Call, Validator


def _trust(call: Call) -> None:
    member = "AssumeRolePolicyDocument" if call.operation == "CreateRole" else "PolicyDocument"
    try:
        json.loads(call.params[member])
    except ValueError:
        raise AwsError("MalformedPolicyDocument", "This policy contains invalid Json") from None


VALIDATORS = (Validator("iam", ("CreateRole", "UpdateAssumeRolePolicy"), _trust),)
