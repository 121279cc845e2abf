"""History: bars of several sizes and kinds, live bars, schedules, ticks, head time stamps."""

from capabilities.contracts import front_future, near_option
from capabilities.ordering import contract_of
from driver.market import AAPL, EURUSD, SPX
from driver.steps import check, step

# Size, duration, the least number of bars: a second without a trade has none.
SIZES = [
    ("1 secs", "60 S", 5),
    ("5 secs", "600 S", 60),
    ("30 secs", "1800 S", 55),
    ("1 min", "1 D", 20),
    ("5 mins", "2 D", 70),
    ("15 mins", "3 D", 50),
    ("1 hour", "5 D", 25),
    ("4 hours", "10 D", 15),
    ("1 day", "60 D", 58),
    ("1 week", "1 Y", 50),
    ("1 month", "2 Y", 22),
]


def sound(bars, least):
    """Bars in order, each within its own range."""
    check(len(bars) >= least, f"{len(bars)} bars, expected {least} at least")
    dates = [bar.date for bar in bars]
    check(dates == sorted(dates) and len(set(dates)) == len(dates), f"dates {dates[:5]}")
    for bar in bars:
        inside = bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high
        check(inside, f"a bar outside its range: {bar}")
    return len(bars)


def bars_of(size, duration, least):
    def run(client):
        bars = client.bars(contract_of(client, AAPL), duration, size)
        return {"bars": sound(bars, least), "first": str(bars[0].date), "last": str(bars[-1].date)}

    return run


for _size, _duration, _least in SIZES:
    step(f"bars of {_size}")(bars_of(_size, _duration, _least))


@step("bars of bid, ask, midpoint, adjusted trades and volatility")
def kinds(client):
    seen = {}
    for what in ("BID", "ASK", "MIDPOINT", "BID_ASK", "ADJUSTED_LAST", "HISTORICAL_VOLATILITY"):
        bars = client.bars(contract_of(client, AAPL), "10 D", "1 day", what)
        seen[what] = sound(bars, 9)
    return seen


@step("bars with an end, in epoch seconds")
def past_end(client):
    bars = client.bars(
        contract_of(client, AAPL), "3600 S", "1 min", end="20260102 16:00:00 US/Eastern", dates=2
    )
    return {"bars": sound(bars, 60), "first": str(bars[0].date)}


@step("bars outside regular hours are more than within them")
def outside_regular_hours(client):
    contract = contract_of(client, AAPL)
    regular = client.bars(contract, "2 D", "30 mins", rth=True)
    extended = client.bars(contract, "2 D", "30 mins", rth=False)
    sound(regular, 10)
    sound(extended, 20)
    check(len(extended) > len(regular), f"{len(extended)} against {len(regular)}")
    return {"regular": len(regular), "extended": len(extended)}


@step("bars of an option, a future, a pair and an index")
def classes(client):
    wanted = {
        "FUT": (front_future(client), "1 D", "5 mins", "TRADES"),
        "CASH": (EURUSD, "1 D", "5 mins", "MIDPOINT"),
        "IND": (SPX, "5 D", "1 day", "TRADES"),
        "OPT": (near_option(client), "1 D", "5 mins", "MIDPOINT"),
    }
    return {
        name: sound(client.bars(contract_of(client, spec), *query), 4)
        for name, (spec, *query) in wanted.items()
    }


# The gateway confirms the cancel of such a query with 162, as the real one does.
@step("bars that are kept up to date", allows=[162])
def kept_up_to_date(client):
    live = client.live_bars(contract_of(client, AAPL), "1800 S", "1 min")
    before = len(live.bars)
    sound(live.bars, 25)
    client.until(lambda: live.updates >= 2, "updates", within=60, every=1)
    client.until(lambda: len(live.bars) >= before + 2, "two new bars", within=300, every=1)
    sound(live.bars, before + 2)
    live.cancel()
    return {"before": before, "after": len(live.bars), "updates": live.updates}


@step("real-time bars")
def realtime(client):
    live = client.realtime_bars(contract_of(client, AAPL))
    client.until(lambda: len(live.bars) >= 4, "four bars of five seconds", within=60)
    live.cancel()
    bars = list(live.bars)
    check(all(bar.high >= bar.low > 0 for bar in bars if hasattr(bar, "high")), f"bars {bars}")
    return {"bars": len(bars)}


@step("schedule of sessions")
def schedule(client):
    found = client.schedule(contract_of(client, AAPL), 10)
    check(len(found.sessions) >= 8, f"{len(found.sessions)} sessions")
    days = [session.refDate for session in found.sessions]
    check("20260101" not in days and "20251225" not in days, f"a session on a holiday: {days}")
    return {"timeZone": found.timeZone, "sessions": len(days), "last": days[-1]}


@step("head time stamp")
def head_timestamp(client):
    return str(client.head_timestamp(contract_of(client, AAPL)))


def ticks_of(what, price_of):
    def run(client):
        end = client.clock.wire_time(0)
        ticks = client.historical_ticks(contract_of(client, AAPL), what, end, 50)
        check(len(ticks) >= 50, f"{len(ticks)} ticks")
        times = [tick.time for tick in ticks]
        check(times == sorted(times), "out of order")
        check(all(price_of(tick) > 0 for tick in ticks), "a tick without a price")
        return {"ticks": len(ticks), "first": str(times[0])}

    return run


step("historical ticks: trades")(ticks_of("TRADES", lambda tick: tick.price))
step("historical ticks: bid and ask")(ticks_of("BID_ASK", lambda tick: tick.priceBid))
step("historical ticks: midpoint")(ticks_of("MIDPOINT", lambda tick: tick.price))


@step("fundamentals are not for sale", expects=[430])
def fundamentals(client):
    client.fundamentals(contract_of(client, AAPL))


@step("no bars of a kind that does not exist", expects=[321], allows=[162])
def bad_kind(client):
    try:
        client.bars(contract_of(client, AAPL), "1 D", "1 min", "NOSUCH")
    except AssertionError:
        pass
