"""What an order would do to margin and what it would cost, without placing it."""

from capabilities.contracts import front_future, near_option
from capabilities.ordering import contract_of
from driver.market import AAPL, EURUSD
from driver.steps import check, step


def preview(client, spec, quantity):
    """The answer to a market order that is not placed."""
    fields = {"action": "BUY", "totalQuantity": quantity, "orderType": "MKT"}
    state = client.what_if(contract_of(client, spec), fields)
    change = float(state.initMarginChange)
    check(state.status == "PreSubmitted", f"status {state.status}")
    check(change < 1e300 and 0 < float(state.initMarginAfter) < 1e300, f"margins of {state}")
    costs = [state.commission, state.minCommission, state.maxCommission]
    known = [cost for cost in costs if 0 < cost < 1e300]
    check(known, f"commissions {costs}")
    return {"initMarginChange": change, "commission": known[0]}


def previewed(spec_of, quantity):
    def run(client):
        return preview(client, spec_of(client), quantity)

    return run


step("what-if of a stock")(previewed(lambda _: AAPL, 50))
step("what-if of an option")(previewed(near_option, 1))
step("what-if of a future")(previewed(front_future, 1))
step("what-if of a currency pair")(previewed(lambda _: EURUSD, 25_000))


@step("a what-if leaves no order behind")
def leaves_nothing(client):
    preview(client, AAPL, 10)
    check(client.open_orders() == {}, f"open: {client.open_orders()}")
