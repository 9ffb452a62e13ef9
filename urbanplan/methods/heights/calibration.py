"""What measured buildings teach: how much too high each source is, and how sure it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from urbanplan.base.errors import InputError

LEAST = 8
"""Fewer measured buildings than this teach nothing."""
_MAD_TO_SD = 1.4826


def calibrate(estimates: pd.DataFrame, measured_m: ArrayLike) -> pd.DataFrame:
    """Compare what sources say with what was measured.

    Parameters
    ----------
    estimates : DataFrame
        One column for each source, one row for each measured building; NaN where a source says nothing.
    measured_m : array of float
        What was measured, in the order of the rows.

    Returns
    -------
    DataFrame
        One row for each source: bias_m (median of estimate less measured), sd_m (from the median absolute deviation, so that
        one gross error does not spoil it), n. NaN where fewer than `LEAST` buildings are known.

    Raises
    ------
    InputError
        If there is not one measurement for each row.
    """
    truth = np.asarray(measured_m, dtype=np.float64)
    if truth.shape != (len(estimates),):
        raise InputError(f"there are {len(estimates)} estimates and {truth.size} measurements; give one each")
    rows = {}
    for name, values in estimates.items():
        error = values.to_numpy(dtype=np.float64) - truth
        error = error[np.isfinite(error)]
        enough = len(error) >= LEAST
        bias = float(np.median(error)) if enough else float("nan")
        sd = float(_MAD_TO_SD * np.median(np.abs(error - bias))) if enough else float("nan")
        rows[name] = {"bias_m": bias, "sd_m": sd, "n": len(error)}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["bias_m", "sd_m", "n"])
