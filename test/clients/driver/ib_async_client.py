"""ib_async 2.x in the vocabulary of the steps."""

import asyncio
import importlib.metadata
import logging
from dataclasses import asdict

from driver.client import Client, OrderView, Subscription
from driver.market import ACCOUNT, Spec


def _version_of_source_tree(name, installed=importlib.metadata.version):
    """ib_async asks for its installed version; a source tree on the path has none."""
    try:
        return installed(name)
    except importlib.metadata.PackageNotFoundError:
        return "2.0.0"


importlib.metadata.version = _version_of_source_tree

import ib_async  # noqa: E402

# Tick types that IBKR documents and ib_async 2.0 has no name for: the last trade of the regular
# session, and the time of the last trade and the halts of delayed data. It complains, and goes on.
NAMELESS_TICKS = r"^tickString with tickType 88:|Received tick tickType=(57|90) "

CONDITIONS = {
    "price": ib_async.PriceCondition,
    "time": ib_async.TimeCondition,
    "margin": ib_async.MarginCondition,
    "execution": ib_async.ExecutionCondition,
    "volume": ib_async.VolumeCondition,
    "percent": ib_async.PercentChangeCondition,
}


class IbAsyncClient(Client):
    """Requests by the library's `IB` class, as its documentation shows them."""

    name = "ib_async"

    def __init__(self, port, clock):
        super().__init__(port, clock, NAMELESS_TICKS)
        logging.getLogger("ib_async").setLevel(logging.WARNING)
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.trades = {}
        self._new_ib()

    def _new_ib(self):
        self.subscriptions.clear()
        self.ib = ib_async.IB()
        self.ib.errorEvent += lambda req_id, code, text, _: self.errors.append((req_id, code, text))

    @staticmethod
    def version():
        return ib_async.__version__

    # Connection

    def pump(self, seconds):
        self.loop.run_until_complete(asyncio.sleep(seconds))

    def ask(self, awaitable, what, within=20.0, every=0.25):
        """Waits for an answer while venue time moves."""
        future = asyncio.ensure_future(awaitable, loop=self.loop)
        try:
            self.until(future.done, what, within=within, every=every)
        finally:
            if not future.done():
                future.cancel()
        return future.result()

    def connect(self, client_id):
        self._new_ib()
        self.ask(
            self.ib.connectAsync(
                "127.0.0.1", self.port, clientId=client_id, timeout=10, raiseSyncErrors=True
            ),
            "the end of ib_async's start-up requests",
        )

    def disconnect(self):
        self.ib.disconnect()
        self.pump(0.05)

    def is_connected(self):
        return self.ib.isConnected()

    def server_version(self):
        return self.ib.client.serverVersion()

    def accounts(self):
        return self.ib.managedAccounts()

    def current_time(self):
        return self.ask(self.ib.reqCurrentTimeAsync(), "the current time")

    def new_id(self):
        return self.ib.client.getReqId()

    def user_info(self):
        return self.ask(self.ib.reqUserInfoAsync(), "the user info")

    # Account

    def account_summary(self):
        rows = self.ask(self.ib.accountSummaryAsync(), "the account summary")
        return {row.tag: row.value for row in rows if row.account == ACCOUNT}

    def account_values(self):
        return {(v.tag, v.currency): v.value for v in self.ib.accountValues()}

    def account_values_multi(self):
        self.ask(self.ib.reqAccountUpdatesMultiAsync(ACCOUNT, "Core"), "account updates multi")
        return {v.tag: v.value for v in self.ib.accountValues() if v.modelCode in ("", "Core")}

    def portfolio(self):
        return {item.contract.symbol: item for item in self.ib.portfolio()}

    def positions(self):
        return {p.contract.conId: p for p in self.ib.positions()}

    def request_positions(self):
        found = self.ask(self.ib.reqPositionsAsync(), "positions")
        return {p.contract.conId: p for p in found}

    def pnl(self):
        return self.ib.reqPnL(ACCOUNT)

    def cancel_pnl(self):
        self.ib.cancelPnL(ACCOUNT)

    def pnl_single(self, con_id):
        return self.ib.reqPnLSingle(ACCOUNT, "", con_id)

    def cancel_pnl_single(self, con_id):
        self.ib.cancelPnLSingle(ACCOUNT, "", con_id)

    # Contracts

    def contract(self, spec: Spec):
        return ib_async.Contract(**{key: value for key, value in asdict(spec).items() if value})

    def details(self, spec: Spec):
        return self.ask(
            self.ib.reqContractDetailsAsync(self.contract(spec)), f"details of {spec.symbol}"
        )

    def matching(self, pattern):
        return self.ask(self.ib.reqMatchingSymbolsAsync(pattern), "matching symbols")

    def market_rule(self, rule_id):
        return self.ask(self.ib.reqMarketRuleAsync(rule_id), "the market rule")

    def option_chains(self, symbol, sec_type, con_id):
        return self.ask(
            self.ib.reqSecDefOptParamsAsync(symbol, "", sec_type, con_id), "option parameters"
        )

    def depth_exchanges(self):
        return self.ask(self.ib.reqMktDepthExchangesAsync(), "depth exchanges")

    def smart_components(self, bbo_exchange):
        return self.ask(self.ib.reqSmartComponentsAsync(bbo_exchange), "smart components")

    # Market data

    def market_data_type(self, number):
        self.ib.reqMarketDataType(number)

    def stream(self, contract, generic="", snapshot=False):
        return _Stream(self, contract, generic, snapshot)

    def depth(self, contract, rows, smart):
        return _Depth(self, contract, rows, smart)

    def tick_by_tick(self, contract, kind, count=0, ignore_size=False):
        return _TickByTick(self, contract, kind, count, ignore_size)

    def bars(self, contract, duration, size, what="TRADES", rth=True, end="", dates=1):
        return self.ask(
            self.ib.reqHistoricalDataAsync(
                contract, end, duration, size, what, rth, dates, timeout=0
            ),
            f"bars of {size}",
        )

    def live_bars(self, contract, duration, size, what="TRADES", rth=True):
        future = self.ib.reqHistoricalDataAsync(
            contract, "", duration, size, what, rth, 1, keepUpToDate=True, timeout=0
        )
        bars = self.ask(future, f"bars of {size}")
        return _Bars(self, bars, self.ib.cancelHistoricalData)

    def realtime_bars(self, contract, what="TRADES", rth=False):
        bars = self.ib.reqRealTimeBars(contract, 5, what, rth)
        return _Bars(self, bars, self.ib.cancelRealTimeBars)

    def schedule(self, contract, days):
        return self.ask(self.ib.reqHistoricalScheduleAsync(contract, days), "the schedule")

    def head_timestamp(self, contract, what="TRADES"):
        return self.ask(
            self.ib.reqHeadTimeStampAsync(contract, what, True, 1), "the head time stamp"
        )

    def historical_ticks(self, contract, what, end, count):
        return self.ask(
            self.ib.reqHistoricalTicksAsync(contract, "", end, count, what, True), f"{what} ticks"
        )

    def fundamentals(self, contract):
        return self.ask(
            self.ib.reqFundamentalDataAsync(contract, "ReportSnapshot"), "fundamentals"
        )

    def implied_volatility(self, contract, option_price, under_price):
        return self.ask(
            self.ib.calculateImpliedVolatilityAsync(contract, option_price, under_price),
            "the implied volatility",
        )

    def option_price(self, contract, volatility, under_price):
        return self.ask(
            self.ib.calculateOptionPriceAsync(contract, volatility, under_price),
            "the option price",
        )

    # Orders

    def condition(self, kind, **fields):
        return CONDITIONS[kind](**fields)

    def order_of(self, fields):
        fields = dict(fields)
        params = fields.pop("algoParams", {})
        tags = [ib_async.TagValue(tag, str(value)) for tag, value in params.items()]
        return ib_async.Order(**{"tif": "DAY", "account": ACCOUNT, **fields, "algoParams": tags})

    def place(self, contract, fields, order_id=None):
        order = self.order_of(fields)
        if order_id is not None:
            order.orderId = order_id
        trade = self.ib.placeOrder(contract, order)
        self.trades[trade.order.orderId] = trade
        return trade.order.orderId

    def send_order(self, order_id, contract, fields):
        """Puts an order on the wire that the library itself would refuse to send."""
        self.ib.client.placeOrder(order_id, contract, self.order_of(fields))

    def modify(self, order_id, **changes):
        trade = self.trades[order_id]
        for key, value in changes.items():
            setattr(trade.order, key, value)
        self.ib.placeOrder(trade.contract, trade.order)

    def send_cancel(self, order_id):
        """Puts a cancel on the wire, whatever the library knows of the order."""
        self.ib.client.cancelOrder(order_id, "")

    def cancel(self, order_id):
        trade = self.trades.get(order_id)
        if trade is None or trade.isDone():
            self.send_cancel(order_id)
        else:
            self.ib.cancelOrder(trade.order)

    def global_cancel(self):
        self.ib.reqGlobalCancel()

    def order(self, order_id):
        trade = self.trades[order_id]
        status = trade.orderStatus
        return OrderView(
            status=status.status,
            statuses=[entry.status for entry in trade.log],
            filled=status.filled,
            remaining=status.remaining,
            average=status.avgFillPrice,
            perm_id=status.permId or trade.order.permId,
            why_held=status.whyHeld,
            executions=[fill.execution for fill in trade.fills],
            commissions={
                fill.execution.execId: fill.commissionReport.commission
                for fill in trade.fills
                if fill.commissionReport.execId
            },
        )

    def what_if(self, contract, fields):
        order = self.order_of(fields)
        return self.ask(self.ib.whatIfOrderAsync(contract, order), "the what-if")

    def open_orders(self):
        trades = self.ask(self.ib.reqAllOpenOrdersAsync(), "open orders")
        return {trade.order.permId: trade.order for trade in trades}

    def own_open_orders(self):
        trades = self.ask(self.ib.reqOpenOrdersAsync(), "own open orders")
        return {trade.order.permId: trade.order for trade in trades}

    def echoed(self, order_id):
        """The order as the gateway tells it back, not as this client remembers it."""
        perm_id = self.order(order_id).perm_id
        trades = self.ib.wrapper.trades
        key = self.ib.wrapper.orderKey(self.ib.wrapper.clientId, order_id, perm_id)
        mine = trades.pop(key)
        try:
            return self.open_orders()[perm_id]
        finally:
            trades[key] = self.ib.wrapper.permId2Trade[perm_id] = mine

    def completed_orders(self, api_only=False):
        trades = self.ask(self.ib.reqCompletedOrdersAsync(api_only), "completed orders")
        return {trade.order.permId: (trade.order, trade.orderStatus.status) for trade in trades}

    def executions(self, **filters):
        found = self.ib.reqExecutionsAsync(ib_async.ExecutionFilter(**filters))
        return [fill.execution for fill in self.ask(found, "executions")]

    def bound_orders(self):
        """Orders of people, by the negative ids that binding gave them."""
        orders = [trade.order for trade in self.ib.openTrades()]
        return {order.orderId: order for order in orders if order.orderId < 0}

    def auto_open_orders(self, bind):
        self.ib.reqAutoOpenOrders(bind)


def _forget(ib, contract):
    """Empties what the library remembers of a contract: it is no news to a new subscription."""
    ib.wrapper.tickers.pop(hash(contract), None)


class _Stream(Subscription):
    """Level 1 of one contract."""

    def __init__(self, client, contract, generic, snapshot):
        super().__init__(client)
        self.ib = client.ib
        self.contract = contract
        self.snapshot = snapshot
        if snapshot:
            self.future = asyncio.ensure_future(self.ib.reqTickersAsync(contract), loop=client.loop)
        else:
            self.ticker = self.ib.reqMktData(contract, generic)

    @property
    def has_ended(self):
        """Whether a snapshot has told its end."""
        if not self.future.done():
            return False
        (self.ticker,) = self.future.result()
        _forget(self.ib, self.contract)
        return True

    @property
    def market_data_type(self):
        return self.ticker.marketDataType

    def get(self, name):
        """The newest value of that name (`driver.ticks`), None while there is none."""
        if name == "rtVolume":
            name = "rtTime"
        value = getattr(self.ticker, name, None)
        if value is None or value != value or value == "":
            return None
        return value

    def end(self):
        if not self.snapshot:
            self.ib.cancelMktData(self.contract)
        _forget(self.ib, self.contract)


class _Depth(Subscription):
    """An order book of one contract."""

    def __init__(self, client, contract, rows, smart):
        super().__init__(client)
        self.ib = client.ib
        self.contract = contract
        self.smart = smart
        self.ticker = self.ib.reqMktDepth(contract, rows, smart)

    @property
    def bids(self):
        return [(level.price, level.size, level.marketMaker) for level in self.ticker.domBids]

    @property
    def asks(self):
        return [(level.price, level.size, level.marketMaker) for level in self.ticker.domAsks]

    def end(self):
        self.ib.cancelMktDepth(self.contract, self.smart)
        _forget(self.ib, self.contract)


class _TickByTick(Subscription):
    """Every print or quote change of one contract."""

    def __init__(self, client, contract, kind, count, ignore_size):
        super().__init__(client)
        self.ib, self.contract, self.kind = client.ib, contract, kind
        self.ticks = []
        ticker = self.ib.reqTickByTickData(contract, kind, count, ignore_size)
        self.ticker = ticker
        ticker.updateEvent += self._collect

    def _collect(self, ticker):
        self.ticks.extend(ticker.tickByTicks)

    def end(self):
        self.ticker.updateEvent -= self._collect
        self.ib.cancelTickByTickData(self.contract, self.kind)
        _forget(self.ib, self.contract)


class _Bars(Subscription):
    """Bars that go on coming."""

    def __init__(self, client, bars, cancel):
        super().__init__(client)
        self.bars = bars
        self._cancel = cancel
        self.updates = 0
        bars.updateEvent += self._count

    def _count(self, _bars, _is_new):
        self.updates += 1

    def end(self):
        self._cancel(self.bars)


