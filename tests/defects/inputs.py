"""Defects of the entry point, the pure modules and what reads the configuration."""

from tests.mutation import Mutant, defects

MUTANTS: list[Mutant] = [
    *defects(
        "tap.py",
        (
            "sys.path.insert(0, str(Path(__file__).resolve().parent))",
            "Path(__file__)",
            "unit/test_tap.py::test_it_finds_lib_from_anywhere",
        ),
        (
            "sys.path.insert(0, ",
            "sys.path.append(",
            "unit/test_tap.py::test_its_folder_comes_first",
        ),
        (
            'raise pulumi.RunError(f"The settings can\'t be used:\\n{problems}") from None',
            "raise",
            "unit/test_tap.py::test_wrong_settings_end_it_in_words",
        ),
        (
            "pulumi.export(name, value)",
            "pulumi.export(name.replace('_', '-'), value)",
            "unit/lib/test_tap_stack.py::test_the_outputs",
        ),
    ),
    *defects(
        "lib/names.py",
        (
            '_SUFFIX = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")',
            '_SUFFIX = re.compile(r"[a-z0-9-]+")',
            "unit/lib/test_names.py::test_suffixes_that_cannot_be_used",
        ),
        (
            'stack.endswith(f"-{suffix}")',
            "stack.endswith(suffix)",
            "unit/lib/test_names.py::test_stacks_that_may_not_hold_an_environment",
        ),
        (
            "SUFFIX_LENGTH = 18",
            "SUFFIX_LENGTH = 19",
            "unit/lib/settings/test_bad_input.py::test_bad_input",
        ),
    ),
    *defects(
        "lib/tags.py",
        (
            '{**_STANDARD, **caller, "EnvironmentSuffix": suffix}',
            '{**_STANDARD, "EnvironmentSuffix": suffix, **caller}',
            "unit/lib/test_tags.py::test_the_callers_tags_win_except_over_the_suffix",
        ),
        (
            'frozenset("_.:/=+-@")',
            'frozenset("_.:/=+-@\'")',
            "unit/lib/test_tags.py::test_values_are_cut_to_what_all_services_take",
        ),
        (
            "[:VALUE_LENGTH]",
            "",
            "unit/lib/test_tags.py::test_values_are_cut_to_what_all_services_take",
        ),
    ),
    *defects(
        "lib/region.py",
        (
            "if len(lines) != 1:",
            "if not lines:",
            "unit/lib/settings/test_bad_input.py::test_region_files",
        ),
    ),
    *defects(
        "lib/settings/checks.py",
        (
            "16 <= network.prefixlen <= 20",
            "16 <= network.prefixlen <= 24",
            "unit/lib/settings/test_checks.py::test_networks_that_cannot_be_used",
        ),
        (
            "least <= value <= most",
            "least < value <= most",
            "unit/lib/settings/test_checks.py::test_whole_numbers",
        ),
        (
            " and not isinstance(value, bool)",
            "",
            "unit/lib/settings/test_checks.py::test_a_truth_value_is_no_number",
        ),
        (
            '"not usable" if self.confidential else repr(value)',
            "repr(value)",
            "unit/lib/settings/test_bad_input.py::test_values_that_are_not_told",
        ),
    ),
    *defects(
        "lib/settings/container_checks.py",
        (
            "_VARIABLE.fullmatch(name) and name not in OWN_VARIABLES",
            "_VARIABLE.fullmatch(name)",
            "unit/lib/settings/test_container_checks.py::test_environments_that_cannot_be_used",
        ),
        (
            '_bytes_sent(variables, "value") <= ENVIRONMENT_BYTES',
            "len(json.dumps(variables)) <= ENVIRONMENT_BYTES",
            "properties/test_fuzz.py::test_any_configuration",
        ),
    ),
    *defects(
        "lib/settings/schema.py",
        (
            "if self.min_tasks <= self.max_tasks:",
            "if self.min_tasks < self.max_tasks:",
            "unit/lib/settings/test_schema.py::test_least_and_most_tasks",
        ),
        (
            "4096: range(8192, 30720 + 1, 1024)",
            "4096: range(8192, 32768 + 1, 1024)",
            "unit/lib/settings/test_schema.py::test_the_sizes_that_fargate_has",
        ),
        (
            "{**PROFILES[profile], **changes}",
            "{**changes, **PROFILES[profile]}",
            "unit/lib/settings/test_schema.py::test_what_is_given_wins_over_the_profile",
        ),
    ),
    *defects(
        "lib/network/subnets.py",
        (
            "_FIRST_PRIVATE = 10",
            "_FIRST_PRIVATE = 1",
            "unit/lib/network/test_subnets.py::test_subnets_lie_in_the_network_apart",
        ),
    ),
    *defects(
        "lib/service/container.py",
        (
            '"DB_SECRET_VERSION": database.secret_version',
            '"DB_SECRET_VERSION": ""',
            "unit/lib/database/test_connection_secret.py::test_a_new_password_reaches_the_tasks",
        ),
        (
            'sys.argv[1].split("?")[0]',
            "sys.argv[1]",
            "unit/lib/service/test_container.py::test_the_placeholder_answers",
        ),
        ("[:7]", "", "unit/lib/service/test_roles.py::test_the_secrets_that_tasks_start_with"),
    ),
    *defects(
        "lib/policies.py",
        (
            '"Condition": {"StringEquals": {"aws:SourceAccount": account_id}},',
            "",
            "unit/lib/service/test_roles.py::test_the_roles",
        ),
        (
            "sorted(set(arns))",
            '"*"',
            "unit/lib/service/test_roles.py::test_the_secrets_that_tasks_start_with",
        ),
    ),
    *defects(
        "lib/settings/source.py",
        (
            "os.environ.get(name) or None",
            "os.environ.get(name)",
            "unit/lib/settings/test_source.py::test_environment_variables",
        ),
        (
            'prefix = f"{namespace}:"',
            "prefix = namespace",
            "unit/lib/settings/test_source.py::test_keys_of_a_namespace",
        ),
    ),
    *defects(
        "lib/settings/read.py",
        (
            "if variable is not None:",
            "if variable is not None and configured is None:",
            "unit/lib/settings/test_read.py::test_where_the_suffix_comes_from",
        ),
        (
            "*_encrypted_keys(inputs)",
            "",
            "unit/lib/settings/test_bad_input.py::test_encrypted_settings",
        ),
        (
            " or stack_problems(inputs.stack, suffix)",
            "",
            "unit/lib/settings/test_bad_input.py::test_bad_input",
        ),
        (
            '"Author": "COMMIT_AUTHOR"',
            '"Author": "AUTHOR"',
            "unit/test_tap.py::test_who_made_it_is_on_the_tags",
        ),
    ),
    *defects(
        "lib/provider.py",
        (
            "if pinned in (None, region):",
            "if True:",
            "unit/lib/settings/test_bad_input.py::test_an_edited_region_file",
        ),
        (
            "pulumi.Output.secret(value) if secret else value",
            "value",
            "unit/lib/test_provider.py::test_encrypted_keys_stay_secret",
        ),
        (
            "**provider_arguments(Inputs()),",
            'region=provider_arguments(Inputs())["region"],',
            "unit/lib/test_provider.py::test_every_key_reaches_the_provider",
        ),
    ),
    *defects(
        "lib/location.py",
        (
            "sorted(names)[:ZONES_NEEDED]",
            "names[:ZONES_NEEDED]",
            "unit/lib/test_location.py::test_the_zones_to_use",
        ),
        (
            "if len(names) < ZONES_NEEDED:",
            "if not names:",
            "unit/lib/settings/test_bad_input.py::test_a_region_with_too_few_zones",
        ),
    ),
    *defects(
        "lib/database/engine_version.py",
        (
            "if offered != WANTED_VERSION:",
            "if offered == WANTED_VERSION:",
            "unit/lib/test_location.py::test_another_version",
        ),
    ),
    *defects(
        "lib/scope.py",
        (
            "parent=self.parent, provider=self.provider, **options",
            "parent=self.parent, **options",
            "unit/lib/test_provider.py::test_everything_in_aws_is_made_through_it",
        ),
    ),
    *defects(
        "lib/tap_stack.py",
        (
            'self.get_provider("aws:ec2/vpc:Vpc") or ',
            "",
            "unit/lib/test_tap_stack.py::test_a_provider_of_the_callers",
        ),
        (
            "if settings.logs.alb_logs",
            "if True",
            "unit/lib/test_inventory.py::test_what_settings_change_of_it",
        ),
    ),
]
