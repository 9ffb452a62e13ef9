"""What is assumed of heights of buildings, and how sure each source of them is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class HeightModel(BaseModel):
    """What is assumed of heights; a city sets its own numbers where it has measured some buildings.

    The defaults are proposals of this project, not measurements of any one city; `urbanplan.methods.heights.calibrate` finds a
    city's own from buildings whose heights are known.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    storey_m: float = Field(3.2, gt=0, description="Height of a storey (m)")
    tall_ground_m: float = Field(
        0.6, ge=0, description="What the ground floor of a shop is higher than other storeys (m)"
    )
    storeys_sd_m: float = Field(
        1.0, gt=0, description="Standard deviation of a height by storeys, at least (m)"
    )
    storeys_sd_share: float = Field(
        0.12, ge=0, description="The same as a share of the height, where that is more"
    )
    tag_sd_m: float = Field(1.0, gt=0, description="Standard deviation of a height that a mapper gives (m)")
    surface_sd_m: float = Field(
        1.5, gt=0, description="Of the top of a building in a surface model of fine cells (m)"
    )
    raster_sd_m: float = Field(3.0, gt=0, description="Of the top of a building in a raster of heights (m)")
    coarse_sd_share: float = Field(
        0.16, ge=0, description="What coarse cells add to both: this share of the cell's side"
    )
    tag_bias_m: float = Field(0.0, description="How much too high tags are on average (m)")
    storeys_bias_m: float = Field(0.0, description="How much too high heights by storeys are on average (m)")
    surface_bias_m: float = Field(0.0, description="How much too high the surface model is on average (m)")
    raster_bias_m: float = Field(0.0, description="How much too high the raster of heights is on average (m)")
    roof_m: float = Field(1.0, ge=0, description="What a roof of unknown shape adds to the wall (m)")
    roof_sd_m: float = Field(1.0, gt=0, description="Its standard deviation (m)")
    parapet_m: float = Field(0.7, ge=0, description="What a flat roof adds to the wall (m)")
    parapet_sd_m: float = Field(0.4, gt=0, description="Its standard deviation (m)")
    roof_pitch: float = Field(0.45, gt=0, description="Rise of a pitched roof on half its span")
    steep_pitch: float = Field(1.0, gt=0, description="Rise of a temple's roof on half its span")
    roof_storey_m: float = Field(2.5, gt=0, description="Height of a storey inside the roof (m)")
