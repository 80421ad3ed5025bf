"""The corrections of moto: what AWS refuses and moto lets pass, and what moto 5.2.5 lacks.

Validators cover what a wrong order, name or argument could trip, and no more: that the emulated AWS
takes something does not say that AWS does. Patches set moto's own objects rather than answer in its
place, wherever it has an object to set.
"""

from emulator.services import model_validators, tags
from emulator.services.account import patches as account_patches
from emulator.services.application_autoscaling import patches as autoscaling_patches
from emulator.services.application_autoscaling import validators as autoscaling_validators
from emulator.services.ec2 import patches as ec2_patches
from emulator.services.ec2 import validators as ec2_validators
from emulator.services.ec2.quotas import QUOTAS
from emulator.services.ecr import patches as ecr_patches
from emulator.services.ecs import patches as ecs_patches
from emulator.services.ecs import validators as ecs_validators
from emulator.services.elbv2 import patches as elbv2_patches
from emulator.services.elbv2 import validators as elbv2_validators
from emulator.services.iam import patches as iam_patches
from emulator.services.iam import simulation as iam_simulation
from emulator.services.iam import validators as iam_validators
from emulator.services.logs import patches as logs_patches
from emulator.services.logs import validators as logs_validators
from emulator.services.rds import patches as rds_patches
from emulator.services.rds import validators as rds_validators
from emulator.services.secretsmanager import validators as secretsmanager_validators
from emulator.services.service_quotas import patches as service_quotas_patches

VALIDATORS = (
    *model_validators.VALIDATORS,
    *autoscaling_validators.VALIDATORS,
    *ec2_validators.VALIDATORS,
    *ecs_validators.VALIDATORS,
    *elbv2_validators.VALIDATORS,
    *iam_validators.VALIDATORS,
    *logs_validators.VALIDATORS,
    *rds_validators.VALIDATORS,
    *secretsmanager_validators.VALIDATORS,
    *tags.VALIDATORS,
)

PATCHES = (
    *account_patches.PATCHES,
    *autoscaling_patches.PATCHES,
    *ec2_patches.PATCHES,
    *ecr_patches.PATCHES,
    *ecs_patches.PATCHES,
    *elbv2_patches.PATCHES,
    *iam_patches.PATCHES,
    *iam_simulation.PATCHES,
    *logs_patches.PATCHES,
    *rds_patches.PATCHES,
    *service_quotas_patches.PATCHES,
    *tags.PATCHES,
)

__all__ = ["PATCHES", "QUOTAS", "VALIDATORS"]
