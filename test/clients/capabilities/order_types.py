"""Every order type to its end.

Orders that wait for the market to move come in pairs, one on either side: whichever way it goes,
one of them is elected, and the other is cancelled (202).
"""

from capabilities.ordering import (
    PATIENT, cancel_and_see, first_to_fill, place, quote, told, until_settled, until_status,
)  # fmt: skip
from driver.steps import check, step

NEAR = 0.0006


@step("order type MKT")
def market(client):
    return told(until_settled(client, place(client, orderType="MKT")))


@step("order type LMT, marketable")
def limit(client):
    price = quote(client).off(0.01)
    order = until_settled(client, place(client, orderType="LMT", lmtPrice=price))
    check(order.average <= price, f"filled at {order.average} over the limit of {price}")
    return told(order)


@step("order type LMT, resting and cancelled", expects=[202])
def resting(client):
    order_id = place(client, orderType="LMT", lmtPrice=quote(client).off(-0.2))
    until_status(client, order_id, "Submitted")
    return told(cancel_and_see(client, order_id))


def pair_of(order_type, buys_at, extra=lambda price, side: {}):
    """Two orders around the market, `buys_at` +1 (a stop) or -1 (a touch) from the midpoint."""

    def run(client):
        now = quote(client)
        sides = {"BUY": now.off(buys_at * NEAR), "SELL": now.off(-buys_at * NEAR)}
        ids = [
            place(client, action=side, orderType=order_type, auxPrice=price, **extra(price, side))
            for side, price in sides.items()
        ]
        for order_id in ids:
            until_status(client, order_id, "PreSubmitted", "Submitted", "Filled")
        return told(first_to_fill(client, ids))

    return run


def limit_beyond(fraction):
    """A limit so far beyond the trigger that the order fills once it is elected."""
    return lambda price, side: {
        "lmtPrice": round(price * (1 + fraction * (1 if side == "BUY" else -1)), 2)
    }


WAITING = {"allows": [202], "wall_seconds": 60}
step("order type STP", **WAITING)(pair_of("STP", +1))
step("order type STP LMT", **WAITING)(pair_of("STP LMT", +1, limit_beyond(0.01)))
step("order type MIT", **WAITING)(pair_of("MIT", -1))
step("order type LIT", **WAITING)(pair_of("LIT", -1, limit_beyond(0.01)))


@step("order type TRAIL by an amount", wall_seconds=60)
def trail(client):
    now = quote(client)
    amount = round(now.mid * NEAR, 2)
    order_id = place(client, action="SELL", orderType="TRAIL", auxPrice=amount)
    return told(until_settled(client, order_id, **PATIENT))


@step("order type TRAIL by per cent", wall_seconds=60)
def trail_percent(client):
    order_id = place(client, orderType="TRAIL", trailingPercent=0.1)
    return told(until_settled(client, order_id, **PATIENT))


@step("order type TRAIL LIMIT", wall_seconds=60)
def trail_limit(client):
    now = quote(client)
    amount = round(now.mid * NEAR, 2)
    order_id = place(
        client,
        action="SELL",
        orderType="TRAIL LIMIT",
        auxPrice=amount,
        trailStopPrice=round(now.bid - amount, 2),
        lmtPriceOffset=round(now.mid * 0.01, 2),
    )
    return told(until_settled(client, order_id, **PATIENT))


@step("order type MIDPRICE", wall_seconds=60)
def midprice(client):
    order_id = place(client, orderType="MIDPRICE", lmtPrice=quote(client).off(0.01))
    return told(until_settled(client, order_id, **PATIENT))


@step("order type REL", wall_seconds=60)
def relative(client):
    now = quote(client)
    order_id = place(client, orderType="REL", auxPrice=0.05, lmtPrice=now.off(0.01))
    return told(until_settled(client, order_id, **PATIENT))


@step("order type LMT, iceberg", wall_seconds=60)
def iceberg(client):
    price = quote(client).off(0.01)
    order_id = place(
        client, orderType="LMT", lmtPrice=price, totalQuantity=300, displaySize=100
    )
    order = until_settled(client, order_id, **PATIENT)
    check(order.filled == 300, f"filled {order.filled}")
    return told(order)


@step("order type LMT, hidden", wall_seconds=60)
def hidden(client):
    order_id = place(client, orderType="LMT", lmtPrice=quote(client).off(0.01), hidden=True)
    return told(until_settled(client, order_id, **PATIENT))


@step("a short sale fills")
def short_sale(client):
    from driver.market import IBM

    order_id = place(client, IBM, action="SELL", orderType="MKT")
    order = until_settled(client, order_id)
    until_settled(client, place(client, IBM, orderType="MKT"))
    return told(order)


@step("an order type that does not exist is refused", expects=[387], allows=[201, 202, 321])
def unknown_type(client):
    order_id = place(client, orderType="NOSUCH")
    client.until(lambda: client.errors, "the refusal")
    check(not client.order(order_id).filled, "it filled")
