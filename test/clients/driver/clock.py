"""Venue time and the hand of a person in TWS: the gateway's control port.

The gateway's clock is stepped, so that hours of trading take seconds and two sessions of the same
seed see the same market. The control port answers a step when the venue is there and every client
has been told.
"""

import http.client
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")


class ControlPort:
    """HTTP on loopback, with the token of a file."""

    def __init__(self, port: int, token_file: str):
        self.port = port
        self.token = Path(token_file).read_text(encoding="utf8").strip()
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, body: dict | None = None) -> dict:
        """One question; its answer, or a refusal as an error."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        sent = None if body is None else json.dumps(body)
        try:
            self.connection.request(method, path, sent, headers)
            response = self.connection.getresponse()
        except (ConnectionError, http.client.HTTPException):  # it closes what has been idle
            self.connection.close()
            self.connection.request(method, path, sent, headers)
            response = self.connection.getresponse()
        answer = json.loads(response.read())
        if response.status != 200:
            raise RuntimeError(f"{method} {path} {sent}: {response.status} {answer}")
        return answer


class VenueClock:
    """The stepped clock of the gateway under test."""

    def __init__(self, control: ControlPort):
        self.control = control
        self.now = moment_of(control.ask("GET", "/clock")["venueTime"])

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
        answer = self.control.ask("POST", "/clock/advance", {"to": text.replace("+00:00", "Z")})
        self.now = moment_of(answer["venueTime"])


def moment_of(text: str) -> datetime:
    """Reads `2026-01-05T15:00:00.000Z`."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
