"""Every time in force to its end; OPG, MOC, LOC and the end of DAY orders are in `closing`."""

from capabilities.ordering import (
    PATIENT, cancel_and_see, place, quote, told, until_settled, until_status,
)  # fmt: skip
from driver.steps import check, step


@step("time in force GTC, resting and cancelled", expects=[202])
def good_till_cancelled(client):
    order_id = place(client, orderType="LMT", lmtPrice=quote(client).off(-0.2), tif="GTC")
    until_status(client, order_id, "Submitted")
    return told(cancel_and_see(client, order_id))


@step("time in force IOC, marketable")
def immediate_or_cancel(client):
    order_id = place(client, orderType="LMT", lmtPrice=quote(client).off(0.01), tif="IOC")
    return told(until_settled(client, order_id))


@step("time in force IOC, out of the market", allows=[202])
def immediate_out_of_market(client):
    order_id = place(client, orderType="LMT", lmtPrice=quote(client).off(-0.01), tif="IOC")
    order = until_status(client, order_id, "Cancelled")
    check(order.filled == 0, f"filled {order.filled}")
    return told(order)


@step("time in force FOK, marketable")
def fill_or_kill(client):
    order_id = place(client, orderType="LMT", lmtPrice=quote(client).off(0.01), tif="FOK")
    return told(until_settled(client, order_id))


@step("time in force FOK, more than there is", allows=[202])
def fill_or_kill_too_much(client):
    price = quote(client).ask
    order_id = place(client, orderType="LMT", lmtPrice=price, totalQuantity=3_000, tif="FOK")
    order = until_status(client, order_id, "Cancelled", "Filled")
    whole = order.filled in (0, 3_000)
    check(whole, f"filled {order.filled} of 3000")
    return told(order)


@step("time in force GTD", allows=[202], wall_seconds=60)
def good_till_date(client):
    end = client.clock.wire_time(90)
    order_id = place(
        client, orderType="LMT", lmtPrice=quote(client).off(-0.2), tif="GTD", goodTillDate=end
    )
    until_status(client, order_id, "Submitted")
    client.pass_time(60)
    check(client.order(order_id).status == "Submitted", "it ended before its time")
    return told(until_status(client, order_id, "Cancelled", within=60, every=1))


@step("good after time", allows=[399], wall_seconds=60)
def good_after_time(client):
    start = client.clock.wire_time(90)
    order_id = place(client, orderType="MKT", goodAfterTime=start)
    # ib_async shows a warning such as 399 as a status of its own.
    until_status(client, order_id, "PreSubmitted", "ValidationError")
    client.pass_time(60)
    check(client.order(order_id).filled == 0, "it worked before its time")
    return told(until_settled(client, order_id, **{**PATIENT, "every": 1, "within": 120}))


@step("a time in force that does not exist is refused", expects=[321], allows=[201, 202])
def unknown_tif(client):
    order_id = place(client, orderType="MKT", tif="XYZ")
    client.until(lambda: client.errors, "the refusal")
    check(not client.order(order_id).filled, "it filled")
