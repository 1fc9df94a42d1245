"""`python -m police_hr.supervisor`, started by script/server."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from police_hr.supervisor.layout import ROOT, AlreadyRunningError, Layout, Lock
from police_hr.supervisor.run import StartError, Supervisor


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="script/server", description="Start police_hr on this machine; Ctrl-C ends all of it."
    )
    parser.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (default: 8000)")
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("POLICE_HR_DATA") or ROOT / "var"),
        help="directory of everything that is written (default: POLICE_HR_DATA, else var/)",
    )
    parser.add_argument(
        "--officers",
        type=int,
        default=10_000,
        help="size of the invented force built at the first start; 0: an empty installation (default: 10000)",
    )
    options = parser.parse_args(arguments)
    if not 0 < options.port < 65536:
        parser.error("--port must be between 1 and 65535")
    if options.officers < 0:
        parser.error("--officers must be 0 or more")
    return options


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    try:
        layout = Layout.at(options.data)
    except OSError as error:
        print(f"The data directory {options.data} cannot be used: {error.strerror}.", file=sys.stderr)
        return 1
    try:
        with Lock(layout):
            return Supervisor(layout, port=options.port, officers=options.officers).run()
    except AlreadyRunningError as error:
        print(f"police_hr already runs on {layout.data} (process {error}). Choose another --data.", file=sys.stderr)
        return 1
    except StartError as error:
        print(f"police_hr did not start: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
