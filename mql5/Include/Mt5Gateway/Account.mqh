// The account and the state of the terminal: part of the thin layer.

int TradeModeNumber() {
  long mode = AccountInfoInteger(ACCOUNT_TRADE_MODE);
  if(mode == ACCOUNT_TRADE_MODE_DEMO) return 1;
  if(mode == ACCOUNT_TRADE_MODE_CONTEST) return 2;
  return 3;
}

bool IsBrokerConnected() { return TerminalInfoInteger(TERMINAL_CONNECTED) != 0; }

void WriteAccount(ByteWriter &writer) {
  writer.C64(AccountInfoInteger(ACCOUNT_LOGIN));
  writer.Name(AccountInfoString(ACCOUNT_SERVER));
  writer.Name(AccountInfoString(ACCOUNT_COMPANY));
  writer.Name(AccountInfoString(ACCOUNT_NAME));
  writer.Name(AccountInfoString(ACCOUNT_CURRENCY));
  writer.U8(TradeModeNumber());
  writer.U32((uint)AccountInfoInteger(ACCOUNT_LEVERAGE));
  writer.F64(AccountInfoDouble(ACCOUNT_BALANCE));
  writer.F64(AccountInfoDouble(ACCOUNT_EQUITY));
  writer.Flag(IsBrokerConnected());
}

uint NotNegative(const long value) { return value > 0 ? (uint)value : 0; }

void WriteHeartbeat(ByteWriter &writer, const ServerClock &clock, const ulong now_ms, const uint queue_depth,
                    const int last_error) {
  writer.BeginFrame(MESSAGE_HEARTBEAT, 0);
  writer.C64(clock.NowMs(now_ms));
  writer.F64(1.0);
  writer.I32(clock.UtcOffsetSeconds());
  writer.Flag(IsBrokerConnected());
  writer.U32(NotNegative(TerminalInfoInteger(TERMINAL_PING_LAST)));
  writer.U32(NotNegative(TerminalInfoInteger(TERMINAL_MEMORY_USED)));
  writer.U32(queue_depth);
  writer.C64(clock.NewestTickMs());
  writer.I32(last_error);
  writer.C64(AccountInfoInteger(ACCOUNT_LOGIN));
  writer.EndFrame(false);
}
