"""The vocabulary of impact assessments: what is measured, which fields the two guidances have, and what a city sets itself."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal["share", "amount"]
Measure = Literal[
    "visible_share", "required_kept", "over_line_m", "expected_above", "built_on_asset_m2", "tall_distance_m"
]

MEASURES: dict[str, tuple[str, str, str, str]] = {
    "visible_share": ("views.sight_lines", "share", "higher", "indirect"),
    "required_kept": ("views.sight_lines", "1", "higher", "indirect"),
    "over_line_m": ("views.blockers", "m", "lower", "indirect"),
    "expected_above": ("heritage.rule_findings", "count", "lower", "indirect"),
    "built_on_asset_m2": ("heritage.built_on_asset", "m2", "lower", "direct"),
    "tall_distance_m": ("heritage.tall_distance", "m", "higher", "indirect"),
}
"""By measure: the metric or listing that it comes from, its unit, which way is better for the heritage, and whether a change works
on the attribute itself (direct) or on its setting (indirect)."""

VALUES = ("very_high", "high", "medium", "low", "negligible")
"""Values of an asset, from a property of Outstanding Universal Value down."""
MAGNITUDES = ("no_change", "negligible", "minor", "moderate", "major")
"""Sizes of a change; all but the first begin at a threshold."""
SIGNIFICANCE = (
    "neutral",
    "neutral_slight",
    "slight",
    "slight_moderate",
    "moderate",
    "moderate_large",
    "large",
    "large_very_large",
    "very_large",
)
"""Significance of an impact in the matrix of 2011; where two words stand in one field, both of them."""
DIRECTIONS = ("adverse", "beneficial", "none")
CONCLUSIONS = ("negligible", "significant_mitigable", "significant_should_not_proceed")

FIELDS: dict[str, tuple[str, ...]] = {
    "asset_value": VALUES,
    "magnitude": MAGNITUDES,
    "direction": DIRECTIONS,
    "significance": SIGNIFICANCE,
    "impact": (),
    "impact_kind": ("direct", "indirect", "cumulative"),
    "frequency": ("once", "intermittent", "continuous"),
    "duration": ("short_term", "long_term", "permanent"),
    "reversibility": ("reversible", "partly_reversible", "irreversible"),
    "likelihood_of_impact": ("certain", "likely", "possible", "unlikely"),
    "degree_of_change": ("none", "negligible", "some", "large"),
    "quality_of_change": ("positive", "negative", "neutral"),
    "mitigation": (),
    "residual_impact": (),
    "conclusion": CONCLUSIONS,
}
"""Fields that an assessor may fill in or overrule, with their words; a field without words takes any text."""

OF_2011 = ("asset_value", "magnitude", "direction", "significance")
"""Fields of the guidance of 2011 (ICOMOS): value of the asset, magnitude and direction of the change, significance of the impact."""
OF_2022 = tuple(name for name in FIELDS if name not in OF_2011)
"""Fields of the guidance of 2022 (UNESCO, ICCROM, ICOMOS, IUCN), after its third tool, beside attribute, action and baseline."""
COMPUTED_FIELDS = (
    "asset_value",
    "magnitude",
    "direction",
    "significance",
    "impact_kind",
    "likelihood_of_impact",
)
"""Fields for which the dossier itself proposes a word; all others are blank until somebody fills them in."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Steps(_Strict):
    """From where on a change is called negligible, minor, moderate, major, and who says so."""

    negligible: float = Field(gt=0, description="Smallest change that counts at all")
    minor: float = Field(gt=0)
    moderate: float = Field(gt=0)
    major: float = Field(gt=0)
    of: Kind = Field(
        "amount", description="share: of what there is today (0-1); amount: in the unit of the measure"
    )
    source: str = Field(min_length=2, description="Who set these thresholds, and where that is written")

    @model_validator(mode="after")
    def _rising(self) -> Steps:
        if not self.negligible < self.minor < self.moderate < self.major:
            raise ValueError("negligible, minor, moderate and major must rise")
        return self

    @property
    def at(self) -> tuple[float, float, float, float]:
        """The four thresholds, rising."""
        return self.negligible, self.minor, self.moderate, self.major


VISIBLE = Steps(
    negligible=0.01,
    minor=0.05,
    moderate=0.2,
    major=0.5,
    of="share",
    source="proposal of this project for loss of view; no guidance gives numbers",
)


class Assessment(_Strict):
    """What an assessment of impacts takes for granted; a city sets its own."""

    thresholds: dict[Measure, Steps] = Field(
        default_factory=dict,
        description="Thresholds by measure; a measure without thresholds gets no proposed magnitude. Views have thresholds by default",
    )
    entries: str | None = Field(
        None, description="Key in `sources` of the table in which assessors write what they decide"
    )

    def steps(self, measure: str) -> Steps | None:
        """Return the thresholds of a measure, or None where nobody has set any."""
        own = {str(name): steps for name, steps in self.thresholds.items()}
        return own.get(measure, VISIBLE if measure == "visible_share" else None)
