"""What travel costs by mode and direction, worked out from what streets keep of themselves.

From the inside out:

- `speeds`: how fast each mode goes on each kind of street;
- `stress`: how stressful cycling on it is, 1 to 4, in either direction;
- `slopes`: heights along the streets, walking on slopes (Tobler) and its effort (Minetti);
- `delays`: seconds at lights, crossings, signs and gates, and what closes a street;
- `cutting`: streets cut where nobody gets through;
- `turning`: turns that are forbidden, also by way of a street, or cost time;
- `travelled`: all of it together: the same network with other assumptions.
"""

from urbanplan.methods.modes.delays import DELAYS_S
from urbanplan.methods.modes.slopes import drape, effort
from urbanplan.methods.modes.speeds import SPEEDS_KMH
from urbanplan.methods.modes.stress import stress_of
from urbanplan.methods.modes.travelled import travelled

__all__ = ["DELAYS_S", "SPEEDS_KMH", "drape", "effort", "stress_of", "travelled"]
