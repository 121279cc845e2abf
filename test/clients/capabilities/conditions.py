"""Orders that wait for a condition: told back as they were asked, held, then released."""

from capabilities.ordering import (
    PATIENT, cancel_and_see, place, quote, told, until_settled, until_status,
)  # fmt: skip
from driver.market import AAPL_CON_ID, IBM, KO_CON_ID
from driver.steps import check, step

TOLD_BACK = ("isMore", "price", "time", "percent", "volume", "changePercent", "conId", "symbol")


def conditional(client, *conditions, **more):
    """A market order under conditions, which must come back as they went out."""
    order_id = place(client, orderType="MKT", conditions=list(conditions), **more)
    until_status(client, order_id, "PreSubmitted", "Submitted", "Filled")
    echoed = client.echoed(order_id).conditions if not client.order(order_id).is_done else []
    for sent, back in zip(conditions, echoed, strict=bool(echoed)):
        for name in TOLD_BACK:
            one, other = getattr(sent, name, None), getattr(back, name, None)
            check(str(one) == str(other) or one == other, f"{name} {one} came back as {other}")
    return order_id


def held_then_cancelled(client, condition):
    """An order under a condition that does not come true stays where it is."""
    order_id = conditional(client, condition)
    client.pass_time(30)
    check(client.order(order_id).status == "PreSubmitted", f"{client.order(order_id).statuses}")
    return cancel_and_see(client, order_id)


@step("condition on a price: waits, is released", expects=[202], wall_seconds=60)
def price(client):
    never = client.condition(
        "price", isMore=True, price=99_999.0, conId=AAPL_CON_ID, exch="SMART", triggerMethod=0
    )
    held_then_cancelled(client, never)
    always = client.condition(
        "price", isMore=True, price=0.5, conId=AAPL_CON_ID, exch="SMART", triggerMethod=0
    )
    return told(until_settled(client, conditional(client, always), **PATIENT))


@step("condition on the time: waits, is released", wall_seconds=60)
def time(client):
    after = client.clock.wire_time(60)
    order_id = conditional(client, client.condition("time", isMore=True, time=after))
    client.pass_time(40)
    check(client.order(order_id).status == "PreSubmitted", f"{client.order(order_id).statuses}")
    return told(until_settled(client, order_id, within=90, every=1))


@step("condition on the margin cushion", expects=[202], wall_seconds=60)
def margin(client):
    held_then_cancelled(client, client.condition("margin", isMore=False, percent=1))
    released = client.condition("margin", isMore=True, percent=2)
    return told(until_settled(client, conditional(client, released), **PATIENT))


@step("condition on an execution", wall_seconds=60)
def execution(client):
    traded = client.condition("execution", secType="STK", exch="SMART", symbol="IBM")
    order_id = conditional(client, traded)
    client.pass_time(20)
    check(client.order(order_id).status == "PreSubmitted", f"{client.order(order_id).statuses}")
    until_settled(client, place(client, IBM, orderType="MKT"))
    return told(until_settled(client, order_id, **PATIENT))


@step("condition on the volume", expects=[202], wall_seconds=60)
def volume(client):
    never = client.condition(
        "volume", isMore=True, volume=2_000_000_000, conId=KO_CON_ID, exch="SMART"
    )
    held_then_cancelled(client, never)
    always = client.condition("volume", isMore=True, volume=1, conId=KO_CON_ID, exch="SMART")
    return told(until_settled(client, conditional(client, always), **PATIENT))


@step("condition on a change in per cent", expects=[202], wall_seconds=60)
def percent(client):
    never = client.condition(
        "percent", isMore=True, changePercent=80.0, conId=KO_CON_ID, exch="SMART"
    )
    held_then_cancelled(client, never)
    always = client.condition(
        "percent", isMore=False, changePercent=80.0, conId=KO_CON_ID, exch="SMART"
    )
    return told(until_settled(client, conditional(client, always), **PATIENT))


@step("two conditions joined by and, by or", expects=[202], wall_seconds=60)
def joined(client):
    def pair(conjunction):
        fields = {"isMore": True, "conId": AAPL_CON_ID, "exch": "SMART", "triggerMethod": 0}
        return (
            client.condition("price", price=0.5, conjunction=conjunction, **fields),
            client.condition("price", price=99_999.0, **fields),
        )

    both = conditional(client, *pair("a"))
    client.pass_time(20)
    check(client.order(both).status == "PreSubmitted", f"{client.order(both).statuses}")
    cancel_and_see(client, both)
    return told(until_settled(client, conditional(client, *pair("o")), **PATIENT))


@step("a condition that cancels", allows=[202], wall_seconds=60)
def cancels(client):
    after = client.clock.wire_time(60)
    order_id = place(
        client,
        orderType="LMT",
        lmtPrice=quote(client).off(-0.2),
        conditions=[client.condition("time", isMore=True, time=after)],
        conditionsCancelOrder=True,
    )
    until_status(client, order_id, "Submitted", "PreSubmitted")
    return told(until_status(client, order_id, "Cancelled", within=90, every=1))


