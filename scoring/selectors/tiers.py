"""The tiers of the engine and of the database are the same, under two names."""

from __future__ import annotations

from scoring.engine.definition import Tier as EngineTier
from scoring.models.run import Tier

TIERS: dict[int, Tier] = {
    EngineTier.HELP: Tier.HELP,
    EngineTier.ATTENTION: Tier.WATCH,
    EngineTier.NORMAL: Tier.NORMAL,
    EngineTier.INSUFFICIENT: Tier.INSUFFICIENT,
}
ENGINE_TIERS: dict[str, EngineTier] = {name.value: EngineTier(number) for number, name in TIERS.items()}


def rank(tier: str) -> int:
    """How much attention a tier means, to compare two of them: 2 for key help, -1 for too little data."""
    return int(ENGINE_TIERS[tier])
