"""Start Snakemake in a process of its own, which ends together with the run that started it."""

from __future__ import annotations

import logging
import os
import sys

from urbanplan.study.lifeline import die_with_parent


def main() -> None:
    """Hand the command line to Snakemake."""
    die_with_parent()
    from snakemake.cli import main as snakemake  # noqa: PLC0415 - the parent may die while this is loaded

    code = 0
    try:
        snakemake(sys.argv[1:])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # its work and its locks are done; taking its interpreter down would take another second


if __name__ == "__main__":
    main()
