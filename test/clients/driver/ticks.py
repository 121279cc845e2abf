"""Names for IBKR's tick types: a delayed tick has the name of the live one it stands for."""

# By tick type: prices, sizes, generic values and texts.
TICK_NAMES = {
    0: "bidSize", 1: "bid", 2: "ask", 3: "askSize", 4: "last", 5: "lastSize", 6: "high", 7: "low",
    8: "volume", 9: "close", 14: "open", 15: "low13week", 16: "high13week", 17: "low26week",
    18: "high26week", 19: "low52week", 20: "high52week", 21: "avVolume", 23: "histVolatility",
    24: "impliedVolatility", 27: "callOpenInterest", 28: "putOpenInterest", 29: "callVolume",
    30: "putVolume", 34: "auctionVolume", 35: "auctionPrice", 36: "auctionImbalance",
    37: "markPrice", 45: "lastTimestamp", 46: "shortable", 48: "rtVolume", 49: "halted",
    54: "tradeCount", 55: "tradeRate", 56: "volumeRate", 57: "lastRegularTrade", 59: "dividends",
    61: "regulatoryImbalance",
    66: "bid", 67: "ask", 68: "last", 69: "bidSize", 70: "askSize", 71: "lastSize", 72: "high",
    73: "low", 74: "volume", 75: "close", 76: "open", 77: "rtTradeVolume", 84: "lastExchange",
    86: "futuresOpenInterest", 87: "avOptionVolume", 88: "lastTimestamp", 89: "shortableShares",
    90: "halted",
}  # fmt: skip

# By tick type of TICK_OPTION_COMPUTATION, live and delayed.
GREEKS_NAMES = {
    10: "bidGreeks", 11: "askGreeks", 12: "lastGreeks", 13: "modelGreeks",
    80: "bidGreeks", 81: "askGreeks", 82: "lastGreeks", 83: "modelGreeks",
}  # fmt: skip
