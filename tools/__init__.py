"""The tools of this tree: what makes .venv, the Pulumi CLI and actionlint, a language host."""
