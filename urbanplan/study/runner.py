"""Start Snakemake in a process of its own, which ends together with the run that started it."""

from __future__ import annotations

import sys

from urbanplan.study.lifeline import die_with_parent


def main() -> None:
    """Hand the command line to Snakemake."""
    die_with_parent()
    from snakemake.cli import main as snakemake  # noqa: PLC0415 - the parent may die while this is loaded

    snakemake(sys.argv[1:])


if __name__ == "__main__":
    main()
