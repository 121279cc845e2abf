"""Connecting: versions, accounts, ids, and what happens to a client id that is taken."""

from driver.market import ACCOUNT
from driver.steps import check, step


@step("connects at the newest version that it and the gateway speak")
def connects(client):
    version = client.server_version()
    check(version in (176, 178), f"server version {version}")
    return {"serverVersion": version}


@step("is told the account it manages")
def accounts(client):
    found = client.accounts()
    check(found == [ACCOUNT], f"accounts {found}")
    return found


@step("is told the time")
def current_time(client):
    return str(client.current_time())


@step("asks for its user info")
def user_info(client):
    return client.user_info()


@step("reconnects with the same id")
def reconnects(client):
    client.disconnect()
    client.connect(client.HOME_ID)
    check(client.accounts() == [ACCOUNT], f"accounts {client.accounts()}")


@step("a client id that is taken is refused", expects=[326], clients=("ibapi",))
def taken(client):
    other = type(client)(client.port, client.clock)
    try:
        other.connect(client.HOME_ID)
        check(False, "two clients have the same id")
    except AssertionError as refusal:
        check("326" in str(refusal), f"refused by {refusal}")
    finally:
        client.errors.extend(other.errors)
        other.disconnect()
