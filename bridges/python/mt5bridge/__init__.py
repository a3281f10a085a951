"""A bridge between a MetaTrader 5 terminal (through the MetaTrader5 package) and the gateway.

settings    what the environment says
wire        the bytes of docs/bridge-protocol.md
timeframes  MetaTrader's timeframes and the slots of their bars
clocks      the host's clock, the server's clock, pauses between dials
terminal    the MetaTrader5 package behind typed errors
history     bars by count and range, never a part of what still loads
pusher      live bars of subscribed series
answers     what is answered to each request
link        one TCP connection: handshake, frames, output
session     one session: pulse, requests, pushes
program     starts, dials again, stops
"""
