"""The kernel that notebooks run in: the ordinary Python kernel, which ends together with the run that started it."""

from __future__ import annotations

import sys

from urbanplan.study.lifeline import die_with_parent


def main() -> None:
    """Start the kernel; its connection file is named on the command line."""
    die_with_parent()
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]  # nobody steps through cells here
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415 - the parent may die while this is loaded

    IPKernelApp.launch_instance()


if __name__ == "__main__":
    main()
