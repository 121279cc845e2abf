"""What the two clients have in common: waiting, and remembering what the gateway complained of."""

import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field

from driver.clock import VenueClock
from driver.steps import FARM_CODES, Step, StepFailed

# What ib_async logs for a code that it has handed to its error event already.
_ECHO_OF_A_CODE = re.compile(r"^(Error|Warning) \d+, reqId|^Canceled order:|^IBKR API validation")


@dataclass
class OrderView:
    """An order as the client saw it until now."""

    status: str = ""
    statuses: list = field(default_factory=list)
    filled: float = 0.0
    remaining: float = 0.0
    average: float = 0.0
    perm_id: int = 0
    why_held: str = ""
    executions: list = field(default_factory=list)
    commissions: dict = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        return self.status in ("Filled", "Cancelled", "ApiCancelled", "Inactive")

    @property
    def is_settled(self) -> bool:
        """Filled, and every execution has its commission."""
        ids = {execution.execId for execution in self.executions}
        return self.status == "Filled" and bool(ids) and ids <= self.commissions.keys()


class Subscription:
    """Data that goes on coming until it is cancelled; the client knows of all that do."""

    def __init__(self, client: "Client"):
        self.client = client
        client.subscriptions.append(self)

    def cancel(self) -> None:
        """Ends it."""
        self.client.subscriptions.remove(self)
        self.end()

    def end(self) -> None:
        """Tells the gateway."""
        raise NotImplementedError


class Client(ABC):
    """A client of the gateway: the subclasses say everything in one vocabulary."""

    name = ""
    HOME_ID = 21

    def __init__(self, port: int, clock: VenueClock, gaps: str = "^$"):
        """`gaps` matches complaints that are of the library's own limits."""
        self.port = port
        self.clock = clock
        self.errors: list[tuple[int, int, str]] = []
        self.complaints: list[str] = []
        self.contracts: dict = {}
        self.subscriptions: list[Subscription] = []
        self.tolerated: frozenset = FARM_CODES
        logging.getLogger().addHandler(_Listener(self.complaints, gaps))

    @abstractmethod
    def pump(self, seconds: float) -> None:
        """Lets arrived messages be handled for so long."""

    @abstractmethod
    def connect(self, client_id: int) -> None: ...

    @abstractmethod
    def is_connected(self) -> bool: ...

    def until(
        self, condition: Callable, what: str, *, within: float = 20.0, every: float = 0.25
    ) -> None:
        """Waits for a condition, moving venue time on by `every` seconds at a time.

        An answer that needs no venue time finds the clock where it was. A code that the step does
        not know ends the wait, since the step has failed by it.

        @raises StepFailed when `within` seconds of venue time have passed
        """
        for _ in range(20):
            if condition():
                return
            self.pump(0.005)
        left = within
        while left > 0 and not self.unexpected():
            self.clock.advance(every)
            left -= every
            self.pump(0.004)
            if condition():
                return
        self.pump(0.5)
        if not condition():
            raise StepFailed(f"in {within - left:g} s of venue time never saw {what}")

    def unexpected(self) -> list[str]:
        """The codes that came and that the step knows nothing of, with their texts."""
        return [f"{code} {text}" for _, code, text in self.errors if code not in self.tolerated]

    def pass_time(self, seconds: float, every: float = 1.0) -> None:
        """Lets venue time go by and what it brings arrive."""
        for _ in range(round(seconds / every)):
            self.clock.advance(every)
            self.pump(0.004)

    def settle(self) -> None:
        """Lets late answers of a step arrive within it."""
        self.clock.advance(0.5)
        self.pump(0.05)

    def ready_for(self, step: Step) -> None:
        """Connected, in the hours that the step wants, and with nothing said so far."""
        self.tolerated = frozenset(range(100_000))
        if not self.is_connected():
            self.connect(self.HOME_ID)
        if not step.any_hour:
            self._in_regular_hours()
        self.errors.clear()
        self.complaints.clear()
        self.tolerated = step.expects | step.allows | FARM_CODES

    def _in_regular_hours(self) -> None:
        """Moves on to ten in the morning of a weekday, unless the session has hours left."""
        while not self._has_hours_left():
            self.clock.advance_to("10:00:00")
            self.pump(0.3)

    def _has_hours_left(self) -> bool:
        local = self.clock.local()
        return local.weekday() < 5 and (9, 35) <= (local.hour, local.minute) < (14, 30)

    def recover(self) -> None:
        """After a failure: leaves nothing at work that could disturb the steps that follow."""
        try:
            self.tolerated = frozenset(range(100_000))
            if not self.is_connected():
                self.connect(self.HOME_ID)
            for subscription in list(self.subscriptions):
                subscription.cancel()
            self.market_data_type(1)
            self.global_cancel()
            self.pass_time(3)
        except Exception as error:  # the next step says it again in its own verdict
            logging.getLogger(__name__).info("recovery failed: %s", error)


class _Listener(logging.Handler):
    """Whatever a library warns of, apart from codes, which steps judge by themselves."""

    def __init__(self, complaints: list[str], gaps: str):
        super().__init__(logging.WARNING)
        self.complaints = complaints
        self.gaps = re.compile(gaps)

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if _ECHO_OF_A_CODE.match(text):
            return
        if record.exc_info and record.exc_info[1] is not None:
            text += f": {record.exc_info[1]!r}"
        if not self.gaps.search(text):
            self.complaints.append(text)
