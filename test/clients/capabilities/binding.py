"""Several clients: client 0 and automatic binding, other clients' orders, ids that are taken."""

from capabilities.ordering import place, quote, until_status
from driver.steps import check, step


@step("only client 0 may bind orders", expects=[327])
def refused(client):
    client.auto_open_orders(True)
    client.until(lambda: client.errors, "the refusal")


@step("client 0 binds orders")
def bound(client):
    client.disconnect()
    client.connect(0)
    client.auto_open_orders(True)
    client.pass_time(2)
    client.disconnect()
    client.connect(client.HOME_ID)


@step("another client sees an order and may not cancel it", expects=[202], allows=[10147])
def others(client):
    order_id = place(client, orderType="LMT", lmtPrice=quote(client).off(-0.2), tif="GTC")
    perm_id = until_status(client, order_id, "Submitted").perm_id
    client.disconnect()
    client.connect(22)
    check(perm_id in client.open_orders(), "another client does not see it")
    check(perm_id not in client.own_open_orders(), "another client takes it for its own")
    client.disconnect()
    client.connect(client.HOME_ID)
    check(perm_id in client.own_open_orders(), "its owner lost it")
    client.cancel(order_id)
    client.until(lambda: perm_id not in client.open_orders(), "the order gone")


