/// The functions of MQL5 that our programs call. Each stands on mql5-harness/manifest.json; what is not here does not compile.
#pragma once
#pragma GCC system_header
#include "mql-constants.hpp"

namespace mql {

/// One argument of Print, StringFormat and their like: its kind and width decide which format may take it.
struct Argument {
  enum class Kind { integer32, integer64, real, text };
  Kind kind;
  bool is_signed = true;
  long integer = 0;
  double real = 0;
  string text;
  template <typename I>
    requires std::is_integral_v<I> || std::is_enum_v<I>
  Argument(I value)
      : kind(sizeof(I) == 8 ? Kind::integer64 : Kind::integer32), is_signed(!std::is_unsigned_v<I>),
        integer(static_cast<long>(value)) {}
  Argument(double value) : kind(Kind::real), real(value) {}
  Argument(const string &value) : kind(Kind::text), text(value) {}
  Argument(datetime value);
};
void print_arguments(std::initializer_list<Argument> arguments);
string format_arguments(const string &format, std::initializer_list<Argument> arguments);

// manifest:functions
// sockets
int SocketCreate(uint flags = SOCKET_DEFAULT);
bool SocketClose(const int socket);
bool SocketConnect(int socket, const string &server, uint port, uint timeout_receive_ms);
bool SocketIsConnected(const int socket);
uint SocketIsReadable(const int socket);
bool SocketIsWritable(const int socket);
bool SocketTimeouts(int socket, uint timeout_send_ms, uint timeout_receive_ms);
int SocketRead(int socket, Array<uchar> &buffer, uint buffer_maxlen, uint timeout_ms);
int SocketSend(int socket, const Array<uchar> &buffer, uint buffer_len);
bool SocketTlsHandshake(int socket, const string &host);
int SocketTlsRead(int socket, Array<uchar> &buffer, const uint buffer_maxlen);
int SocketTlsReadAvailable(int socket, Array<uchar> &buffer, const uint buffer_maxlen);
int SocketTlsSend(int socket, const Array<uchar> &buffer, const uint buffer_len);
bool SocketTlsCertificate(int socket, string &subject, string &issuer, string &serial, string &thumbprint, datetime &expiration);

// events and time
bool EventSetMillisecondTimer(int milliseconds);
void EventKillTimer();
ulong GetTickCount64();
ulong GetMicrosecondCount();
datetime TimeTradeServer();
datetime TimeGMT();
datetime TimeCurrent();
datetime TimeLocal();
string TimeToString(datetime value);
bool TimeToStruct(datetime value, MqlDateTime &parts);
void Sleep(int milliseconds);
bool IsStopped();
void ExpertRemove();
bool TerminalClose(int ret_code);

// history
int CopyRates(const string &symbol, ENUM_TIMEFRAMES timeframe, int start_pos, int count, Array<MqlRates> &rates);
int CopyRates(const string &symbol, ENUM_TIMEFRAMES timeframe, datetime start_time, datetime stop_time, Array<MqlRates> &rates);
int CopyRates(const string &symbol, ENUM_TIMEFRAMES timeframe, datetime start_time, int count, Array<MqlRates> &rates);
int CopyTime(const string &symbol, ENUM_TIMEFRAMES timeframe, int start_pos, int count, Array<datetime> &time);
int CopyTime(const string &symbol, ENUM_TIMEFRAMES timeframe, datetime start_time, datetime stop_time, Array<datetime> &time);
bool SeriesInfoInteger(const string &symbol, ENUM_TIMEFRAMES timeframe, ENUM_SERIES_INFO_INTEGER property, long &value);
int Bars(const string &symbol, ENUM_TIMEFRAMES timeframe);
int PeriodSeconds(ENUM_TIMEFRAMES timeframe = PERIOD_CURRENT);

// indicators, from outside
int IndicatorCreate(const string &symbol, ENUM_TIMEFRAMES period, ENUM_INDICATOR type, int parameters_cnt, const Array<MqlParam> &parameters);
int BarsCalculated(int handle);
int CopyBuffer(int handle, int buffer, int start, int count, Array<double> &values);
bool IndicatorRelease(int handle);

// indicators, from inside
bool SetIndexBuffer(int index, Array<double> &buffer, ENUM_INDEXBUFFER_TYPE type = INDICATOR_DATA);
bool PlotIndexSetInteger(int plot, ENUM_PLOT_PROPERTY_INTEGER property, int value);
bool PlotIndexSetDouble(int plot, ENUM_PLOT_PROPERTY_DOUBLE property, double value);
bool PlotIndexSetString(int plot, ENUM_PLOT_PROPERTY_STRING property, const string &value);
bool IndicatorSetInteger(ENUM_INDICATOR_INFO_INTEGER property, int value);
bool IndicatorSetString(ENUM_INDICATOR_INFO_STRING property, const string &value);

// account, terminal, symbols
long AccountInfoInteger(ENUM_ACCOUNT_INFO_INTEGER property);
double AccountInfoDouble(ENUM_ACCOUNT_INFO_DOUBLE property);
string AccountInfoString(ENUM_ACCOUNT_INFO_STRING property);
int TerminalInfoInteger(ENUM_TERMINAL_INFO_INTEGER property);
string TerminalInfoString(ENUM_TERMINAL_INFO_STRING property);
int SymbolsTotal(bool selected);
string SymbolName(int position, bool selected);
bool SymbolExist(const string &name, bool &is_custom);
bool SymbolSelect(const string &name, bool select);
bool SymbolInfoInteger(const string &name, ENUM_SYMBOL_INFO_INTEGER property, long &value);
bool SymbolInfoDouble(const string &name, ENUM_SYMBOL_INFO_DOUBLE property, double &value);
bool SymbolInfoString(const string &name, ENUM_SYMBOL_INFO_STRING property, string &value);
bool SymbolInfoTick(const string &name, MqlTick &tick);
bool SymbolInfoSessionQuote(const string &name, ENUM_DAY_OF_WEEK day, uint index, datetime &from, datetime &to);

// strings
int StringLen(const string &text);
string StringSubstr(const string &text, int start, int length = -1);
int StringFind(const string &text, const string &wanted, int start = 0);
ushort StringGetCharacter(const string &text, int position);
int StringTrimLeft(string &text);
int StringTrimRight(string &text);
bool StringToLower(string &text);
bool StringToUpper(string &text);
int StringReplace(string &text, const string &find, const string &replacement);
int StringSplit(const string &text, const ushort separator, Array<string> &parts);
int StringToCharArray(const string &text, Array<uchar> &array, int start = 0, int count = WHOLE_ARRAY, uint codepage = CP_ACP);
string CharArrayToString(const Array<uchar> &array, int start = 0, int count = WHOLE_ARRAY, uint codepage = CP_ACP);
string CharToString(uchar code);
string ShortToString(ushort code);
long StringToInteger(const string &text);
double StringToDouble(const string &text);
string IntegerToString(long number, int length = 0, ushort fill = ' ');
string DoubleToString(double value, int digits = 8);
double NormalizeDouble(double value, int digits);

// numbers and errors
double MathAbs(double value);
int MathAbs(int value);
long MathAbs(long value);
double MathRound(double value);
double MathFloor(double value);
double MathCeil(double value);
double MathSqrt(double value);
double MathPow(double base, double exponent);
double MathArctan(double value);
bool MathIsValidNumber(double value);
int GetLastError();
void ResetLastError();
// manifest:end

template <typename T> T MathMax(T a, T b) { return a < b ? b : a; }
template <typename T> T MathMin(T a, T b) { return b < a ? b : a; }
template <typename... A> void Print(const A &...arguments) { print_arguments({Argument(arguments)...}); }
template <typename... A> void PrintFormat(const string &format, const A &...arguments) {
  print_arguments({Argument(format_arguments(format, {Argument(arguments)...}))});
}
template <typename... A> string StringFormat(const string &format, const A &...arguments) {
  return format_arguments(format, {Argument(arguments)...});
}
/// Enumerations of the API: their names are not modelled, and nobody needs them. The translator adds those of programs.
template <typename E>
  requires std::is_enum_v<E>
string EnumToString(E value) { return IntegerToString(static_cast<long>(value)); }
template <typename T> void ZeroMemory(T &value) {
  static_assert(std::is_trivially_copyable_v<T>, "ZeroMemory of something with a string or an array");
  std::memset(static_cast<void *>(&value), 0, sizeof(T));
}

/// Predefined variables: they read like variables and ask the program that runs.
struct PredefinedSymbol { operator string() const; };
struct PredefinedPeriod { operator ENUM_TIMEFRAMES() const; };
struct PredefinedPoint { operator double() const; };
struct PredefinedDigits { operator int() const; };
struct PredefinedLastError { operator int() const; };
inline constexpr PredefinedSymbol _Symbol{};
inline constexpr PredefinedPeriod _Period{};
inline constexpr PredefinedPoint _Point{};
inline constexpr PredefinedDigits _Digits{};
inline constexpr PredefinedLastError _LastError{};

}  // namespace mql
