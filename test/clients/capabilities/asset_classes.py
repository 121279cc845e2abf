"""An order of every class filled, with its commission, and what it leaves in the account."""

from capabilities.contracts import front_future, near_option
from capabilities.ordering import contract_of, place, quote, told, until_settled
from driver.market import EURUSD, SPX, SPY
from driver.steps import check, step


def round_trip(client, spec, quantity):
    """Buys at the market, sees the position, sells it again."""
    bought = until_settled(client, place(client, spec, totalQuantity=quantity, orderType="MKT"))
    con_id = contract_of(client, spec).conId
    held = lambda: float(getattr(client.positions().get(con_id), "position", 0))
    client.until(lambda: held() == quantity, f"a position of {quantity}", within=30)
    sale = {"action": "SELL", "totalQuantity": quantity, "orderType": "MKT"}
    until_settled(client, place(client, spec, **sale))
    return told(bought)


@step("an option is bought and sold")
def option(client):
    return round_trip(client, near_option(client), 2)


@step("a future is bought and sold")
def future(client):
    return round_trip(client, front_future(client), 1)


@step("a fund is bought and sold")
def fund(client):
    return round_trip(client, SPY, 10)


@step("a currency pair is bought and sold")
def pair(client):
    order = until_settled(client, place(client, EURUSD, totalQuantity=25_000, orderType="MKT"))
    check(0.2 < order.average < 5, f"an exchange rate of {order.average}")
    sale = {"action": "SELL", "totalQuantity": 25_000, "orderType": "MKT"}
    until_settled(client, place(client, EURUSD, **sale))
    return told(order)


@step("a limit order for an option fills", wall_seconds=60)
def option_limit(client):
    spec = near_option(client)
    price = round(quote(client, spec).ask * 1.1, 1)
    order_id = place(client, spec, totalQuantity=1, orderType="LMT", lmtPrice=price)
    order = until_settled(client, order_id, within=600, every=2)
    sale = {"action": "SELL", "totalQuantity": 1, "orderType": "MKT"}
    until_settled(client, place(client, spec, **sale))
    return told(order)


@step("an index cannot be traded", expects=[203], allows=[201, 202])
def index(client):
    order_id = place(client, SPX, totalQuantity=1, orderType="MKT")
    client.until(lambda: client.errors, "the refusal")
    check(not client.order(order_id).filled, "it filled")
