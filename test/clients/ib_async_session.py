"""A session of ib_async 2.x with the simulated gateway, told as one JSON line.

Usage: ib_async_session.py PORT
       ib_async_session.py --check     exit code 0 when ib_async can be imported

Connects (any request that times out while connecting is an error), reads account, positions,
quotes and history, places a market order and waits for its fill and commission, places a limit
order far from the market and cancels it, asks what an order would do to margin, and prints what
it saw. Exit code 0: everything came; 1: what did not is on standard error.
"""

import asyncio
import importlib.metadata
import json
import logging
import sys


def version_of_source_tree(name, installed=importlib.metadata.version):
    """ib_async asks for its installed version; a source tree on the path has none."""
    try:
        return installed(name)
    except importlib.metadata.PackageNotFoundError:
        return "2.0.0"


importlib.metadata.version = version_of_source_tree

from ib_async import IB, LimitOrder, MarketOrder, Stock  # noqa: E402

PATIENCE_S = 15


class Complaints(logging.Handler):
    """Whatever the library warns of: time-outs, messages that it could not decode."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.texts = []

    def emit(self, record):
        self.texts.append(record.getMessage())


async def until(condition, what):
    for _ in range(PATIENCE_S * 20):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise TimeoutError(f"never saw {what}")


async def session(port):
    ib = IB()
    try:
        return await told(ib, port)
    finally:
        ib.disconnect()


async def told(ib, port):
    await ib.connectAsync("127.0.0.1", port, clientId=21, timeout=10, raiseSyncErrors=True)
    seen = {"serverVersion": ib.client.serverVersion(), "accounts": ib.managedAccounts()}

    values = {(v.tag, v.currency): v.value for v in ib.accountValues()}
    seen["netLiquidation"] = float(values["NetLiquidation", "USD"])
    seen["cash"] = float(values["CashBalance", "USD"])
    summary = await ib.accountSummaryAsync()
    seen["summaryTags"] = len(summary)
    seen["positions"] = {p.contract.symbol: [p.position, p.avgCost] for p in ib.positions()}
    seen["portfolio"] = {p.contract.symbol: p.marketValue for p in ib.portfolio()}

    contract = Stock("AAPL", "SMART", "USD")
    (qualified,) = await ib.qualifyContractsAsync(contract)
    seen["conId"] = qualified.conId
    (details,) = await ib.reqContractDetailsAsync(contract)
    seen["minTick"] = details.minTick
    seen["liquidHours"] = details.liquidHours.split(";")[0]
    rule = await ib.reqMarketRuleAsync(int(details.marketRuleIds.split(",")[0]))
    seen["increment"] = rule[0].increment

    ticker = ib.reqMktData(contract)
    await until(lambda: ticker.bid > 0 and ticker.ask > ticker.bid, "a bid and an ask")
    await until(lambda: ticker.bidSize > 0 and ticker.close > 0, "sizes and the close")
    seen["quote"] = [ticker.bid, ticker.ask]
    ib.cancelMktData(contract)
    (ibm,) = await ib.qualifyContractsAsync(Stock("IBM", "SMART", "USD"))
    (snapshot,) = await ib.reqTickersAsync(ibm)
    seen["snapshot"] = [snapshot.bid, snapshot.ask]

    daily = await ib.reqHistoricalDataAsync(contract, "", "60 D", "1 day", "TRADES", True)
    seen["dailyBars"] = [len(daily), str(daily[0].date), daily[-1].close]
    minutes = await ib.reqHistoricalDataAsync(
        contract, "20260102 16:00:00 US/Eastern", "3600 S", "1 min", "MIDPOINT", True, 2
    )
    seen["minuteBars"] = [len(minutes), minutes[0].date.isoformat()]

    what_if = await ib.whatIfOrderAsync(contract, MarketOrder("BUY", 50, tif="DAY"))
    seen["whatIf"] = [float(what_if.initMarginChange), what_if.commission, what_if.status]

    bought = ib.placeOrder(contract, MarketOrder("BUY", 30, tif="DAY", orderRef="py-buy"))
    await until(lambda: bought.orderStatus.status == "Filled", "the fill")
    await until(
        lambda: bought.fills and all(f.commissionReport.execId for f in bought.fills),
        "the commission",
    )
    seen["fill"] = {
        "shares": sum(f.execution.shares for f in bought.fills),
        "price": bought.orderStatus.avgFillPrice,
        "commission": sum(f.commissionReport.commission for f in bought.fills),
        "permId": bought.orderStatus.permId,
        "log": [entry.status for entry in bought.log],
    }
    held = lambda: [p.position for p in ib.positions() if p.contract.conId == qualified.conId]
    await until(lambda: held() == [330], "the position")

    resting = ib.placeOrder(contract, LimitOrder("BUY", 10, 1.5, tif="GTC", orderRef="py-rest"))
    await until(lambda: resting.orderStatus.status == "Submitted", "the resting order")
    resting.order.lmtPrice = 1.6
    ib.placeOrder(contract, resting.order)
    await until(lambda: "Modify" in [e.message for e in resting.log], "the change")
    ib.cancelOrder(resting.order)
    await until(lambda: resting.orderStatus.status == "Cancelled", "the cancel")
    seen["openAfter"] = len(await ib.reqAllOpenOrdersAsync())
    seen["executions"] = len(await ib.reqExecutionsAsync())
    seen["completed"] = sorted(
        t.orderStatus.status for t in await ib.reqCompletedOrdersAsync(False)
    )

    return seen


def main():
    if sys.argv[1:] == ["--check"]:
        return 0
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    logging.getLogger("ib_async").setLevel(logging.WARNING)
    try:
        seen = asyncio.run(session(int(sys.argv[1])))
    except Exception as error:  # the test wants the reason, whatever it is
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        for text in complaints.texts:
            print(text, file=sys.stderr)
        return 1
    print(json.dumps({**seen, "complaints": complaints.texts}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
