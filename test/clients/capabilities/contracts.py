"""Contracts: details of every class, option chains, search, market rules, exchanges."""

from dataclasses import replace

from capabilities.ordering import contract_of, quote
from driver.market import AAPL, AAPL_CON_ID, ES, EURUSD, SPX, SPY, Spec
from driver.steps import check, step


def only(client, spec):
    """The details of what must be one contract."""
    found = client.details(spec)
    check(len(found) == 1, f"{len(found)} contracts answer {spec}")
    return found[0]


def described(details):
    """What every contract's details must say."""
    contract = details.contract
    check(contract.conId > 0, f"conId {contract.conId}")
    check(details.minTick > 0, f"minTick {details.minTick}")
    for name in ("validExchanges", "timeZoneId", "tradingHours", "liquidHours"):
        check(getattr(details, name), f"{name} is empty")
    traded = contract.secType != "IND"
    check(bool(details.orderTypes) == traded, f"order types {details.orderTypes}")
    rules = details.marketRuleIds.split(",")
    exchanges = details.validExchanges.split(",")
    check(len(rules) == len(exchanges), f"{len(rules)} market rules for {len(exchanges)} exchanges")
    return {
        "conId": contract.conId,
        "localSymbol": contract.localSymbol,
        "tradingClass": contract.tradingClass,
        "longName": details.longName,
        "liquidHours": details.liquidHours.split(";")[0],
    }


@step("contract details of a stock")
def stock(client):
    details = only(client, AAPL)
    check(details.contract.conId == AAPL_CON_ID, f"conId {details.contract.conId}")
    check(details.stockType in ("COMMON", "NMS"), f"stock type {details.stockType}")
    return described(details)


@step("contract details by contract id alone")
def by_con_id(client):
    details = only(client, Spec("", "", "", "", conId=AAPL_CON_ID))
    check(details.contract.symbol == "AAPL", f"symbol {details.contract.symbol}")
    return details.contract.localSymbol


@step("contract details of an exchange-traded fund")
def fund(client):
    details = only(client, SPY)
    check(details.stockType == "ETF", f"stock type {details.stockType}")
    return described(details)


@step("contract details of an index")
def index(client):
    details = only(client, SPX)
    check(details.contract.secType == "IND", f"class {details.contract.secType}")
    return described(details)


@step("contract details of futures")
def futures(client):
    found = client.details(ES)
    check(len(found) >= 2, f"{len(found)} months are listed")
    months = [details.contract.lastTradeDateOrContractMonth[:8] for details in found]
    check(months == sorted(set(months)), f"months {months}")
    for details in found:
        check(details.contract.multiplier == "50", f"multiplier {details.contract.multiplier}")
    return {"months": months, **described(found[0])}


@step("contract details of a currency pair")
def pair(client):
    details = only(client, EURUSD)
    check(details.contract.localSymbol == "EUR.USD", f"local {details.contract.localSymbol}")
    return described(details)


@step("no contract for an unknown symbol", expects=[200])
def unknown(client):
    try:
        found = client.details(Spec("NOSUCH", "STK", "SMART"))
    except AssertionError:
        found = []
    check(found == [], f"found {found}")


@step("option chain: expiries and strikes")
def chain(client):
    chains = client.option_chains("AAPL", "STK", AAPL_CON_ID)
    check(chains, "no chain of AAPL")
    smart = chain_of(chains)
    check(len(smart.expirations) >= 2 and len(smart.strikes) >= 5, f"chain {smart}")
    check(smart.multiplier == "100", f"multiplier {smart.multiplier}")
    return {
        "exchange": smart.exchange,
        "expiries": len(smart.expirations),
        "strikes": len(smart.strikes),
    }


def chain_of(chains):
    """The chain for smart routing where it is told apart, else the first."""
    return next((each for each in chains if each.exchange == "SMART"), chains[0])


@step("option chain: details of a whole expiry")
def expiry(client):
    chains = client.option_chains("AAPL", "STK", AAPL_CON_ID)
    check(chains, "no chain of AAPL")
    day = sorted(chain_of(chains).expirations)[-1]
    spec = Spec("AAPL", "OPT", "SMART", lastTradeDateOrContractMonth=day)
    found = client.details(spec)
    rights = {details.contract.right for details in found}
    check({right[0] for right in rights} == {"C", "P"}, f"rights {rights}")
    strikes = {details.contract.strike for details in found}
    check(len(found) == 2 * len(strikes) >= 10, f"{len(found)} options, {len(strikes)} strikes")
    return {"expiry": day, "options": len(found)}


@step("contract details of an option")
def option(client):
    details = only(client, near_option(client))
    check(details.underSymbol == "AAPL", f"underlying {details.underSymbol}")
    check(details.underConId == AAPL_CON_ID, f"underlying {details.underConId}")
    return described(details)


def near_option(client):
    """A call on AAPL near the money that has a month to run; looked for once."""
    if "near" not in client.contracts:
        chains = client.option_chains("AAPL", "STK", AAPL_CON_ID)
        check(chains, "no chain of AAPL")
        smart = chain_of(chains)
        after = client.clock.wire_time(20 * 86_400)[:8]
        expiry = next(day for day in sorted(smart.expirations) if day >= after)
        price = quote(client).mid
        strike = min(smart.strikes, key=lambda each: abs(each - price))
        option = Spec("AAPL", "OPT", "SMART", multiplier="100", right="C", strike=strike)
        client.contracts["near"] = replace(option, lastTradeDateOrContractMonth=expiry)
    return client.contracts["near"]


def front_future(client):
    """The nearest E-mini that has a week to run."""
    after = client.clock.wire_time(7 * 86_400)[:8]
    for details in client.details(ES):
        month = details.contract.lastTradeDateOrContractMonth[:8]
        if month >= after:
            return Spec("ES", "FUT", "CME", lastTradeDateOrContractMonth=month)
    raise AssertionError("no future is listed")


@step("matching symbols")
def matching(client):
    found = client.matching("AAP")
    symbols = [description.contract.symbol for description in found]
    check("AAPL" in symbols, f"matching {symbols}")
    classes = next(d.derivativeSecTypes for d in found if d.contract.symbol == "AAPL")
    check("OPT" in classes, f"derivatives {classes}")
    return symbols


@step("market rules")
def market_rule(client):
    details = only(client, AAPL)
    rule = client.market_rule(int(details.marketRuleIds.split(",")[0]))
    check(rule[0].lowEdge == 0 and rule[-1].increment == 0.01, f"rule {rule}")
    return [(each.lowEdge, each.increment) for each in rule]


@step("exchanges that offer depth")
def depth_exchanges(client):
    found = client.depth_exchanges()
    check(found, "none")
    return [(each.exchange, each.secType, each.serviceDataType) for each in found][:5]


@step("exchanges behind a best bid and offer")
def smart_components(client):
    stream = client.stream(contract_of(client, AAPL))
    client.until(lambda: stream.get("bboExchange"), "the code of the exchanges behind the quote")
    found = client.smart_components(stream.get("bboExchange"))
    stream.cancel()
    check(found, "none")
    return len(found)
