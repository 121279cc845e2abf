"""What ends with the day: auctions, DAY orders, extended hours, the next day's opening."""

from capabilities.ordering import (
    PATIENT, cancel_and_see, contract_of, place, quote, told, until_settled, until_status,
)  # fmt: skip
from driver.market import AAPL
from driver.steps import check, step

# Overnight a gateway resets: links and farms may come and go.
OVERNIGHT = [1100, 1102, 2103, 2104, 2105, 2106, 2107, 2108, 2119, 2157, 2158]


@step(
    "MOC and LOC trade in the closing auction, a DAY order ends with it",
    allows=[202],
    wall_seconds=120,
)
def closing_auction(client):
    now = quote(client)
    day = place(client, orderType="LMT", lmtPrice=now.off(-0.2))
    on_close = place(client, orderType="MOC")
    limit_on_close = place(client, action="SELL", orderType="LOC", lmtPrice=now.off(-0.05))
    until_status(client, day, "Submitted")
    for order_id in (on_close, limit_on_close):
        until_status(client, order_id, "PreSubmitted", "Submitted")
    client.clock.advance_to("15:59:30")
    client.pass_time(5)
    for order_id in (on_close, limit_on_close):
        check(not client.order(order_id).is_done, "it ended before the auction")
    patience = {"within": 300, "every": 2}
    orders = [until_settled(client, each, **patience) for each in (on_close, limit_on_close)]
    ended = until_status(client, day, "Cancelled", **patience)
    prices = {order.average for order in orders}
    check(len(prices) == 1, f"one auction, two prices: {prices}")
    return {"day": told(ended), "MOC": told(orders[0]), "LOC": told(orders[1])}


@step(
    "outside regular hours an order waits (399) unless it says it need not",
    expects=[399],
    allows=[202, 2109],
    wall_seconds=60,
    any_hour=True,
)
def extended_hours(client):
    check(client.clock.local().hour >= 16, "the session has not ended")
    waiting = place(client, orderType="MKT")
    until_status(client, waiting, "PreSubmitted", "ValidationError")
    now = quote(client)
    order_id = place(client, orderType="LMT", lmtPrice=now.off(0.02), outsideRth=True)
    order = until_settled(client, order_id, **PATIENT)
    client.cancel(waiting)
    until_status(client, waiting, "Cancelled")
    return told(order)


@step("frozen data while the market is closed", allows=OVERNIGHT, any_hour=True)
def frozen(client):
    client.clock.advance_to("21:30:00")
    client.pump(0.3)
    client.market_data_type(2)
    stream = client.stream(contract_of(client, AAPL))
    client.until(lambda: stream.get("bid") and stream.get("ask"), "the last quote")
    client.until(lambda: stream.market_data_type == 2, "that it is frozen")
    stream.cancel()
    client.market_data_type(1)
    return {"bid": stream.get("bid"), "ask": stream.get("ask")}


@step(
    "OPG trades in the opening auction",
    allows=[202, 399, *OVERNIGHT],
    wall_seconds=120,
    any_hour=True,
)
def opening_auction(client):
    order_id = place(client, orderType="MKT", tif="OPG")
    until_status(client, order_id, "PreSubmitted", "Submitted", "ValidationError")
    client.clock.advance_to("09:29:50")
    client.pump(0.5)
    check(not client.order(order_id).is_done, "it ended before the auction")
    order = until_settled(client, order_id, within=300, every=1)
    return told(order)


@step("the day after: positions, quotes and orders go on", expects=[202], allows=OVERNIGHT)
def day_after(client):
    order_id = place(client, orderType="LMT", lmtPrice=quote(client).off(-0.2), tif="GTC")
    until_status(client, order_id, "Submitted")
    return told(cancel_and_see(client, order_id))
