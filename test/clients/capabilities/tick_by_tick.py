"""Tick-by-tick data of the four kinds."""

from capabilities.contracts import front_future
from capabilities.ordering import contract_of
from driver.market import AAPL, EURUSD, KO
from driver.steps import check, step


def see_ticks(client, contract, kind, count, within=600.0):
    """Waits for so many ticks."""
    stream = client.tick_by_tick(contract, kind)
    client.until(lambda: len(stream.ticks) >= count, f"{count} ticks", within=within, every=1)
    stream.cancel()
    return list(stream.ticks)


@step("tick-by-tick: Last")
def last(client):
    ticks = see_ticks(client, contract_of(client, AAPL), "Last", 5)
    check(all(tick.price > 0 and float(tick.size) > 0 for tick in ticks), f"ticks {ticks}")
    check(all(tick.exchange for tick in ticks), "a print without an exchange")
    return {"ticks": len(ticks), "price": ticks[0].price}


@step("tick-by-tick: AllLast")
def all_last(client):
    ticks = see_ticks(client, contract_of(client, KO), "AllLast", 5)
    check(all(tick.price > 0 for tick in ticks), f"ticks {ticks}")
    return {"ticks": len(ticks)}


@step("tick-by-tick: BidAsk")
def bid_ask(client):
    ticks = see_ticks(client, contract_of(client, front_future(client)), "BidAsk", 5)
    check(all(0 < tick.bidPrice < tick.askPrice for tick in ticks), f"ticks {ticks}")
    return {"ticks": len(ticks), "bid": ticks[0].bidPrice, "ask": ticks[0].askPrice}


@step("tick-by-tick: MidPoint")
def midpoint(client):
    ticks = see_ticks(client, contract_of(client, EURUSD), "MidPoint", 5)
    check(all(tick.midPoint > 0 for tick in ticks), f"ticks {ticks}")
    return {"ticks": len(ticks), "midpoint": ticks[0].midPoint}


@step("tick-by-tick with history in front")
def with_history(client):
    stream = client.tick_by_tick(contract_of(client, AAPL), "BidAsk", 10)
    client.until(lambda: len(stream.ticks) >= 10, "ten past ticks", within=60)
    stream.cancel()
    return {"ticks": len(stream.ticks)}
