// Numbers and limits of the bridge protocol, version 1 (docs/bridge-protocol.md). No terminal call.

#define PROTOCOL_VERSION 1
#define PREAMBLE_BYTES 8
#define FRAME_HEADER_BYTES 12
#define FRAME_MORE 1
#define NONCE_BYTES 32
#define MAC_BYTES 32
#define RATE_BYTES 60
#define HANDSHAKE_FRAME_BYTES 4096
#define MAX_FRAME_BYTES 1048576
#define CHUNK_BYTES 65536
#define CHUNK_ROWS 1000
#define CHUNK_SYMBOLS 40
#define MAX_NAME_BYTES 128
#define MAX_TEXT_BYTES 1024
#define MAX_ROWS 100000
#define MAX_BUFFERS 64
#define MAX_BUFFER_NUMBER 511
#define MAX_PARAMETERS 64
#define MAX_SESSIONS 256
#define MAX_SAFE_INTEGER 9007199254740991
#define FIRST_EXTENSION 0x8000

enum MessageNumber {
  MESSAGE_CHALLENGE = 0x0001,
  MESSAGE_HELLO = 0x0002,
  MESSAGE_WELCOME = 0x0003,
  MESSAGE_REJECT = 0x0004,
  MESSAGE_HEARTBEAT = 0x0010,
  MESSAGE_GATEWAY_HEARTBEAT = 0x0011,
  MESSAGE_BUSY = 0x0012,
  MESSAGE_GOAWAY = 0x0013,
  MESSAGE_RATES_BY_COUNT = 0x0020,
  MESSAGE_RATES_BY_RANGE = 0x0021,
  MESSAGE_INDICATOR_BUFFERS = 0x0022,
  MESSAGE_ACCOUNT = 0x0023,
  MESSAGE_SYMBOLS = 0x0024,
  MESSAGE_SYMBOL = 0x0025,
  MESSAGE_SUBSCRIBE = 0x0026,
  MESSAGE_UNSUBSCRIBE = 0x0027,
  MESSAGE_RESTART = 0x0028,
  MESSAGE_RATES = 0x0040,
  MESSAGE_BUFFERS = 0x0041,
  MESSAGE_ACCOUNT_INFO = 0x0042,
  MESSAGE_SYMBOL_LIST = 0x0043,
  MESSAGE_SYMBOL_INFO = 0x0044,
  MESSAGE_SUBSCRIBED = 0x0045,
  MESSAGE_OK = 0x0046,
  MESSAGE_ERROR = 0x004f,
  MESSAGE_BAR = 0x0060,
  MESSAGE_HISTORY_CHANGED = 0x0061,
  MESSAGE_SYMBOLS_CHANGED = 0x0062
};

enum RefusalCode {
  REFUSAL_NONE = 0,
  REFUSAL_UNKNOWN_REQUEST = 1,
  REFUSAL_MALFORMED_REQUEST = 2,
  REFUSAL_UNKNOWN_SYMBOL = 3,
  REFUSAL_UNKNOWN_TIMEFRAME = 4,
  REFUSAL_UNKNOWN_INDICATOR = 5,
  REFUSAL_BAD_PARAMETERS = 6,
  REFUSAL_UNKNOWN_BUFFER = 7,
  REFUSAL_HISTORY_LOADING = 8,
  REFUSAL_INDICATOR_LOADING = 9,
  REFUSAL_NO_DATA = 10,
  REFUSAL_NOT_SUPPORTED = 11,
  REFUSAL_BUSY = 12,
  REFUSAL_TERMINAL_FAILURE = 13
};

enum RejectReason {
  REJECT_PROTOCOL_VERSION = 1,
  REJECT_UNKNOWN_TERMINAL = 2,
  REJECT_WRONG_KEY = 3,
  REJECT_WRONG_LOGIN = 4,
  REJECT_WRONG_SERVER = 5,
  REJECT_SIMULATOR = 6,
  REJECT_MALFORMED = 7,
  REJECT_TOO_MANY_FAILURES = 8,
  REJECT_TOO_MANY_CONNECTIONS = 9,
  REJECT_HANDSHAKE_TIMEOUT = 10
};

enum GoawayReason {
  GOAWAY_SUPERSEDED = 1,
  GOAWAY_SHUTTING_DOWN = 2,
  GOAWAY_DRAINING = 3,
  GOAWAY_RECONNECT = 4,
  GOAWAY_PROTOCOL_ERROR = 5,
  GOAWAY_IDLE = 6
};

enum CapabilityBit {
  CAPABILITY_INDICATORS = 1,
  CAPABILITY_PUSH = 2,
  CAPABILITY_RESTART = 4
};

enum ParameterType {
  PARAMETER_INT = 1,
  PARAMETER_LONG = 2,
  PARAMETER_DATETIME = 3,
  PARAMETER_COLOR = 4,
  PARAMETER_DOUBLE = 5,
  PARAMETER_BOOL = 6,
  PARAMETER_STRING = 7
};

// Why a request cannot be fulfilled: the fields of an ERROR.
struct Refusal {
  int code;
  int terminal_code;
  string message;
  uint retry_after_ms;
};

void ClearRefusal(Refusal &refusal) {
  refusal.code = REFUSAL_NONE;
  refusal.terminal_code = 0;
  refusal.message = "";
  refusal.retry_after_ms = 0;
}

// Returns false, so that a function can refuse and return in one line.
bool Refuse(Refusal &refusal, const int code, const int terminal_code, const string message, const uint retry_after_ms) {
  refusal.code = code;
  refusal.terminal_code = terminal_code;
  refusal.message = message;
  refusal.retry_after_ms = retry_after_ms;
  return false;
}
