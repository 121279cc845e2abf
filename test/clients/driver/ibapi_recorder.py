"""IBKR's own Python API made observable and strict.

`Recorder` keeps every callback with its arguments. `strict_decoding` makes the decoder complain of
fields that it did not consume, which the library itself passes over in silence.
"""

import inspect
from collections import defaultdict
from threading import Thread

from ibapi.client import EClient
from ibapi.decoder import Decoder
from ibapi.wrapper import EWrapper


class Recorder(EWrapper):
    """Every callback in the order in which it came, by name and by name with its first argument."""

    def __init__(self):
        EWrapper.__init__(self)
        self.by_name = defaultdict(list)
        self.by_request = defaultdict(list)
        self.when_error = lambda req_id, code, text: None

    def record(self, name, args):
        """Keeps one callback."""
        self.by_name[name].append(args)
        if args and isinstance(args[0], int):
            self.by_request[name, args[0]].append(args)
        if name == "error":
            self.when_error(*args[:3])


def _recording(name):
    def callback(self, *args):
        self.record(name, args)

    return callback


for _name, _method in inspect.getmembers(EWrapper, inspect.isfunction):
    if not _name.startswith("_") and _name != "logAnswer":
        setattr(Recorder, _name, _recording(_name))


class CountedFields(tuple):
    """The fields of one message; whoever iterates leaves behind how far it got."""

    def __iter__(self):
        self.reading = super().__iter__()
        return self.reading


_interpret = Decoder.interpret


def strict_decoding(complain):
    """Makes left-over fields and unknown messages complaints of whoever connected last."""

    def interpret_strictly(decoder, fields):
        counted = CountedFields(fields)
        known = not fields or int(fields[0]) in Decoder.msgId2handleInfo
        if not known:
            complain(f"unknown message {fields[:3]}")
        _interpret(decoder, counted)
        reading = getattr(counted, "reading", None)
        left = [] if reading is None else list(reading)
        if left:
            complain(f"message {counted[0]} left {len(left)} fields: {left[:10]} of {len(fields)}")

    Decoder.interpret = interpret_strictly


def run_in_background(client: EClient, complain) -> Thread:
    """The library's message loop in a thread of its own; what ends it early is a complaint."""

    def run():
        try:
            client.run()
        except Exception as error:  # the library ends its loop on any exception of a callback
            complain(f"the message loop died: {error!r}")

    thread = Thread(target=run, daemon=True)
    thread.start()
    return thread
