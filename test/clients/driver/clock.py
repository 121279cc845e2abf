"""Venue time, as a session sees and moves it.

A gateway with the stepped clock is moved by whoever started it. This process asks that parent with
a line on standard output, `{"advanceTo": "2026-01-05T15:00:01.000Z"}`, and reads the answer,
`{"venueTime": "..."}`, from standard input. So hours of trading take seconds, and two sessions of
the same seed see the same market.
"""

import json
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")


class VenueClock:
    """The stepped clock of the gateway under test."""

    def __init__(self, start: datetime):
        self.now = start

    def advance(self, seconds: float) -> None:
        """Moves venue time on; everything that was due is on its way to the clients afterwards."""
        self._advance_to(self.now + timedelta(seconds=seconds))

    def advance_to(self, local_time: str) -> None:
        """Moves venue time to the next `hh:mm:ss` of New York, today or tomorrow."""
        hour, minute, second = (int(part) for part in local_time.split(":"))
        here = self.local()
        there = here.replace(hour=hour, minute=minute, second=second, microsecond=0)
        if there <= here:
            there += timedelta(days=1)
        self._advance_to(there.astimezone(timezone.utc))

    def local(self) -> datetime:
        """New York's wall clock."""
        return self.now.astimezone(NEW_YORK)

    def wire_time(self, seconds_from_now: float) -> str:
        """A moment as orders spell it: `20260105 10:30:00 US/Eastern`."""
        moment = self.local() + timedelta(seconds=seconds_from_now)
        return moment.strftime("%Y%m%d %H:%M:%S US/Eastern")

    def _advance_to(self, moment: datetime) -> None:
        text = moment.astimezone(timezone.utc).isoformat(timespec="milliseconds")
        print(json.dumps({"advanceTo": text.replace("+00:00", "Z")}), flush=True)
        answer = json.loads(sys.stdin.readline() or "{}")
        if "venueTime" not in answer:
            raise RuntimeError(f"the clock did not move to {text}: {answer}")
        self.now = moment_of(answer["venueTime"])


def moment_of(text: str) -> datetime:
    """Reads `2026-01-05T15:00:00.000Z`."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
