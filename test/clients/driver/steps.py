"""Steps: what a session does, each with a name, a time-out, the codes it may cause and a verdict.

A step passes when its function returns, no error code came that it does not name, every code that
it names as expected did come, and the client complained of nothing (a message it could not decode,
fields left over, an exception in a callback).
"""

import json
import re
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

# Farm messages of a fresh connection: news, not errors.
FARM_CODES = frozenset({2104, 2106, 2158})


@dataclass(frozen=True)
class Step:
    """One capability.

    `expects` are codes that must come, `allows` codes that may; `wall_seconds` is the time-out by
    the machine's clock; `clients` are the clients that can ask for it at all; with `any_hour` it
    does not want the regular session.
    """

    name: str
    run: Callable
    expects: frozenset
    allows: frozenset
    wall_seconds: float
    clients: frozenset
    any_hour: bool


class StepFailed(AssertionError):
    """What was asked for did not happen, in words."""


class StepTimedOut(BaseException):
    """The wall-clock limit of a step; not an Exception, so that no client swallows it."""


ALL_STEPS: list[Step] = []
BOTH = ("ib_async", "ibapi")


def step(
    name: str, *, expects=(), allows=(), wall_seconds: float = 30, clients=BOTH, any_hour=False
):
    """Makes a function of one client a step; steps run in the order in which they are declared."""

    def register(run):
        codes = (frozenset(expects), frozenset(allows))
        rest = (wall_seconds, frozenset(clients), any_hour)
        ALL_STEPS.append(Step(name, run, *codes, *rest))
        return run

    return register


def check(condition, otherwise: str) -> None:
    """Fails the step unless the condition holds."""
    if not condition:
        raise StepFailed(otherwise)


def steps_of(client_name: str) -> list[Step]:
    """The steps that a client can be asked for, in their order."""
    return [each for each in ALL_STEPS if client_name in each.clients]


def run_steps(client, only: str = "") -> None:
    """Runs every step (or those whose name matches `only`) and prints a verdict a line."""
    signal.signal(signal.SIGALRM, _time_out)
    for each in steps_of(client.name):
        if not re.search(only, each.name):
            continue
        started = time.monotonic()
        ok, detail = _verdict(each, client)
        seconds = round(time.monotonic() - started, 2)
        verdict = {"step": each.name, "ok": ok, "detail": detail, "seconds": seconds}
        print(json.dumps(verdict, default=str), flush=True)
        if not ok:
            client.recover()


def _verdict(each: Step, client) -> tuple[bool, object]:
    try:
        signal.setitimer(signal.ITIMER_REAL, each.wall_seconds)
        client.ready_for(each)
        detail = each.run(client)
        client.settle()
    except (Exception, StepTimedOut) as error:
        return False, _failure(error, client)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    objection = _objection(each, client)
    return (True, detail) if objection is None else (False, objection)


def _failure(error: BaseException, client) -> str:
    """What went wrong, where in our code, and what the gateway had said until then."""
    said = [f"{code} {text}" for _, code, text in client.errors] + client.complaints
    own = isinstance(error, (StepFailed, StepTimedOut))
    text = str(error) if own else traceback.format_exception_only(error)[-1].strip()
    frames = [] if own else traceback.extract_tb(error.__traceback__)
    where = f" ({frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno})" if frames else ""
    return f"{text}{where}" + (f"; told: {' | '.join(said)[:1500]}" if said else "")


def _objection(each: Step, client) -> str | None:
    came = {code for _, code, _ in client.errors}
    if client.unexpected():
        return f"unexpected codes: {' | '.join(client.unexpected())[:1500]}"
    if client.complaints:
        return f"complaints: {' | '.join(client.complaints)[:1500]}"
    missing = each.expects - came
    return f"these codes never came: {sorted(missing)}" if missing else None


def _time_out(_signal, _frame):
    raise StepTimedOut("the step's time was up")
