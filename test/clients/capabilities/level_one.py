"""Level 1: quotes of every class, generic ticks, snapshots, delayed and frozen data, greeks."""

from capabilities.contracts import front_future, near_option
from capabilities.ordering import contract_of, quote
from driver.market import AAPL, EURUSD, IBM, IMO, SPX, SPY, Spec
from driver.steps import check, step

GENERIC = "100,101,104,105,106,165,221,225,233,236,293,294,295,375,411,456,595"


def until_seen(client, stream, names, **patience):
    """Waits until a stream has told every one of the named values."""
    missing = lambda: [name for name in names if stream.get(name) is None]
    try:
        client.until(lambda: not missing(), "all of them", **patience)
    except AssertionError as failure:
        raise AssertionError(f"{failure}: without {missing()}") from None
    return {name: stream.get(name) for name in names}


@step("level 1 of a stock")
def stock(client):
    stream = client.stream(contract_of(client, AAPL))
    names = "bid bidSize ask askSize last lastSize volume high low open close".split()
    seen = until_seen(client, stream, names)
    check(seen["bid"] < seen["ask"], f"bid {seen['bid']}, ask {seen['ask']}")
    check(seen["low"] <= seen["last"] <= seen["high"], f"last outside the day: {seen}")
    first = (seen["bid"], seen["ask"], seen["last"])
    moved = lambda: (stream.get("bid"), stream.get("ask"), stream.get("last")) != first
    client.until(moved, "the quote move", within=120, every=1)
    stream.cancel()
    return seen


@step("level 1 of a fund, an index, a future and a pair")
def classes(client):
    seen = {}
    wanted = {
        "SPY": (SPY, ["bid", "ask", "last"]),
        "SPX": (SPX, ["last", "close"]),
        "ES": (front_future(client), ["bid", "ask", "last"]),
        "EUR": (EURUSD, ["bid", "ask"]),
    }
    for name, (spec, values) in wanted.items():
        stream = client.stream(contract_of(client, spec))
        seen[name] = until_seen(client, stream, values)
        stream.cancel()
    return seen


@step("generic ticks: shortable shares, real-time volume, averages, volatility, dividends")
def generic_ticks(client):
    stream = client.stream(contract_of(client, AAPL), GENERIC)
    names = "shortable shortableShares rtVolume avVolume low52week high52week impliedVolatility"
    seen = until_seen(client, stream, names.split(), within=120, every=1)
    halted = stream.get("halted")
    check(halted is None or halted <= 0, f"halted {halted}")
    check(seen["shortable"] > 2.5, f"shortable {seen['shortable']}")
    stream.cancel()
    return {name: str(value) for name, value in seen.items()}


# ib_async has no name for tick type 57 and complains of it.
@step("generic tick 318: the last trade of the regular session", clients=("ibapi",))
def last_regular_trade(client):
    stream = client.stream(contract_of(client, AAPL), "318")
    seen = until_seen(client, stream, ["lastRegularTrade"], within=120, every=1)
    stream.cancel()
    return seen


@step("generic ticks that do not exist are refused", expects=[321])
def bad_generic_ticks(client):
    client.stream(contract_of(client, AAPL), "987654")
    client.until(lambda: client.errors, "a refusal")


@step("option computations: bid, ask, model")
def greeks(client):
    stream = client.stream(contract_of(client, near_option(client)), "100,101,106")
    until_seen(client, stream, ["bid", "ask", "bidGreeks", "askGreeks", "modelGreeks"])
    model = stream.get("modelGreeks")
    stream.cancel()
    check(0.2 < model.delta < 0.8, f"the delta of a call near the money is {model.delta}")
    check(model.impliedVol > 0 and model.gamma > 0 and model.vega > 0, f"model {model}")
    check(model.theta < 0, f"theta {model.theta}")
    return {"delta": model.delta, "vol": model.impliedVol, "price": model.optPrice}


@step("implied volatility and option price on request")
def calculations(client):
    contract = contract_of(client, near_option(client))
    under = quote(client).mid
    priced = client.option_price(contract, 0.3, under)
    solved = client.implied_volatility(contract, priced.optPrice, under)
    check(abs(solved.impliedVol - 0.3) < 0.005, f"0.3 became {solved.impliedVol}")
    return {"price": priced.optPrice, "volatility": solved.impliedVol}


@step("snapshot")
def snapshot(client):
    stream = client.stream(contract_of(client, IBM), snapshot=True)
    client.until(lambda: stream.has_ended, "the end of the snapshot", within=30)
    check(stream.get("bid") > 0 and stream.get("ask") > 0, "a snapshot without a quote")
    return {"bid": stream.get("bid"), "ask": stream.get("ask")}


@step("no live data without a subscription", expects=[354])
def not_subscribed(client):
    client.stream(contract_of(client, IMO))
    client.until(lambda: client.errors, "a refusal")


@step("delayed data without a subscription, when asked for", expects=[10167])
def delayed(client):
    client.market_data_type(3)
    stream = client.stream(contract_of(client, IMO))
    seen = until_seen(client, stream, ["bid", "ask", "last", "volume", "close"])
    client.pass_time(10)
    kind = stream.market_data_type
    stream.cancel()
    client.market_data_type(1)
    check(kind == 3, f"market data type {kind}")
    return seen


@step("live data with a subscription, though delayed was asked for")
def live_all_the_same(client):
    client.market_data_type(3)
    stream = client.stream(contract_of(client, AAPL))
    until_seen(client, stream, ["bid", "ask", "last"])
    kind = stream.market_data_type
    stream.cancel()
    client.market_data_type(1)
    check(kind == 1, f"market data type {kind}")


@step("frozen data when asked for while the market is open is live")
def frozen(client):
    client.market_data_type(2)
    stream = client.stream(contract_of(client, AAPL))
    until_seen(client, stream, ["bid", "ask"])
    kind = stream.market_data_type
    stream.cancel()
    client.market_data_type(1)
    check(kind == 1, f"market data type {kind}")


@step("no level 1 of an unknown contract", expects=[200])
def unknown(client):
    client.stream(client.contract(Spec("NOSUCH", "STK", "SMART", conId=999_999_999)))
    client.until(lambda: client.errors, "a refusal")


