"""Commands around an environment; none of them needs Pulumi."""
