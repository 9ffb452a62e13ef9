"""Run cities of a fake project in a process of its own, so that a test can kill it."""

import sys
from pathlib import Path

from urbanplan.study import workflow

if __name__ == "__main__":
    project, out, *files = map(Path, sys.argv[1:])
    workflow.project_folder = lambda: project
    outcomes = workflow.run(files, data=project / "data", out=out)
    sys.exit(workflow.worst(outcomes))
