"""`python -m urbanplan`: the same as the command `urbanplan`."""

from __future__ import annotations

from urbanplan.cli import main

if __name__ == "__main__":
    main()
