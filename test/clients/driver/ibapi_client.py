"""IBKR's official Python API (`ibapi`) in the vocabulary of the steps."""

import inspect
import logging
import time
from decimal import Decimal
from types import SimpleNamespace

from driver.client import Client, OrderView, Subscription
from driver.ibapi_recorder import Recorder, run_in_background, strict_decoding
from driver.market import ACCOUNT, Spec
from driver.steps import StepFailed
from driver.ticks import GREEKS_NAMES, TICK_NAMES
from ibapi import get_version_string, order_condition
from ibapi.account_summary_tags import AccountSummaryTags
from ibapi.client import EClient
from ibapi.contract import Contract
from ibapi.execution import ExecutionFilter
from ibapi.order import Order
from ibapi.tag_value import TagValue

# Kind of condition → class, and what the steps call its fields → what the class calls them.
CONDITIONS = {
    "price": (order_condition.PriceCondition, {"exch": "exchange"}),
    "time": (order_condition.TimeCondition, {}),
    "margin": (order_condition.MarginCondition, {}),
    "execution": (order_condition.ExecutionCondition, {"exch": "exchange"}),
    "volume": (order_condition.VolumeCondition, {"exch": "exchange"}),
    "percent": (order_condition.PercentChangeCondition, {"exch": "exchange"}),
}

FIRST_REQUEST = 1_000_000


class IbapiClient(Client):
    """Requests by `EClient`, answers as `EWrapper` is called back with them."""

    name = "ibapi"

    def __init__(self, port, clock):
        super().__init__(port, clock)
        logging.getLogger("ibapi").setLevel(logging.WARNING)
        self.next_request = FIRST_REQUEST
        self.placed = {}
        self.threads = []
        self._new_connection()

    def _new_connection(self):
        self.subscriptions.clear()
        self.seen = Recorder()
        self.seen.when_error = lambda req_id, code, text: self.errors.append((req_id, code, text))
        self.api = EClient(self.seen)

    @staticmethod
    def version():
        return get_version_string()

    # Connection

    def pump(self, seconds):
        time.sleep(seconds)

    def request(self):
        """A request id that nothing has used, far from the order ids."""
        self.next_request += 1
        return self.next_request

    def answers(self, name, req_id):
        return self.seen.by_request[name, req_id]

    def wait_for(self, name, req_id, what, within=20.0):
        """Waits until a callback has come for a request, or a code that ends it."""
        ends = lambda: [e for e in self.errors if e[0] == req_id and e[1] not in (2174, 10167)]
        self.until(lambda: self.answers(name, req_id) or ends(), what, within=within)
        if not self.answers(name, req_id):
            raise RequestRefused(f"{what}: {ends()[0][1]} {ends()[0][2]}")
        return self.answers(name, req_id)

    def connect(self, client_id):
        strict_decoding(self.complaints.append)
        self._new_connection()
        self.api.connect("127.0.0.1", self.port, client_id)
        self.threads = [self.api.reader, run_in_background(self.api, self.complaints.append)]
        came = self.seen.by_name
        refused = lambda: [e for e in self.errors if e[1] in (326, 502, 504, 507)]
        ready = lambda: came["nextValidId"] and came["managedAccounts"]
        self.until(lambda: ready() or refused(), "the next valid id and the accounts")
        if not ready():
            raise RequestRefused(f"connecting: {refused()[0][1]} {refused()[0][2]}")
        self.next_order = came["nextValidId"][-1][0]

    def disconnect(self):
        """Closes the socket, and waits for the reader that still has it in its hands."""
        self.api.disconnect()
        for thread in self.threads:
            thread.join(5)

    def is_connected(self):
        return self.api.isConnected()

    def server_version(self):
        return self.api.serverVersion()

    def accounts(self):
        return self.seen.by_name["managedAccounts"][-1][0].split(",")

    def current_time(self):
        self.api.reqCurrentTime()
        self.until(lambda: self.seen.by_name["currentTime"], "the current time")
        return self.seen.by_name["currentTime"][-1][0]

    def new_id(self):
        self.next_order += 1
        return self.next_order - 1

    def user_info(self):
        req_id = self.request()
        self.api.reqUserInfo(req_id)
        return self.wait_for("userInfo", req_id, "the user info")[-1][1]

    # Account

    def account_summary(self):
        req_id = self.request()
        self.api.reqAccountSummary(req_id, "All", AccountSummaryTags.AllTags)
        self.wait_for("accountSummaryEnd", req_id, "the account summary")
        self.api.cancelAccountSummary(req_id)
        rows = self.answers("accountSummary", req_id)
        return {tag: value for _, account, tag, value, _ in rows if account == ACCOUNT}

    def account_values(self):
        came = self.seen.by_name
        if not came["accountDownloadEnd"]:
            self.api.reqAccountUpdates(True, ACCOUNT)
            self.until(lambda: came["accountDownloadEnd"], "the end of the account download")
        return {(key, currency): value for key, value, currency, _ in came["updateAccountValue"]}

    def account_values_multi(self):
        req_id = self.request()
        self.api.reqAccountUpdatesMulti(req_id, ACCOUNT, "", True)
        self.wait_for("accountUpdateMultiEnd", req_id, "account updates multi")
        self.api.cancelAccountUpdatesMulti(req_id)
        rows = self.answers("accountUpdateMulti", req_id)
        return {key: value for _, _, _, key, value, _ in rows}

    def portfolio(self):
        self.account_values()
        names = list(inspect.signature(Recorder.__mro__[1].updatePortfolio).parameters)[1:]
        rows = [
            SimpleNamespace(**dict(zip(names, args, strict=True)))
            for args in self.seen.by_name["updatePortfolio"]
        ]
        return {row.contract.symbol: row for row in rows}

    def positions(self):
        return self.request_positions()

    def request_positions(self):
        came = self.seen.by_name
        came["positionEnd"].clear()
        came["position"].clear()
        self.api.reqPositions()
        self.until(lambda: came["positionEnd"], "the end of the positions")
        self.api.cancelPositions()
        return {
            contract.conId: SimpleNamespace(contract=contract, position=float(held), avgCost=cost)
            for _, contract, held, cost in came["position"]
        }

    def positions_multi(self):
        req_id = self.request()
        self.api.reqPositionsMulti(req_id, ACCOUNT, "")
        self.wait_for("positionMultiEnd", req_id, "positions multi")
        self.api.cancelPositionsMulti(req_id)
        rows = self.answers("positionMulti", req_id)
        return {contract.symbol: float(held) for _, _, _, contract, held, _ in rows}

    def pnl(self):
        self.pnl_id = self.request()
        self.api.reqPnL(self.pnl_id, ACCOUNT, "")
        return _Newest(self, "pnl", self.pnl_id, ("dailyPnL", "unrealizedPnL", "realizedPnL"))

    def cancel_pnl(self):
        self.api.cancelPnL(self.pnl_id)

    def pnl_single(self, con_id):
        self.pnl_id = self.request()
        self.api.reqPnLSingle(self.pnl_id, ACCOUNT, "", con_id)
        names = ("position", "dailyPnL", "unrealizedPnL", "realizedPnL", "value")
        return _Newest(self, "pnlSingle", self.pnl_id, names)

    def cancel_pnl_single(self, _con_id):
        self.api.cancelPnLSingle(self.pnl_id)

    # Contracts

    def contract(self, spec: Spec):
        contract = Contract()
        for key, value in vars(spec).items():
            if value:
                setattr(contract, key, value)
        return contract

    def details(self, spec: Spec):
        req_id = self.request()
        self.api.reqContractDetails(req_id, self.contract(spec))
        self.wait_for("contractDetailsEnd", req_id, f"details of {spec.symbol}")
        return [details for _, details in self.answers("contractDetails", req_id)]

    def matching(self, pattern):
        req_id = self.request()
        self.api.reqMatchingSymbols(req_id, pattern)
        return self.wait_for("symbolSamples", req_id, "matching symbols")[-1][1]

    def market_rule(self, rule_id):
        self.api.reqMarketRule(rule_id)
        self.until(lambda: self.answers("marketRule", rule_id), "the market rule")
        return self.answers("marketRule", rule_id)[-1][1]

    def option_chains(self, symbol, sec_type, con_id):
        req_id = self.request()
        self.api.reqSecDefOptParams(req_id, symbol, "", sec_type, con_id)
        self.wait_for("securityDefinitionOptionParameterEnd", req_id, "option parameters")
        names = "exchange underlyingConId tradingClass multiplier expirations strikes".split()
        rows = self.answers("securityDefinitionOptionParameter", req_id)
        return [SimpleNamespace(**dict(zip(names, row[1:], strict=True))) for row in rows]

    def depth_exchanges(self):
        self.api.reqMktDepthExchanges()
        self.until(lambda: self.seen.by_name["mktDepthExchanges"], "depth exchanges")
        return self.seen.by_name["mktDepthExchanges"][-1][0]

    def smart_components(self, bbo_exchange):
        req_id = self.request()
        self.api.reqSmartComponents(req_id, bbo_exchange)
        return self.wait_for("smartComponents", req_id, "smart components")[-1][1]

    # Market data

    def market_data_type(self, number):
        self.api.reqMarketDataType(number)

    def stream(self, contract, generic="", snapshot=False):
        return _Stream(self, contract, generic, snapshot)

    def depth(self, contract, rows, smart):
        return _Depth(self, contract, rows, smart)

    def tick_by_tick(self, contract, kind, count=0, ignore_size=False):
        return _TickByTick(self, contract, kind, count, ignore_size)

    def bars(self, contract, duration, size, what="TRADES", rth=True, end="", dates=1):
        return self._bars(contract, end, duration, size, what, rth, dates, False)[1]

    def _bars(self, contract, end, duration, size, what, rth, dates, live):
        req_id = self.request()
        self.api.reqHistoricalData(
            req_id, contract, end, duration, size, what, int(rth), dates, live, []
        )
        self.wait_for("historicalDataEnd", req_id, f"bars of {size}")
        return req_id, [bar for _, bar in self.answers("historicalData", req_id)]

    def live_bars(self, contract, duration, size, what="TRADES", rth=True):
        req_id, bars = self._bars(contract, "", duration, size, what, rth, 1, True)
        return _Bars(self, req_id, "historicalDataUpdate", bars, self.api.cancelHistoricalData)

    def realtime_bars(self, contract, what="TRADES", rth=False):
        req_id = self.request()
        self.api.reqRealTimeBars(req_id, contract, 5, what, rth, [])
        return _Bars(self, req_id, "realtimeBar", [], self.api.cancelRealTimeBars)

    def schedule(self, contract, days):
        req_id = self.request()
        self.api.reqHistoricalData(
            req_id, contract, "", f"{days} D", "1 day", "SCHEDULE", 1, 1, False, []
        )
        names = ("startDateTime", "endDateTime", "timeZone", "sessions")
        row = self.wait_for("historicalSchedule", req_id, "the schedule")[-1]
        return SimpleNamespace(**dict(zip(names, row[1:], strict=True)))

    def head_timestamp(self, contract, what="TRADES"):
        req_id = self.request()
        self.api.reqHeadTimeStamp(req_id, contract, what, 1, 1)
        found = self.wait_for("headTimestamp", req_id, "the head time stamp")[-1][1]
        self.api.cancelHeadTimeStamp(req_id)
        return found

    def historical_ticks(self, contract, what, end, count):
        callbacks = {
            "TRADES": "historicalTicksLast",
            "BID_ASK": "historicalTicksBidAsk",
            "MIDPOINT": "historicalTicks",
        }
        req_id, name = self.request(), callbacks[what]
        self.api.reqHistoricalTicks(req_id, contract, "", end, count, what, 1, False, [])
        self.wait_for(name, req_id, f"{what} ticks")
        self.until(lambda: self.answers(name, req_id)[-1][2], "the last of the ticks")
        return [tick for _, ticks, _ in self.answers(name, req_id) for tick in ticks]

    def fundamentals(self, contract):
        req_id = self.request()
        self.api.reqFundamentalData(req_id, contract, "ReportSnapshot", [])
        try:
            return self.wait_for("fundamentalData", req_id, "fundamentals")[-1][1]
        except RequestRefused:
            return ""

    def implied_volatility(self, contract, option_price, under_price):
        req_id = self.request()
        self.api.calculateImpliedVolatility(req_id, contract, option_price, under_price, [])
        row = self.wait_for("tickOptionComputation", req_id, "the implied volatility")[-1]
        self.api.cancelCalculateImpliedVolatility(req_id)
        return _computation(row)

    def option_price(self, contract, volatility, under_price):
        req_id = self.request()
        self.api.calculateOptionPrice(req_id, contract, volatility, under_price, [])
        row = self.wait_for("tickOptionComputation", req_id, "the option price")[-1]
        self.api.cancelCalculateOptionPrice(req_id)
        return _computation(row)

    # Orders

    def condition(self, kind, **fields):
        make, names = CONDITIONS[kind]
        condition = make()
        for key, value in fields.items():
            if key != "conjunction":
                setattr(condition, names.get(key, key), value)
        return condition.And() if fields.get("conjunction", "a") == "a" else condition.Or()

    def order_of(self, fields):
        order = Order()
        for key, value in {"tif": "DAY", "account": ACCOUNT, **fields}.items():
            setattr(order, key, value)
        order.totalQuantity = Decimal(str(order.totalQuantity))
        # Off by default since 10.20; on in 10.19, where a gateway of today refuses them.
        order.eTradeOnly = order.firmQuoteOnly = False
        if order.algoParams:
            order.algoParams = [TagValue(tag, str(v)) for tag, v in order.algoParams.items()]
        return order

    def place(self, contract, fields, order_id=None):
        order_id = self.new_id() if order_id is None else order_id
        self.placed[order_id] = (contract, dict(fields))
        self.api.placeOrder(order_id, contract, self.order_of(fields))
        return order_id

    def send_order(self, order_id, contract, fields):
        self.api.placeOrder(order_id, contract, self.order_of(fields))

    def modify(self, order_id, **changes):
        contract, fields = self.placed[order_id]
        self.place(contract, {**fields, **changes}, order_id)

    def send_cancel(self, order_id):
        """The library itself sends what it is told."""
        self.cancel(order_id)

    def cancel(self, order_id):
        wants = list(inspect.signature(EClient.cancelOrder).parameters)[2]
        if wants == "orderCancel":
            from ibapi.order_cancel import OrderCancel

            self.api.cancelOrder(order_id, OrderCancel())
        else:
            self.api.cancelOrder(order_id, "")

    def global_cancel(self):
        self.api.reqGlobalCancel()

    def order(self, order_id):
        rows = self.answers("orderStatus", order_id)
        newest = rows[-1] if rows else (order_id, "", 0, 0, 0.0, 0, 0, 0.0, 0, "", 0.0)
        executions = self._executions_of(order_id)
        reports = {report.execId: report for (report,) in self.seen.by_name["commissionReport"]}
        return OrderView(
            status=newest[1],
            statuses=[row[1] for row in rows],
            filled=float(newest[2]),
            remaining=float(newest[3]),
            average=newest[4],
            perm_id=newest[5] or self._perm_id(order_id),
            why_held=newest[9],
            executions=executions,
            commissions={
                execution.execId: reports[execution.execId].commission
                for execution in executions
                if execution.execId in reports
            },
        )

    def _executions_of(self, order_id):
        rows = self.answers("execDetails", -1)
        return [execution for _, _, execution in rows if execution.orderId == order_id]

    def _perm_id(self, order_id):
        rows = self.answers("openOrder", order_id)
        return rows[-1][2].permId if rows else 0

    def what_if(self, contract, fields):
        order_id = self.new_id()
        self.api.placeOrder(order_id, contract, self.order_of({**fields, "whatIf": True}))
        rows = self.wait_for("openOrder", order_id, "the what-if")
        return rows[-1][3]

    def open_orders(self):
        return self._open_orders(self.api.reqAllOpenOrders)

    def own_open_orders(self):
        return self._open_orders(self.api.reqOpenOrders)

    def _open_orders(self, ask):
        came = self.seen.by_name
        came["openOrderEnd"].clear()
        start = len(came["openOrder"])
        ask()
        self.until(lambda: came["openOrderEnd"], "the end of the open orders")
        return {order.permId: order for _, _, order, _ in came["openOrder"][start:]}

    def echoed(self, order_id):
        """The order as the gateway tells it back."""
        return self.wait_for("openOrder", order_id, "the open order")[-1][2]

    def completed_orders(self, api_only=False):
        came = self.seen.by_name
        came["completedOrdersEnd"].clear()
        came["completedOrder"].clear()
        self.api.reqCompletedOrders(api_only)
        self.until(lambda: came["completedOrdersEnd"], "the end of the completed orders")
        return {order.permId: (order, state.status) for _, order, state in came["completedOrder"]}

    def executions(self, **filters):
        req_id = self.request()
        wanted = ExecutionFilter()
        for key, value in filters.items():
            setattr(wanted, key, value)
        self.api.reqExecutions(req_id, wanted)
        self.wait_for("execDetailsEnd", req_id, "executions")
        return [execution for _, _, execution in self.answers("execDetails", req_id)]

    def bound_orders(self):
        """Orders of people, by the negative ids that binding gave them."""
        rows = self.seen.by_name["openOrder"]
        return {order_id: order for order_id, _, order, _ in rows if order_id < 0}

    def auto_open_orders(self, bind):
        self.api.reqAutoOpenOrders(bind)


class RequestRefused(StepFailed):
    """A code came where an answer was expected."""


def _computation(row):
    names = ("impliedVol", "delta", "optPrice", "pvDividend", "gamma", "vega", "theta", "undPrice")
    return SimpleNamespace(**dict(zip(names, row[3:], strict=True)))


class _Newest:
    """The newest values of a subscription, by name; not-a-number before the first."""

    def __init__(self, client, callback, req_id, names):
        self._client, self._callback, self._req_id, self._names = client, callback, req_id, names

    def __getattr__(self, name):
        rows = self._client.answers(self._callback, self._req_id)
        if not rows:
            return float("nan")
        return float(rows[-1][1 + self._names.index(name)])


class _Stream(Subscription):
    """Level 1 of one contract."""

    def __init__(self, client, contract, generic, snapshot):
        super().__init__(client)
        self.snapshot = snapshot
        self.req_id = client.request()
        self.client.api.reqMktData(self.req_id, contract, generic, snapshot, False, [])

    @property
    def has_ended(self):
        return bool(self.client.answers("tickSnapshotEnd", self.req_id))

    @property
    def market_data_type(self):
        rows = self.client.answers("marketDataType", self.req_id)
        return rows[-1][1] if rows else None

    def get(self, name):
        """The newest value of that name (`driver.ticks`), None while there is none."""
        if name.endswith("Greeks"):
            rows = self.client.answers("tickOptionComputation", self.req_id)
            found = [_computation(row) for row in rows if GREEKS_NAMES.get(row[1]) == name]
            return found[-1] if found else None
        if name == "bboExchange":
            rows = self.client.answers("tickReqParams", self.req_id)
            return rows[-1][2] if rows else None
        for callback in ("tickPrice", "tickSize", "tickGeneric", "tickString"):
            rows = self.client.answers(callback, self.req_id)
            found = [row for row in rows if TICK_NAMES.get(row[1]) == name]
            if found:
                value = found[-1][2]
                return value if isinstance(value, str) else float(value)
        return None

    def end(self):
        if not self.snapshot:
            self.client.api.cancelMktData(self.req_id)


class _Depth(Subscription):
    """An order book of one contract, kept by position as IBKR's guide says."""

    def __init__(self, client, contract, rows, smart):
        super().__init__(client)
        self.smart = smart
        self.req_id = client.request()
        self.client.api.reqMktDepth(self.req_id, contract, rows, smart, [])

    @property
    def bids(self):
        return self._side(1)

    @property
    def asks(self):
        return self._side(0)

    def _side(self, wanted):
        book = []
        flat = [
            (position, "", operation, side, price, size)
            for _, position, operation, side, price, size in self.client.answers(
                "updateMktDepth", self.req_id
            )
        ]
        rich = [row[1:7] for row in self.client.answers("updateMktDepthL2", self.req_id)]
        for position, maker, operation, side, price, size in flat or rich:
            if side != wanted:
                continue
            if operation == 0:
                book.insert(position, (price, float(size), maker))
            elif operation == 1:
                book[position] = (price, float(size), maker)
            else:
                del book[position]
        return book

    def end(self):
        self.client.api.cancelMktDepth(self.req_id, self.smart)


class _TickByTick(Subscription):
    """Every print or quote change of one contract."""

    PRINTS = "tickType time price size tickAttribLast exchange specialConditions".split()
    CALLBACKS = {
        "Last": ("tickByTickAllLast", PRINTS),
        "AllLast": ("tickByTickAllLast", PRINTS),
        "BidAsk": (
            "tickByTickBidAsk",
            "time bidPrice askPrice bidSize askSize tickAttribBidAsk".split(),
        ),
        "MidPoint": ("tickByTickMidPoint", ["time", "midPoint"]),
    }

    def __init__(self, client, contract, kind, count, ignore_size):
        super().__init__(client)
        self.kind = kind
        self.req_id = client.request()
        self.client.api.reqTickByTickData(self.req_id, contract, kind, count, ignore_size)

    @property
    def ticks(self):
        callback, names = self.CALLBACKS[self.kind]
        rows = self.client.answers(callback, self.req_id)
        return [SimpleNamespace(**dict(zip(names, row[1:], strict=True))) for row in rows]

    def end(self):
        self.client.api.cancelTickByTickData(self.req_id)


class _Bars(Subscription):
    """Bars that go on coming."""

    def __init__(self, client, req_id, callback, bars, cancel):
        super().__init__(client)
        self.req_id, self.callback, self.first = req_id, callback, bars
        self._cancel = cancel

    @property
    def updates(self):
        return len(self.client.answers(self.callback, self.req_id))

    @property
    def bars(self):
        """The bars so far; an update of the bar in the making replaces it."""
        by_date = {bar.date: bar for bar in self.first}
        for row in self.client.answers(self.callback, self.req_id):
            bar = row[1] if self.callback == "historicalDataUpdate" else _realtime_bar(row)
            by_date[bar.date] = bar
        return list(by_date.values())

    def end(self):
        self._cancel(self.req_id)


def _realtime_bar(row):
    names = ("date", "open", "high", "low", "close", "volume", "wap", "count")
    return SimpleNamespace(**dict(zip(names, row[1:], strict=True)))
