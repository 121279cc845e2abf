"""What the order steps share: a quote to price by, placing, and waiting for ends."""

from dataclasses import dataclass

from driver.market import AAPL
from driver.steps import StepFailed, check

# An hour of trading, for what waits on the market to move; looked at every few seconds.
PATIENT = {"within": 3_600.0, "every": 5.0}


@dataclass(frozen=True)
class Quote:
    """The best bid and ask when it was asked for."""

    bid: float
    ask: float

    @property
    def mid(self):
        return (self.bid + self.ask) / 2

    def off(self, fraction):
        """The midpoint moved by a fraction, in cents."""
        return round(self.mid * (1 + fraction), 2)


def contract_of(client, spec):
    """The contract as the gateway describes it, asked for once."""
    if spec not in client.contracts:
        details = client.details(spec)
        check(len(details) == 1, f"{len(details)} contracts answer {spec}")
        client.contracts[spec] = details[0].contract
        if spec.exchange == "SMART":
            details[0].contract.exchange = "SMART"
    return client.contracts[spec]


def quote(client, spec=AAPL) -> Quote:
    """A two-sided quote of the moment."""
    stream = client.stream(contract_of(client, spec))
    try:
        client.until(
            lambda: (stream.get("bid") or 0) > 0 and (stream.get("ask") or 0) > 0,
            f"a bid and an ask of {spec.symbol}",
        )
        return Quote(stream.get("bid"), stream.get("ask"))
    finally:
        stream.cancel()


def place(client, spec=AAPL, **fields) -> int:
    """Places an order of 10, to buy unless said otherwise."""
    fields = {"action": "BUY", "totalQuantity": 10, **fields}
    return client.place(contract_of(client, spec), fields)


def until_settled(client, order_id, **patience):
    """Waits until an order has filled whole and every execution has its commission."""

    def settled():
        order = client.order(order_id)
        if order.is_done and order.status != "Filled":
            raise StepFailed(f"ended as {order.status} by {order.statuses}")
        return order.is_settled

    try:
        client.until(settled, "the fill and its commission", **patience)
    except StepFailed as failure:
        raise StepFailed(f"{failure} (statuses: {client.order(order_id).statuses})") from None
    order = client.order(order_id)
    shares = sum(float(execution.shares) for execution in order.executions)
    check(shares == order.filled, f"executions of {shares} for a filled order of {order.filled}")
    check(order.average > 0, "a fill at no price")
    return order


def until_status(client, order_id, *statuses, **patience):
    """Waits until an order has one of the statuses."""

    def there():
        return client.order(order_id).status in statuses

    try:
        client.until(there, f"{' or '.join(statuses)}", **patience)
    except StepFailed as failure:
        raise StepFailed(f"{failure} (statuses: {client.order(order_id).statuses})") from None
    return client.order(order_id)


def cancel_and_see(client, order_id):
    """Cancels an order that works and waits for it to be gone; the code is 202."""
    client.cancel(order_id)
    return until_status(client, order_id, "Cancelled", "ApiCancelled")


def first_to_fill(client, order_ids, **patience):
    """Waits until one of two orders has filled, then cancels the others; which one it was."""
    filled = lambda: [each for each in order_ids if client.order(each).is_settled]
    client.until(filled, "one of the orders fill", **(patience or PATIENT))
    winner = filled()[0]
    for other in order_ids:
        if other != winner and not client.order(other).is_done:
            cancel_and_see(client, other)
    return client.order(winner)


def told(order) -> dict:
    """An order's end, for the verdict."""
    commission = sum(order.commissions.values())
    return {
        "status": order.status,
        "filled": order.filled,
        "average": round(order.average, 6),
        "commission": round(commission, 6),
        "statuses": order.statuses,
    }
