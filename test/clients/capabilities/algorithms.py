"""IBKR's algorithms, worked to their end."""

from capabilities.ordering import PATIENT, place, quote, told, until_settled
from driver.steps import check, step


def worked(strategy, params_of, order_type="MKT", quantity=300):
    """An order that an algorithm works over time."""

    def run(client):
        fields = {"lmtPrice": quote(client).off(0.01)} if order_type == "LMT" else {}
        order_id = place(
            client,
            orderType=order_type,
            totalQuantity=quantity,
            algoStrategy=strategy,
            algoParams=params_of(client.clock),
            **fields,
        )
        order = until_settled(client, order_id, **PATIENT)
        check(order.filled == quantity, f"filled {order.filled}")
        return {"executions": len(order.executions), **told(order)}

    return run


def window(clock, seconds):
    """A start and an end as the algorithms take them."""
    return {"startTime": clock.wire_time(0), "endTime": clock.wire_time(seconds)}


LONG = {"wall_seconds": 60}
step("algorithm Adaptive", **LONG)(worked("Adaptive", lambda _: {"adaptivePriority": "Normal"}))
step("algorithm Adaptive with a limit", **LONG)(
    worked("Adaptive", lambda _: {"adaptivePriority": "Urgent"}, "LMT")
)
step("algorithm Twap", **LONG)(
    worked(
        "Twap",
        lambda clock: {
            "strategyType": "Marketable",
            **window(clock, 1_200),
            "allowPastEndTime": 1,
        },
    )
)
step("algorithm Vwap", **LONG)(
    worked(
        "Vwap",
        lambda clock: {
            "maxPctVol": 0.2,
            **window(clock, 1_200),
            "allowPastEndTime": 1,
            "noTakeLiq": 0,
            "speedUp": 0,
        },
    )
)
step("algorithm ArrivalPx", **LONG)(
    worked(
        "ArrivalPx",
        lambda clock: {
            "maxPctVol": 0.1,
            "riskAversion": "Neutral",
            **window(clock, 1_200),
            "forceCompletion": 0,
            "allowPastEndTime": 1,
        },
    )
)
step("algorithm PctVol", **LONG)(
    worked(
        "PctVol",
        lambda clock: {"pctVol": 0.1, **window(clock, 1_200), "noTakeLiq": 0},
    )
)


@step("an algorithm that does not exist is refused", allows=[202, 321, 439, 442])
def unknown(client):
    order_id = place(client, orderType="MKT", algoStrategy="NoSuch", algoParams={})
    client.until(lambda: client.errors, "the refusal")
    check(not client.order(order_id).filled, "it filled")
    return [f"{code} {text}" for _, code, text in client.errors]
