"""The command line: words become calls; errors become one sentence and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

from urbanplan.base.errors import UrbanPlanError
from urbanplan.base.faults import Fault
from urbanplan.cli.words import DEBUG, say

INTERRUPTED = 130
GOES_ON = "interrupted; the same command goes on from here"


def execute(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code: 0 ok, 2 usage, 3 bad input, 4 network, 5 internal, 130 interrupted.

    Parameters
    ----------
    arguments : sequence of str
        Everything after `urbanplan`.
    """
    words = [word for word in arguments if word != "--debug"]
    os.environ.pop(DEBUG, None)
    if len(words) < len(arguments):
        os.environ[DEBUG] = "1"
    import typer

    from urbanplan.cli.commands import app

    try:
        code = typer.main.get_command(app).main(words, prog_name="urbanplan", standalone_mode=False)
    except UrbanPlanError as error:
        return _fail(error.in_language(error.lang), error.exit_code, error.lang)
    except (KeyboardInterrupt, typer.Abort):
        return _fail(GOES_ON, INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on; nothing more to say
        code = 0
    except Exception as error:  # noqa: BLE001 - the last door before the user
        if hasattr(error, "format_message"):  # typer's own complaint about the command line
            return _fail(f"{error.format_message()} (urbanplan --help)", 2)
        step = next(iter(getattr(error, "__notes__", [])), f"step: {' '.join(words[:1])}").removeprefix(
            "step: "
        )
        if isinstance(error, OSError) and error.filename:
            where = f"{os.fsdecode(error.filename)}: {error.strerror}"
            return _fail(f"{step}: {where}; mend that, or name another folder with --out or --data", 3)
        what = f"{type(error).__name__}: {error}".splitlines()[0][:300]
        return _fail(f"{step} failed unexpectedly: {what}; --debug shows the traceback", 5)
    # 130 is what typer makes of an interrupt
    return _fail(GOES_ON, INTERRUPTED) if code == INTERRUPTED else int(code or 0)


def _fail(sentence: str, code: int, lang: str = "en") -> int:
    if os.environ.get(DEBUG):
        say(traceback.format_exc())
    say(Fault("error", text=sentence).said(lang))
    return code


def main() -> None:
    """Run the command line of this process."""
    sys.exit(execute(sys.argv[1:]))
