"""Changes and cancels, in time and too late."""

from capabilities.ordering import (
    cancel_and_see, contract_of, place, quote, told, until_settled, until_status,
)  # fmt: skip
from driver.market import AAPL
from driver.steps import check, step


def resting_order(client, **more):
    """A limit order far below the market, working."""
    order_id = place(client, orderType="LMT", lmtPrice=quote(client).off(-0.2), **more)
    until_status(client, order_id, "Submitted")
    return order_id


@step("a change of price and size", expects=[202])
def change(client):
    order_id = resting_order(client)
    price = quote(client).off(-0.15)
    client.modify(order_id, lmtPrice=price, totalQuantity=20)
    client.until(lambda: client.order(order_id).remaining == 20, "the new size")
    echoed = client.echoed(order_id)
    check(echoed.lmtPrice == price, f"the limit is {echoed.lmtPrice}, asked for {price}")
    check(float(echoed.totalQuantity) == 20, f"the size is {echoed.totalQuantity}")
    return told(cancel_and_see(client, order_id))


@step("a change that makes it fill")
def change_to_fill(client):
    order_id = resting_order(client)
    client.modify(order_id, lmtPrice=quote(client).off(0.01))
    return told(until_settled(client, order_id))


@step("a change to a price between increments is refused, the order stays", expects=[110, 202])
def bad_increment(client):
    order_id = resting_order(client)
    was = client.echoed(order_id).lmtPrice
    client.modify(order_id, lmtPrice=round(was + 0.003, 4))
    client.until(lambda: client.errors, "the refusal")
    now = client.echoed(order_id).lmtPrice
    check(now == was, f"the limit went from {was} to {now}")
    return told(cancel_and_see(client, order_id))


@step("a change of a filled order is refused", expects=[104], allows=[103])
def change_of_filled(client):
    order_id = place(client, orderType="MKT")
    until_settled(client, order_id)
    fields = {"action": "BUY", "totalQuantity": 20, "orderType": "MKT"}
    client.send_order(order_id, contract_of(client, AAPL), fields)
    client.until(lambda: client.errors, "the refusal")


@step("a cancel of a filled order is refused", expects=[10148], allows=[161])
def cancel_of_filled(client):
    order_id = place(client, orderType="MKT")
    until_settled(client, order_id)
    client.cancel(order_id)
    client.until(lambda: client.errors, "the refusal")


@step("a cancel of an unknown order is refused", expects=[10147])
def cancel_of_unknown(client):
    client.cancel(999_999)
    client.until(lambda: client.errors, "the refusal")


@step("an order without size is refused", expects=[434])
def no_size(client):
    place(client, orderType="MKT", totalQuantity=0)
    client.until(lambda: client.errors, "the refusal")


@step("global cancel", expects=[202])
def global_cancel(client):
    ids = [resting_order(client) for _ in range(3)]
    client.global_cancel()
    for order_id in ids:
        until_status(client, order_id, "Cancelled")
    check(client.open_orders() == {}, "orders were left open")
