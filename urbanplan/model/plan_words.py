"""The vocabulary of statutory plans: what a rule may say of a use in a zone."""

from __future__ import annotations

from urbanplan.model.heritage_words import IN_FORCE

SAYS: tuple[str, ...] = ("main", "permitted", "conditional", "prohibited", "quota")
"""What a rule says of a use: the zone is drawn for it; it may be; it may be in a part of the cases (`weight`); it may
not; it may be, with all others of its kind together, on at most `quota_share` of each area of the plan."""
OTHERS = "*"
"""All uses that no other rule of the zone names."""

RULE: dict[str, str] = {
    "zone": "str",
    "use": "str",
    "says": "str",
    "weight": "float64",
    "quota_share": "float64",
    "rule": "str",
    **IN_FORCE,
}
"""One use in one kind of zone (or one area of the plan, by its id), as the plan rules it."""
