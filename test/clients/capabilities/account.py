"""The account: summary, updates, positions, profit and loss."""

import math

from driver.market import AAPL_CON_ID, HOLDINGS
from driver.steps import check, step

SUMMARY_TAGS = (
    "AccountType NetLiquidation TotalCashValue SettledCash BuyingPower EquityWithLoanValue "
    "GrossPositionValue InitMarginReq MaintMarginReq AvailableFunds ExcessLiquidity Cushion "
    "FullInitMarginReq FullMaintMarginReq FullAvailableFunds FullExcessLiquidity "
    "LookAheadNextChange LookAheadInitMarginReq LookAheadMaintMarginReq "
    "LookAheadAvailableFunds LookAheadExcessLiquidity HighestSeverity DayTradesRemaining Leverage"
).split()


@step("account summary")
def summary(client):
    values = client.account_summary()
    # The pattern-day-trader count is told of margin accounts under 25,000 alone.
    missing = set(SUMMARY_TAGS) - values.keys() - {"HighestSeverity", "DayTradesRemaining"}
    check(not missing, f"without {sorted(missing)}")
    check(float(values["NetLiquidation"]) > 0, f"NetLiquidation {values['NetLiquidation']}")
    return {"tags": len(values), "NetLiquidation": values["NetLiquidation"]}


@step("account updates")
def updates(client):
    values = client.account_values()
    worth = float(values["NetLiquidation", "USD"])
    cash = float(values["TotalCashBalance", "BASE"])
    check(worth > 0, f"NetLiquidation {worth}")
    return {"values": len(values), "NetLiquidation": worth, "cash": cash}


@step("account updates by model")
def updates_multi(client):
    values = client.account_values_multi()
    check("NetLiquidation" in values or "NetLiquidationByCurrency" in values, f"only {values}")
    return {"values": len(values)}


@step("portfolio")
def portfolio(client):
    items = client.portfolio()
    for symbol, held in HOLDINGS.items():
        item = items[symbol]
        check(float(item.position) == held, f"{symbol}: {item.position}")
        worth = float(item.position) * item.marketPrice
        check(math.isclose(worth, item.marketValue, rel_tol=1e-4), f"{symbol} is worth {worth}")
    return {symbol: items[symbol].marketValue for symbol in HOLDINGS}


@step("positions")
def positions(client):
    found = {p.contract.symbol: float(p.position) for p in client.request_positions().values()}
    check(HOLDINGS.items() <= found.items(), f"positions {found}")
    return found


@step("positions by model", clients=("ibapi",))
def positions_multi(client):
    found = client.positions_multi()
    check(HOLDINGS.items() <= found.items(), f"positions {found}")
    return found


@step("profit and loss")
def pnl(client):
    stream = client.pnl()
    known = lambda: not math.isnan(stream.dailyPnL) and not math.isnan(stream.unrealizedPnL)
    client.until(known, "profit and loss")
    client.cancel_pnl()
    return {"daily": stream.dailyPnL, "unrealized": stream.unrealizedPnL}


@step("profit and loss of one position")
def pnl_single(client):
    stream = client.pnl_single(AAPL_CON_ID)
    client.until(lambda: not math.isnan(stream.value) and stream.value > 0, "its value")
    client.cancel_pnl_single(AAPL_CON_ID)
    check(float(stream.position) == HOLDINGS["AAPL"], f"a position of {stream.position}")
    return {"daily": stream.dailyPnL, "value": stream.value}
