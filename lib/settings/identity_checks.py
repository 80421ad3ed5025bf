"""Checks of what an account asks of IAM roles."""

from lib.settings import checks

# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
PERMISSIONS_BOUNDARY = checks.matching(
    r"arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[A-Za-z0-9_+=,.@/-]{1,512}",
    "the ARN of a managed policy, such as arn:aws:iam::123456789012:policy/boundary",
    longest=2048,
)
ROLE_PATH = checks.matching(
    r"/|/[!-~]{1,510}/",
    "/, or a path that starts and ends with /, such as /team/",
    longest=512,
)
