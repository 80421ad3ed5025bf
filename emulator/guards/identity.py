"""Guards of identity: the names of IAM."""

from emulator.calls import Call, Guard, Refusal

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
_ROLE_NAME = 64
_POLICY_NAME = 128


def _names(call: Call) -> None:
    for member, most in (("RoleName", _ROLE_NAME), ("PolicyName", _POLICY_NAME)):
        value = call.params.get(member, "")
        if len(value) > most:
            raise Refusal(
                "ValidationError",
                f"1 validation error detected: Value {value!r} at '{member}' failed to satisfy "
                f"constraint: Member must have length less than or equal to {most}",
            )


GUARDS = (Guard("iam", ("CreateRole", "PutRolePolicy"), _names),)
