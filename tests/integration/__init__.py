"""Integration tests: one environment, checked through AWS's own APIs.

With ENVIRONMENT_SUFFIX set they look at the environment of that suffix, in AWS or at
AWS_ENDPOINT_URL; with nothing set they make one in an emulated AWS and remove it again.

What a setting decides is read from AWS first (observed.py) and then has to agree wherever else it
shows: the container's port in the firewall, the target group and the service. So the tests hold for
an environment with any settings. Whether they are those that were asked for is told by
test_settings.py: of an environment that the tests made, and where TAP_PROFILE or TAP_SETTINGS says
what was asked for (asked.py).
"""
