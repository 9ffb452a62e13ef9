"""On which side of the street people drive, by country."""

from __future__ import annotations

LEFT = frozenset(
    [
        "AG",
        "AI",
        "AU",
        "BB",
        "BD",
        "BM",
        "BN",
        "BS",
        "BT",
        "BW",
        "CC",
        "CK",
        "CX",
        "CY",
        "DM",
        "FJ",
        "FK",
        "GB",
        "GD",
        "GG",
        "GY",
        "HK",
        "ID",
        "IE",
        "IM",
        "IN",
        "JE",
        "JM",
        "JP",
        "KE",
        "KI",
        "KN",
        "KY",
        "LC",
        "LK",
        "LS",
        "MO",
        "MS",
        "MT",
        "MU",
        "MV",
        "MW",
        "MY",
        "MZ",
        "NA",
        "NF",
        "NP",
        "NR",
        "NU",
        "NZ",
        "PG",
        "PK",
        "PN",
        "SB",
        "SC",
        "SG",
        "SH",
        "SR",
        "SZ",
        "TC",
        "TH",
        "TK",
        "TL",
        "TO",
        "TT",
        "TV",
        "TZ",
        "UG",
        "VC",
        "VG",
        "VI",
        "WS",
        "ZA",
        "ZM",
        "ZW",
    ]
)
"""Countries and territories (ISO 3166-1 alpha-2) that drive on the left."""


def driving_side(country: str | None) -> str:
    """Return the side that people drive on in a country.

    Parameters
    ----------
    country : str or None
        ISO 3166-1 alpha-2 code.

    Returns
    -------
    str
        left or right; empty without a country.

    Examples
    --------
    >>> driving_side("TH"), driving_side("ES"), driving_side(None)
    ('left', 'right', '')
    """
    if country is None:
        return ""
    return "left" if country in LEFT else "right"
