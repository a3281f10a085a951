// Connects this terminal to an mt5-gateway. One chart is enough for all symbols and timeframes. See mql5/README.md.
#property copyright "mt5-gateway"
#property version   "1.00"
#property description "Serves bars, indicator buffers and account data of this terminal to an mt5-gateway."

#include <Mt5Gateway\Protocol.mqh>
#include <Mt5Gateway\Errors.mqh>
#include <Mt5Gateway\Sha256.mqh>
#include <Mt5Gateway\Bytes.mqh>
#include <Mt5Gateway\Inbox.mqh>
#include <Mt5Gateway\Outbox.mqh>
#include <Mt5Gateway\Handshake.mqh>
#include <Mt5Gateway\Redial.mqh>
#include <Mt5Gateway\ServerClock.mqh>
#include <Mt5Gateway\Timeframes.mqh>
#include <Mt5Gateway\Request.mqh>
#include <Mt5Gateway\RateMemory.mqh>
#include <Mt5Gateway\Journal.mqh>
#include <Mt5Gateway\Link.mqh>
#include <Mt5Gateway\ConnectHints.mqh>
#include <Mt5Gateway\Outage.mqh>
#include <Mt5Gateway\UnservedRequests.mqh>
#include <Mt5Gateway\Account.mqh>
#include <Mt5Gateway\History.mqh>
#include <Mt5Gateway\IndicatorHandles.mqh>
#include <Mt5Gateway\Symbols.mqh>
#include <Mt5Gateway\Job.mqh>
#include <Mt5Gateway\RequestQueue.mqh>
#include <Mt5Gateway\Pusher.mqh>
#include <Mt5Gateway\Session.mqh>
#include <Mt5Gateway\Bridge.mqh>

input string InpHost = "127.0.0.1";        // Gateway: host name or address
input int InpPort = 5010;                  // Gateway: BRIDGE_PORT
input string InpTerminalId = "MT5_01";     // Terminal id, as in the gateway's config/terminals.json
input string InpKey = "";                  // Key: 64 hex digits, from "npm run keys -- terminal <id>"
input bool InpUseTls = false;              // Encrypt with TLS
input string InpSymbols = "";              // Symbols for Market Watch, comma separated; empty = as asked for
input bool InpRestartByClosing = false;    // Gateway may close this terminal (something must start it again)

#define TIMER_MS 10

Bridge g_bridge;

// The start-up file of the terminal may leave spaces and line ends in an input.
string Trimmed(const string text) {
  string trimmed = text;
  StringTrimLeft(trimmed);
  StringTrimRight(trimmed);
  return trimmed;
}

int RefuseInputs(const string what) {
  Print("Mt5GatewayBridge: " + what + " Open the inputs of the Expert Advisor (F7 on its chart, or attach it again) " +
        "and correct it.");
  return INIT_PARAMETERS_INCORRECT;
}

int OnInit() {
  BridgeSettings settings;
  settings.host = Trimmed(InpHost);
  settings.port = InpPort;
  settings.terminal_id = Trimmed(InpTerminalId);
  settings.use_tls = InpUseTls;
  settings.allows_restart = InpRestartByClosing;
  settings.symbols = Trimmed(InpSymbols);
  string key_text = Trimmed(InpKey);
  uchar key[];
  if(settings.host == "") return RefuseInputs("InpHost is empty.");
  if(InpPort < 1 || InpPort > 65535) return RefuseInputs("InpPort is not a port number from 1 to 65535.");
  int id_bytes = Utf8Bytes(settings.terminal_id);
  if(id_bytes < 1 || id_bytes > MAX_NAME_BYTES) return RefuseInputs("InpTerminalId is empty or longer than 128 bytes.");
  if(StringLen(key_text) != 64 || !HexToBytes(key_text, key)) {
    return RefuseInputs("InpKey is not a key of 64 hexadecimal digits; the gateway's host prints it with: npm run keys " +
                        "-- terminal " + settings.terminal_id + ".");
  }
  g_bridge.Start(settings, key);
  ResetLastError();
  if(!EventSetMillisecondTimer(TIMER_MS)) {
    Print("Mt5GatewayBridge: the terminal gives no timer (error " + IntegerToString(GetLastError()) +
          "). Attach the Expert Advisor again.");
    return INIT_FAILED;
  }
  return INIT_SUCCEEDED;
}

void OnDeinit(const int reason) {
  EventKillTimer();
  g_bridge.Stop();
  Print("Mt5GatewayBridge: stopped (reason " + IntegerToString(reason) + ").");
}

void OnTimer() { g_bridge.Pump(); }

// A quote of this chart is one timer call earlier that way.
void OnTick() { g_bridge.Pump(); }
