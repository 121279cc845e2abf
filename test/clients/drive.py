"""Drives one client through every step against a running gateway; a JSON line a step.

Usage: drive.py CLIENT --check              its version; exit code 0 when it can be imported
       drive.py CLIENT --list               the names of the steps, a JSON list
       drive.py CLIENT PORT CONTROL_PORT TOKEN_FILE [ONLY]
                                            runs them (those whose name matches ONLY)

CLIENT is ib_async or ibapi. The gateway's clock must be stepped; this moves it by the control port.
Lines of verdicts: `{"step", "ok", "detail", "seconds"}`.
"""

import importlib
import json
import sys

from driver.clock import ControlPort, VenueClock
from driver.steps import run_steps, steps_of

CLIENTS = {
    "ib_async": ("driver.ib_async_client", "IbAsyncClient"),
    "ibapi": ("driver.ibapi_client", "IbapiClient"),
}

# The order in which a session goes through them; the venue's day goes on meanwhile.
CAPABILITIES = (
    "connection",
    "account",
    "contracts",
    "level_one",
    "depth",
    "tick_by_tick",
    "history",
    "what_if",
    "order_types",
    "times_in_force",
    "asset_classes",
    "changes",
    "groups",
    "conditions",
    "algorithms",
    "binding",
    "closing",
    "afterwards",
)

for capability in CAPABILITIES:
    importlib.import_module(f"capabilities.{capability}")


def main(arguments):
    """Does what the command line says; the exit code is 0 unless the session broke down."""
    client_name, action, *rest = arguments
    if action == "--list":
        print(json.dumps([each.name for each in steps_of(client_name)]))
        return 0
    module, class_name = CLIENTS[client_name]
    make_client = getattr(importlib.import_module(module), class_name)
    if action == "--check":
        print(make_client.version())
        return 0
    control_port, token_file, *only = rest
    client = make_client(int(action), VenueClock(ControlPort(int(control_port), token_file)))
    run_steps(client, *only)
    client.disconnect()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
