"""Guards of identity: the names of IAM."""

from emulator.server.interception import AwsError, Call, Validator

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
_ROLE_NAME = 64
_POLICY_NAME = 128


def _names(call: Call) -> None:
    for member, most in (("RoleName", _ROLE_NAME), ("PolicyName", _POLICY_NAME)):
        value = call.params.get(member, "")
        if len(value) > most:
            raise AwsError(
                "ValidationError",
                f"1 validation error detected: Value {value!r} at '{member}' failed to satisfy "
                f"constraint: Member must have length less than or equal to {most}",
            )


VALIDATORS = (Validator("iam", ("CreateRole", "PutRolePolicy"), _names),)
