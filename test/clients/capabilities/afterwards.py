"""What a client finds again after it was away: executions and completed orders."""

from capabilities.ordering import place, quote, until_settled, until_status
from driver.market import ACCOUNT, KO
from driver.steps import check, step


@step("executions and completed orders after a reconnect", expects=[202])
def found_again(client):
    reference = f"again-{client.clock.now:%H%M%S}"
    filled = until_settled(client, place(client, orderType="MKT", orderRef=reference))
    resting = place(client, orderType="LMT", lmtPrice=quote(client).off(-0.2), orderRef=reference)
    cancelled = until_status(client, resting, "Submitted")
    client.cancel(resting)
    until_status(client, resting, "Cancelled")
    client.disconnect()
    client.connect(client.HOME_ID)
    check(client.new_id() > resting, f"the next id is not beyond {resting}")
    mine = [each for each in client.executions() if each.orderRef == reference]
    before = {each.execId for each in filled.executions}
    check({each.execId for each in mine} == before, f"executions {mine}")
    completed = client.completed_orders()
    ends = {completed[each.perm_id][1] for each in (filled, cancelled)}
    check(ends == {"Filled", "Cancelled"}, f"completed orders {ends}")
    references = {completed[each.perm_id][0].orderRef for each in (filled, cancelled)}
    check(references == {reference}, f"references {references}")
    return {"executions": len(mine), "completed": len(completed)}


@step("executions by filter")
def filtered(client):
    until_settled(client, place(client, KO, orderType="MKT"))
    until_settled(client, place(client, orderType="MKT", action="SELL"))
    everything = client.executions()
    filters = {
        "symbol": ({"symbol": "KO"}, lambda each: each.side == "BOT"),
        "side": ({"side": "SELL"}, lambda each: each.side == "SLD"),
        "client": ({"clientId": client.HOME_ID}, lambda each: each.clientId == client.HOME_ID),
        "account": ({"acctCode": ACCOUNT}, lambda each: each.acctNumber == ACCOUNT),
        "class": ({"secType": "STK"}, lambda each: each.price > 0),
    }
    counts = {"all": len(everything)}
    for name, (fields, holds) in filters.items():
        found = client.executions(**fields)
        check(found and all(holds(each) for each in found), f"by {name}: {found}")
        counts[name] = len(found)
    check(client.executions(symbol="NOSUCH") == [], "executions of nothing")
    check(counts["symbol"] < counts["all"], f"the symbol filter holds nothing back: {counts}")
    return counts


@step("completed orders of the API alone")
def api_only(client):
    completed = client.completed_orders(api_only=True)
    check(completed, "none")
    return len(completed)
