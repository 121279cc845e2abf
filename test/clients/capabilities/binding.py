"""Several clients: client 0 and automatic binding, other clients' orders, ids that are taken."""

from capabilities.ordering import place, quote, until_status
from driver.steps import check, step


@step("only client 0 may bind orders", expects=[327])
def refused(client):
    client.auto_open_orders(True)
    client.until(lambda: client.errors, "the refusal")


@step("client 0 binds what is typed into TWS, and cancels it", expects=[202])
def bound(client):
    now = quote(client)
    client.disconnect()
    client.connect(0)
    client.auto_open_orders(True)
    by_hand = {"instrument": "AAPL.STK.USD", "action": "BUY", "quantity": "10"}
    typed = {**by_hand, "limitPrice": now.off(-0.2)}
    client.clock.control.ask("POST", "/trade", typed)
    client.until(client.bound_orders, "an order with a negative id")
    ((order_id, order),) = client.bound_orders().items()
    check(order.lmtPrice == typed["limitPrice"], f"the limit came as {order.lmtPrice}")
    client.cancel(order_id)
    client.until(lambda: order.permId not in client.open_orders(), "the order gone")
    client.disconnect()
    client.connect(client.HOME_ID)
    return {"orderId": order_id, "permId": order.permId}


@step("executions of what is typed into TWS are seen by client 0")
def executed_by_hand(client):
    client.disconnect()
    client.connect(0)
    before = len(client.executions(symbol="XOM"))
    by_hand = {"instrument": "XOM.STK.USD", "action": "BUY", "quantity": "10"}
    client.clock.control.ask("POST", "/trade", by_hand)
    client.until(lambda: len(client.executions(symbol="XOM")) > before, "its execution")
    newest = client.executions(symbol="XOM")[-1]
    client.disconnect()
    client.connect(client.HOME_ID)
    return {"orderId": newest.orderId, "clientId": newest.clientId}


@step("another client sees an order and may not cancel it", expects=[202, 10147])
def others(client):
    order_id = place(client, orderType="LMT", lmtPrice=quote(client).off(-0.2), tif="GTC")
    perm_id = until_status(client, order_id, "Submitted").perm_id
    client.disconnect()
    client.connect(22)
    check(perm_id in client.open_orders(), "another client does not see it")
    check(perm_id not in client.own_open_orders(), "another client takes it for its own")
    client.send_cancel(order_id)
    client.until(lambda: 10147 in [code for _, code, _ in client.errors], "the refusal")
    check(perm_id in client.open_orders(), "another client has cancelled it")
    client.disconnect()
    client.connect(client.HOME_ID)
    check(perm_id in client.own_open_orders(), "its owner lost it")
    client.cancel(order_id)
    client.until(lambda: perm_id not in client.open_orders(), "the order gone")


