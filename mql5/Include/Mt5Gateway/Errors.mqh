// The terminal's error codes in the words of the protocol. No terminal call.

#define LOADING_RETRY_MS 500
#define CODE_NOT_ALLOWED 4014
#define CODE_UNKNOWN_SYMBOL 4301
#define CODE_HISTORY_NOT_FOUND 4401
#define CODE_HISTORY_TIMEOUT 4403
#define CODE_HISTORY_BARS 4404
#define CODE_HISTORY_LOAD 4405
#define CODE_INDICATOR_SYMBOL 4801
#define CODE_INDICATOR_CREATE 4802
#define CODE_INDICATOR_NO_DATA 4806
#define CODE_INDICATOR_HANDLE 4807
#define CODE_INDICATOR_PARAMETERS 4808
#define CODE_INDICATOR_NO_PARAMETERS 4809
#define CODE_INDICATOR_NAME 4810
#define CODE_INDICATOR_PARAMETER_TYPE 4811
#define CODE_INDICATOR_BUFFER 4812
#define CODE_SOCKET_CONNECT 5272
#define CODE_SOCKET_IO 5273

int RefusalOf(const int terminal_code) {
  switch(terminal_code) {
    case CODE_UNKNOWN_SYMBOL:
    case CODE_INDICATOR_SYMBOL:
      return REFUSAL_UNKNOWN_SYMBOL;
    case CODE_INDICATOR_CREATE:
      return REFUSAL_UNKNOWN_INDICATOR;
    case CODE_INDICATOR_PARAMETERS:
    case CODE_INDICATOR_NO_PARAMETERS:
    case CODE_INDICATOR_NAME:
    case CODE_INDICATOR_PARAMETER_TYPE:
      return REFUSAL_BAD_PARAMETERS;
    case CODE_INDICATOR_BUFFER:
      return REFUSAL_UNKNOWN_BUFFER;
    case CODE_INDICATOR_NO_DATA:
      return REFUSAL_INDICATOR_LOADING;
    case CODE_HISTORY_BARS:
      return REFUSAL_NO_DATA;
    case 0:
    case CODE_HISTORY_NOT_FOUND:
    case CODE_HISTORY_TIMEOUT:
    case CODE_HISTORY_LOAD:
      return REFUSAL_HISTORY_LOADING;
    default:
      return REFUSAL_TERMINAL_FAILURE;
  }
}

// A call failed with this code; without one it had nothing to give yet. Returns false.
bool RefuseForCode(Refusal &refusal, const int terminal_code, const string what) {
  int code = RefusalOf(terminal_code);
  bool is_passing = code == REFUSAL_HISTORY_LOADING || code == REFUSAL_INDICATOR_LOADING;
  uint retry_ms = is_passing ? LOADING_RETRY_MS : code == REFUSAL_TERMINAL_FAILURE ? 5000 : 0;
  return Refuse(refusal, code, terminal_code, what, retry_ms);
}
