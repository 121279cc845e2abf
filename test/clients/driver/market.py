"""The scenario's instruments as a client names them; `../scenario/universe.csv` lists them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Spec:
    """A contract by description: the fields that IBKR's clients call by these names."""

    symbol: str
    secType: str
    exchange: str
    currency: str = "USD"
    primaryExchange: str = ""
    lastTradeDateOrContractMonth: str = ""
    strike: float = 0.0
    right: str = ""
    multiplier: str = ""
    localSymbol: str = ""
    tradingClass: str = ""
    conId: int = 0


AAPL = Spec("AAPL", "STK", "SMART")
IBM = Spec("IBM", "STK", "SMART")
KO = Spec("KO", "STK", "SMART")
XOM = Spec("XOM", "STK", "SMART")
# Listed where the account has ordered no market data.
IMO = Spec("IMO", "STK", "SMART")
SPY = Spec("SPY", "STK", "SMART")
SPX = Spec("SPX", "IND", "CBOE")
ES = Spec("ES", "FUT", "CME")
EURUSD = Spec("EUR", "CASH", "IDEALPRO")

AAPL_CON_ID = 265598
KO_CON_ID = 8894

ACCOUNT = "DU1234567"
HOLDINGS = {"AAPL": 300.0, "KO": -200.0}
