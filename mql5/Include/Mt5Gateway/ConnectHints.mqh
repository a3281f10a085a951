// Hints for the operator after a failure, as lines of the journal. No terminal call.

struct BridgeSettings {
  string host;
  int port;
  string terminal_id;
  bool use_tls;
  bool allows_restart;
  string symbols;
};

string DialHint(const BridgeSettings &settings, const int outcome, const int code) {
  string address = settings.host + ":" + IntegerToString(settings.port);
  string number = " (error " + IntegerToString(code) + ")";
  if(outcome == DIAL_NO_TLS) {
    return "TLS with " + address + " failed" + number + ". Is TLS switched on at the gateway (BRIDGE_TLS_CERT_FILE), " +
           "is its certificate valid for \"" + settings.host + "\" and trusted by this computer? Without TLS: set " +
           "InpUseTls to false.";
  }
  string allow = "Tools > Options > Expert Advisors: tick \"Allow WebRequest for listed URL\" and add " + settings.host;
  if(code == CODE_NOT_ALLOWED) {
    return "the terminal does not allow connections to " + settings.host + number + ". In MetaTrader open " + allow + ".";
  }
  return "no connection to the gateway at " + address + number + ". Is it running, is its BRIDGE_PORT " +
         IntegerToString(settings.port) + " open to this computer? Also needed: " + allow + ".";
}

// Follows the gateway's message when it refused the handshake.
string RejectHint(const int reason, const Identity &identity) {
  string id = "\"" + identity.terminal_id + "\"";
  switch(reason) {
    case REJECT_PROTOCOL_VERSION:
      return "This bridge speaks version 1 of the protocol: install the bridge that belongs to the gateway's release.";
    case REJECT_UNKNOWN_TERMINAL:
    case REJECT_WRONG_KEY:
      return "Compare the inputs InpTerminalId (now " + id + ") and InpKey with what the gateway's host prints for: " +
             "npm run keys -- terminal " + identity.terminal_id;
    case REJECT_WRONG_LOGIN:
      return "This terminal is logged in to account " + IntegerToString(identity.login) + ", the gateway expects " +
             "another one for " + id + ": log in to that one, or correct the gateway's config/terminals.json.";
    case REJECT_WRONG_SERVER:
      return "This terminal's broker server is \"" + identity.broker_server + "\", the gateway expects another one " +
             "for " + id + ": log in there, or correct the gateway's config/terminals.json.";
    case REJECT_TOO_MANY_FAILURES:
      return "A wrong key was tried too often: correct InpKey; the right key works immediately.";
    case REJECT_TOO_MANY_CONNECTIONS:
      return "The gateway has too many connections: look for other programs that dial its bridge port.";
    case REJECT_HANDSHAKE_TIMEOUT:
      return "This computer or the way to the gateway is too slow at the moment; the bridge tries again.";
    default:
      return "The bridge and the gateway do not fit: install the bridge that belongs to the gateway's release.";
  }
}

// For a request that fails again until the operator corrects a setting; "" = there is nothing to correct.
string RefusalHint(const int code) {
  switch(code) {
    case REFUSAL_UNKNOWN_REQUEST:
      return "Install the bridge that belongs to the gateway's release.";
    case REFUSAL_MALFORMED_REQUEST:
      return "If it is about an indicator, correct it in the gateway's config/indicators.json (at most 64 parameters and 64 " +
             "buffers); otherwise install the bridge that belongs to the gateway's release.";
    case REFUSAL_UNKNOWN_SYMBOL:
      return "Correct the symbols of this terminal in the gateway's config/terminals.json: as Market Watch writes them, " +
             "suffix included.";
    case REFUSAL_UNKNOWN_TIMEFRAME:
      return "Correct the timeframes in the gateway's configuration: M1, M5, M15, M30, H1, H4, D1, W1, MN1.";
    case REFUSAL_UNKNOWN_INDICATOR:
      return "Copy its .ex5 file into MQL5\\Indicators and refresh the Navigator, or correct its name in the gateway's " +
             "config/indicators.json.";
    case REFUSAL_BAD_PARAMETERS:
      return "Compare its parameters in the gateway's config/indicators.json with the indicator's inputs: number, order, " +
             "types.";
    case REFUSAL_UNKNOWN_BUFFER:
      return "Correct its buffers in the gateway's config/indicators.json, or install the version of the indicator that " +
             "has this buffer.";
    default:
      return "";
  }
}
