"""Orders that hang together: brackets and one-cancels-all groups of the three types."""

from capabilities.ordering import (
    cancel_and_see, contract_of, place, quote, told, until_settled, until_status,
)  # fmt: skip
from driver.market import AAPL
from driver.steps import check, step


def bracket(client, entry):
    """An entry with a profit target and a stop, the last of them transmitting all three."""
    contract, now = contract_of(client, AAPL), quote(client)
    parent = client.new_id()
    family = {
        parent: {**entry, "action": "BUY", "transmit": False},
        client.new_id(): {
            "action": "SELL", "orderType": "LMT", "lmtPrice": now.off(0.2), "parentId": parent,
            "transmit": False,
        },
        client.new_id(): {
            "action": "SELL", "orderType": "STP", "auxPrice": now.off(-0.2), "parentId": parent,
        },
    }  # fmt: skip
    for order_id, fields in family.items():
        client.place(contract, {"totalQuantity": 10, **fields}, order_id)
    return list(family)


@step("bracket: the entry fills, the children work, the target fills, the stop goes", allows=[202])
def bracket_to_target(client):
    parent, target, stop = bracket(client, {"orderType": "MKT"})
    until_settled(client, parent)
    until_status(client, target, "Submitted")
    until_status(client, stop, "PreSubmitted", "Submitted")
    client.modify(target, lmtPrice=quote(client).off(-0.01), transmit=True)
    order = until_settled(client, target)
    until_status(client, stop, "Cancelled")
    return told(order)


@step("bracket: the children wait for the entry and go with it", allows=[202])
def bracket_cancelled(client):
    limit = {"orderType": "LMT", "lmtPrice": quote(client).off(-0.2)}
    parent, target, stop = bracket(client, limit)
    until_status(client, parent, "Submitted")
    for child in (target, stop):
        until_status(client, child, "PreSubmitted")
    client.cancel(parent)
    for order_id in (parent, target, stop):
        until_status(client, order_id, "Cancelled")
    check(client.open_orders() == {}, "something was left open")


def group_of(oca_type):
    """A group of which one order fills: the others go."""

    def run(client):
        now, name = quote(client), f"group-{oca_type}-{client.clock.now:%H%M%S}"
        shared = {"orderType": "LMT", "ocaGroup": name, "ocaType": oca_type}
        waiting = [place(client, lmtPrice=now.off(-0.2 - i / 100), **shared) for i in range(2)]
        for order_id in waiting:
            until_status(client, order_id, "Submitted")
        winner = place(client, lmtPrice=now.off(0.01), **shared)
        order = until_settled(client, winner)
        for order_id in waiting:
            until_status(client, order_id, "Cancelled")
        return told(order)

    return run


step("group of type 1: cancel with block", allows=[202])(group_of(1))
step("group of type 2: reduce with block", allows=[202])(group_of(2))
step("group of type 3: reduce without block", allows=[202])(group_of(3))


@step("group of type 3: a part filled reduces the others", expects=[202], wall_seconds=60)
def reduced_by_part(client):
    now, name = quote(client), f"part-{client.clock.now:%H%M%S}"
    shared = {"orderType": "LMT", "ocaGroup": name, "ocaType": 3, "totalQuantity": 2_000}
    waiting = place(client, lmtPrice=now.off(-0.2), **shared)
    until_status(client, waiting, "Submitted")
    working = place(client, lmtPrice=now.ask, **shared)
    partial = lambda: 0 < client.order(working).filled < 2_000
    client.until(partial, "a part of the order fill", within=300, every=0.5)
    filled = client.order(working).filled
    reduced = lambda: client.order(waiting).remaining <= 2_000 - filled
    client.until(reduced, "the other order reduced", within=30)
    for order_id in (working, waiting):
        if not client.order(order_id).is_done:
            cancel_and_see(client, order_id)
    sold = client.order(working).filled
    sale = place(client, action="SELL", orderType="MKT", totalQuantity=sold)
    until_settled(client, sale, within=3_600, every=5)
    return {"filled": sold}
