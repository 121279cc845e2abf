"""Market depth: one exchange's book, a book of market makers, the book that is put together."""

from copy import copy

from capabilities.contracts import front_future
from capabilities.ordering import contract_of
from driver.market import AAPL, IBM, KO, XOM
from driver.steps import check, step


def see_book(client, contract, rows, smart):
    """Waits for a book of several levels, sorted and uncrossed, and sees it change."""
    book = client.depth(contract, rows, smart)
    full = lambda: len(book.bids) >= 2 and len(book.asks) >= 2
    client.until(full, "two levels on each side")
    first = (list(book.bids), list(book.asks))
    client.until(lambda: (book.bids, book.asks) != first, "the book move", within=120, every=1)
    client.pass_time(20)
    bids, asks = list(book.bids), list(book.asks)
    book.cancel()
    prices = [level[0] for level in bids], [level[0] for level in asks]
    check(prices[0] == sorted(prices[0], reverse=True), f"bids out of order: {prices[0]}")
    check(prices[1] == sorted(prices[1]), f"asks out of order: {prices[1]}")
    check(prices[0][0] < prices[1][0], f"crossed: {prices[0][0]} over {prices[1][0]}")
    check(len(bids) <= rows and len(asks) <= rows, f"more than {rows} rows")
    check(all(level[1] > 0 for level in bids + asks), f"a level without size: {bids} {asks}")
    return {"bids": bids[:3], "asks": asks[:3]}


@step("depth of one exchange", allows=[2152])
def one_exchange(client):
    return see_book(client, contract_of(client, front_future(client)), 5, False)


@step("depth by market maker", allows=[2152])
def market_makers(client):
    contract = copy(contract_of(client, AAPL))
    contract.exchange = "NASDAQ"
    seen = see_book(client, contract, 5, False)
    check(all(level[2] for level in seen["bids"]), f"levels without a maker: {seen['bids']}")
    return seen


@step("smart depth", allows=[2152])
def smart(client):
    seen = see_book(client, contract_of(client, AAPL), 10, True)
    check(all(level[2] for level in seen["bids"]), f"levels without an exchange: {seen['bids']}")
    return seen


@step("no fourth book", expects=[309], allows=[2152])
def too_many(client):
    books = [client.depth(contract_of(client, each), 5, True) for each in (AAPL, IBM, KO, XOM)]
    client.until(lambda: 309 in [code for _, code, _ in client.errors], "the refusal")
    for book in books[:3]:
        book.cancel()
