// Prints facts about this terminal, one a line: "PROBE nn name=value". The model in mql5-harness assumes an answer to each
// of them; one run in a real terminal turns assumptions into knowledge. Nothing is traded and nothing is changed, except
// that InpFreshSymbol may be added to Market Watch.
#property copyright "mt5-gateway"
#property version   "1.00"
#property script_show_inputs

input string InpHost = "127.0.0.1";            // Gateway (its address must be on the terminal's list)
input int InpPort = 5010;                      // Gateway: BRIDGE_PORT
input string InpIndicator = "FractalLines";    // An indicator that is installed
input string InpFreshSymbol = "";              // A symbol that was never opened here; empty = leave out

struct PackedPair {
  uchar first;
  double second;
};

union ProbeBits {
  double value;
  long bits;
};

void Fact(const int number, const string name, const string value) {
  Print("PROBE " + IntegerToString(number, 2, '0') + " " + name + "=" + value);
}

void Count(const int number, const string name, const long value) { Fact(number, name, IntegerToString(value)); }

string YesNo(const bool value) { return value ? "yes" : "no"; }

// A result with the error that came with it.
string WithError(const long result) { return IntegerToString(result) + " error " + IntegerToString(GetLastError()); }

// Exact times differ from run to run; what matters is whether a call came back at once.
string Span(const ulong from_micros) {
  ulong passed_ms = (GetMicrosecondCount() - from_micros) / 1000;
  if(passed_ms < 20) return "at once";
  if(passed_ms < 150) return "after a moment";
  if(passed_ms < 1500) return "within 1.5 s";
  return "after " + IntegerToString((long)(passed_ms / 1000)) + " s";
}

string Hex(const uchar &bytes[], const int count) {
  string digits = "0123456789abcdef";
  string text = "";
  for(int i = 0; i < count; i++) {
    text += StringSubstr(digits, bytes[i] / 16, 1) + StringSubstr(digits, bytes[i] % 16, 1);
  }
  return text;
}

void ProbeLanguage() {
  Count(1, "sizeof MqlRates", sizeof(MqlRates));
  Count(2, "sizeof MqlTick", sizeof(MqlTick));
  Count(3, "sizeof datetime", sizeof(datetime));
  Count(4, "sizeof struct of uchar and double", sizeof(PackedPair));
  ProbeBits both;
  both.value = 1.5;
  Count(5, "bits of 1.5", both.bits);
  datetime before = (datetime)(long)(-1);
  datetime zero = (datetime)(long)0;
  Fact(6, "datetime -1 is before 0", YesNo(before < zero));
  string nothing = NULL;
  Fact(7, "NULL equals an empty string", YesNo(nothing == ""));
  Count(8, "length of a NULL string", StringLen(nothing));
  int minus = -7;
  Count(9, "-7 / 2", minus / 2);
  Count(10, "-7 % 2", minus % 2);
  Count(11, "-7 >> 1", minus >> 1);
  uint most = 4294967295;
  Count(12, "uint 4294967295 + 1", (long)(uint)(most + 1));
  double below = -2.9;
  Count(13, "(int)-2.9", (int)below);
  Fact(14, "MathRound of 2.5 and -2.5", DoubleToString(MathRound(2.5), 0) + " " + DoubleToString(MathRound(-2.5), 0));
  Fact(15, "EMPTY_VALUE is DBL_MAX", YesNo(EMPTY_VALUE == DBL_MAX));
  Fact(16, "root of -1 is a valid number", YesNo(MathIsValidNumber(MathSqrt(-1.0))));
}

void ProbeStrings() {
  uchar bytes[];
  int count = StringToCharArray("abc", bytes, 0, WHOLE_ARRAY, CP_UTF8);
  Count(17, "StringToCharArray of 3 letters", count);
  Count(18, "array size after it", ArraySize(bytes));
  uchar none[];
  Count(19, "StringToCharArray of an empty string", StringToCharArray("", none, 0, WHOLE_ARRAY, CP_UTF8));
  string euro = ShortToString(0xe4) + ShortToString(0x20ac);
  uchar letters[];
  count = StringToCharArray(euro, letters, 0, WHOLE_ARRAY, CP_UTF8);
  Fact(20, "UTF-8 of two letters beyond ASCII", IntegerToString(count) + " bytes " + Hex(letters, count));
  string face = ShortToString(0xd83d) + ShortToString(0xde00);
  uchar pair[];
  count = StringToCharArray(face, pair, 0, WHOLE_ARRAY, CP_UTF8);
  Fact(21, "UTF-8 of a letter of two units",
       IntegerToString(StringLen(face)) + " units, " + IntegerToString(count) + " bytes " + Hex(pair, count));
  Fact(22, "CharArrayToString gives it back", YesNo(CharArrayToString(pair, 0, 4, CP_UTF8) == face));
  uchar with_zero[3] = {65, 0, 66};
  Count(23, "length of CharArrayToString with a zero inside", StringLen(CharArrayToString(with_zero, 0, 3, CP_UTF8)));
  string parts[];
  Count(24, "StringSplit of a,,b", StringSplit("a,,b", ',', parts));
  Count(25, "StringSplit of an empty string", StringSplit("", ',', parts));
  string padded = "a \t\r\n";
  StringTrimRight(padded);
  Count(26, "length after StringTrimRight of blanks, tab and line end", StringLen(padded));
  Count(27, "StringFind of what is not there", StringFind("abc", "x"));
  Fact(28, "StringSubstr past the end", "[" + StringSubstr("abc", 2, 9) + "]");
  Fact(29, "IntegerToString of the smallest long", IntegerToString(LONG_MIN));
  Fact(30, "DoubleToString of 0.1 with 17 digits", DoubleToString(0.1, 17));
  Count(31, "StringToInteger of 12x", StringToInteger("12x"));
}

void ProbeArrays() {
  int numbers[];
  Count(32, "ArrayResize to 3", ArrayResize(numbers, 3));
  for(int i = 0; i < 3; i++) numbers[i] = i + 1;
  ArrayResize(numbers, 5);
  Fact(33, "cells kept when an array grows", YesNo(numbers[0] == 1 && numbers[2] == 3));
  double fresh[];
  ArrayResize(fresh, 64);
  bool is_zero = true;
  for(int i = 0; i < 64; i++) {
    if(fresh[i] != 0.0) is_zero = false;
  }
  Fact(34, "fresh cells are zero", YesNo(is_zero));
  int target[];
  ArrayResize(target, 0);
  Count(35, "ArrayCopy into an empty array", ArrayCopy(target, numbers, 0, 0, 3));
  Count(36, "size of the target after it", ArraySize(target));
  ArraySetAsSeries(numbers, true);
  Count(37, "element 4 of 5 as a series", numbers[4]);
  ArrayFree(numbers);
  Count(38, "size after ArrayFree", ArraySize(numbers));
}

void ProbeErrorsAndTime() {
  ResetLastError();
  long value = 0;
  SymbolInfoInteger("NO-SUCH-SYMBOL.x", SYMBOL_DIGITS, value);
  Count(39, "error of a property of an unknown symbol", GetLastError());
  SymbolsTotal(false);
  Count(40, "error after a call that went well", GetLastError());
  ResetLastError();
  Count(41, "error after ResetLastError", GetLastError());
  ulong ticks = GetTickCount64();
  ulong start = GetMicrosecondCount();
  while(GetTickCount64() == ticks && GetMicrosecondCount() - start < 1000000) value++;
  ulong step = GetTickCount64();
  while(GetTickCount64() == step && GetMicrosecondCount() - start < 1000000) value++;
  Count(42, "step of GetTickCount64 in milliseconds", (long)(GetTickCount64() - step));
  start = GetMicrosecondCount();
  for(int i = 0; i < 10; i++) Sleep(1);
  Count(43, "milliseconds of ten Sleep(1)", (long)((GetMicrosecondCount() - start) / 1000));
  Count(44, "TimeTradeServer minus TimeGMT in quarters of an hour",
        ((long)TimeTradeServer() - (long)TimeGMT() + 450) / 900);
  Fact(45, "TimeTradeServer is at or after TimeCurrent", YesNo((long)TimeTradeServer() >= (long)TimeCurrent()));
  MqlDateTime parts;
  TimeToStruct((datetime)(long)0, parts);
  Count(46, "day of the week of 1 January 1970", parts.day_of_week);
}

void ProbeSymbols() {
  bool is_custom = false;
  Fact(47, "SymbolExist of an unknown symbol", YesNo(SymbolExist("NO-SUCH-SYMBOL.x", is_custom)));
  string other_case = _Symbol;
  StringToLower(other_case);
  Fact(48, "SymbolExist in lower case", YesNo(other_case != _Symbol && SymbolExist(other_case, is_custom)));
  Fact(49, "SymbolExist of an empty name", YesNo(SymbolExist("", is_custom)));
  MqlTick tick;
  ResetLastError();
  bool is_known = SymbolInfoTick("NO-SUCH-SYMBOL.x", tick);
  Fact(50, "SymbolInfoTick of an unknown symbol", YesNo(is_known) + " error " + IntegerToString(GetLastError()));
  ResetLastError();
  bool is_added = SymbolSelect("NO-SUCH-SYMBOL.x", true);
  Fact(51, "SymbolSelect of an unknown symbol", YesNo(is_added) + " error " + IntegerToString(GetLastError()));
  Fact(52, "SymbolName past the end", "[" + SymbolName(SymbolsTotal(false), false) + "]");
  long latest = 0;
  for(uint i = 0; i < 32; i++) {
    datetime from = 0;
    datetime to = 0;
    if(!SymbolInfoSessionQuote(_Symbol, WEDNESDAY, i, from, to)) break;
    if((long)to > latest) latest = (long)to;
  }
  Count(53, "end of the last quote session of a Wednesday", latest);
  Fact(54, "time_msc of a tick goes with its time",
       YesNo(SymbolInfoTick(_Symbol, tick) && tick.time_msc / 1000 == (long)tick.time));
}

void ProbeSeries() {
  Fact(55, "numbers of H1, H8, H12, W1, MN1",
       IntegerToString((int)PERIOD_H1) + " " + IntegerToString((int)PERIOD_H8) + " " + IntegerToString((int)PERIOD_H12) +
         " " + IntegerToString((int)PERIOD_W1) + " " + IntegerToString((int)PERIOD_MN1));
  Count(56, "PeriodSeconds of MN1", PeriodSeconds(PERIOD_MN1));
  MqlRates rates[];
  ResetLastError();
  int count = CopyRates(_Symbol, PERIOD_H1, 0, 5, rates);
  Fact(57, "CopyRates of 5 bars of the chart's symbol", WithError(count));
  bool ascends = count == 5;
  for(int i = 1; i < count; i++) {
    if((long)rates[i].time <= (long)rates[i - 1].time) ascends = false;
  }
  Fact(58, "its bars ascend", YesNo(ascends));
  MqlRates one[];
  bool is_included = ascends && CopyRates(_Symbol, PERIOD_H1, rates[2].time, 1, one) == 1 &&
                     (long)one[0].time == (long)rates[2].time;
  Fact(59, "CopyRates back from a date includes it", YesNo(is_included));
  MqlRates older[];
  bool is_older = ascends && CopyRates(_Symbol, PERIOD_H1, (datetime)((long)rates[2].time - 1), 1, older) == 1 &&
                  (long)older[0].time == (long)rates[1].time;
  Fact(60, "back from a moment earlier gives the bar before", YesNo(is_older));
  MqlRates beyond[];
  ResetLastError();
  Fact(61, "CopyRates from a start beyond all", WithError(CopyRates(_Symbol, PERIOD_H1, 10000000, 5, beyond)));
  datetime opens[];
  datetime far = (datetime)((long)TimeCurrent() + 40 * 86400);
  datetime farther = (datetime)((long)TimeCurrent() + 41 * 86400);
  ResetLastError();
  Fact(62, "CopyTime of a range in the future", WithError(CopyTime(_Symbol, PERIOD_H1, far, farther, opens)));
  ResetLastError();
  Fact(63, "CopyTime of a range the wrong way round", WithError(CopyTime(_Symbol, PERIOD_H1, farther, far, opens)));
  MqlRates ghost[];
  ResetLastError();
  Fact(64, "CopyRates of an unknown symbol", WithError(CopyRates("NO-SUCH-SYMBOL.x", PERIOD_H1, 0, 5, ghost)));
  long first = 0;
  long server = 0;
  SeriesInfoInteger(_Symbol, PERIOD_H1, SERIES_FIRSTDATE, first);
  SeriesInfoInteger(_Symbol, PERIOD_H1, SERIES_SERVER_FIRSTDATE, server);
  Fact(65, "SERIES_FIRSTDATE is at or after SERIES_SERVER_FIRSTDATE", YesNo(first >= server));
  long bars = 0;
  SeriesInfoInteger(_Symbol, PERIOD_H1, SERIES_BARS_COUNT, bars);
  Fact(66, "SERIES_BARS_COUNT is Bars()", YesNo(bars == Bars(_Symbol, PERIOD_H1)));
  Fact(67, "bars are at most TERMINAL_MAXBARS", YesNo(bars <= TerminalInfoInteger(TERMINAL_MAXBARS)));
}

long Synchronised(const string symbol) {
  long value = -1;
  SeriesInfoInteger(symbol, PERIOD_H3, SERIES_SYNCHRONIZED, value);
  return value;
}

void ProbeLoading() {
  if(InpFreshSymbol == "") {
    for(int number = 68; number <= 73; number++) Fact(number, "loading of a fresh symbol", "not tried");
    return;
  }
  Count(68, "synchronised before Market Watch", Synchronised(InpFreshSymbol));
  SymbolSelect(InpFreshSymbol, true);
  Sleep(2000);
  Count(69, "synchronised without a copy, 2 s later", Synchronised(InpFreshSymbol));
  MqlRates rates[];
  ulong start = GetMicrosecondCount();
  ResetLastError();
  string result = WithError(CopyRates(InpFreshSymbol, PERIOD_H3, 0, 1000, rates));
  Fact(70, "the first CopyRates of 1000 bars", result);
  Fact(71, "it came back", Span(start));
  Count(72, "synchronised right after it", Synchronised(InpFreshSymbol));
  Sleep(3000);
  ResetLastError();
  Fact(73, "the same CopyRates 3 s later", WithError(CopyRates(InpFreshSymbol, PERIOD_H3, 0, 1000, rates)));
}

void SetParameter(MqlParam &parameter, const ENUM_DATATYPE type, const string text) {
  parameter.type = type;
  parameter.integer_value = 0;
  parameter.double_value = 0.0;
  parameter.string_value = text;
}

void ProbeIndicators() {
  MqlParam parameters[];
  ArrayResize(parameters, 1);
  SetParameter(parameters[0], TYPE_STRING, "No Such Indicator");
  ResetLastError();
  int handle = IndicatorCreate(_Symbol, PERIOD_H1, IND_CUSTOM, 1, parameters);
  Fact(74, "IndicatorCreate of a missing indicator", WithError(handle));
  SetParameter(parameters[0], TYPE_INT, "");
  ResetLastError();
  handle = IndicatorCreate(_Symbol, PERIOD_H1, IND_CUSTOM, 1, parameters);
  Fact(75, "IndicatorCreate without a name", WithError(handle));
  SetParameter(parameters[0], TYPE_STRING, InpIndicator);
  handle = IndicatorCreate(_Symbol, PERIOD_H1, IND_CUSTOM, 1, parameters);
  if(handle == INVALID_HANDLE) {
    for(int number = 76; number <= 82; number++) Fact(number, "an indicator", InpIndicator + " is not installed");
    return;
  }
  ResetLastError();
  int calculated = BarsCalculated(handle);
  Fact(76, "BarsCalculated right after IndicatorCreate", calculated > 0 ? "all" : WithError(calculated));
  double cells[];
  ResetLastError();
  Fact(77, "CopyBuffer right after IndicatorCreate", WithError(CopyBuffer(handle, 0, 0, 10, cells)));
  Fact(78, "the same indicator again has the same handle",
       YesNo(IndicatorCreate(_Symbol, PERIOD_H1, IND_CUSTOM, 1, parameters) == handle));
  for(int i = 0; i < 500 && BarsCalculated(handle) <= 0; i++) Sleep(20);
  Fact(79, "it was calculated", BarsCalculated(handle) > 0 ? "within 10 s" : "not within 10 s");
  Fact(80, "BarsCalculated is Bars()", YesNo(BarsCalculated(handle) == Bars(_Symbol, PERIOD_H1)));
  ResetLastError();
  Fact(81, "CopyBuffer of buffer 511", WithError(CopyBuffer(handle, 511, 0, 10, cells)));
  IndicatorRelease(handle);
  IndicatorRelease(handle);
  ResetLastError();
  string released = WithError(CopyBuffer(handle, 0, 0, 10, cells));
  ArrayResize(parameters, 64);
  for(int i = 1; i < 64; i++) SetParameter(parameters[i], TYPE_INT, "");
  ResetLastError();
  handle = IndicatorCreate(_Symbol, PERIOD_H1, IND_CUSTOM, 64, parameters);
  Fact(82, "CopyBuffer after IndicatorRelease; IndicatorCreate with 63 parameters",
       released + "; " + WithError(handle == INVALID_HANDLE ? -1 : 0));
  if(handle != INVALID_HANDLE) IndicatorRelease(handle);
}

void ProbeSocketsAlone() {
  int handle = SocketCreate();
  Fact(83, "the first socket's handle is 0", YesNo(handle == 0));
  ResetLastError();
  Fact(84, "SocketIsReadable before connecting", WithError((long)SocketIsReadable(handle)));
  ResetLastError();
  ulong start = GetMicrosecondCount();
  SocketConnect(handle, "mt5-gateway.invalid", 80, 1000);
  Fact(85, "error for a host that is not on the list", IntegerToString(GetLastError()) + " " + Span(start));
  SocketClose(handle);
  handle = SocketCreate();
  ResetLastError();
  start = GetMicrosecondCount();
  SocketConnect(handle, InpHost, 1, 1000);
  Fact(86, "error for a closed port", IntegerToString(GetLastError()) + " " + Span(start));
  SocketClose(handle);
  ResetLastError();
  SocketClose(handle);
  Count(87, "error of closing a closed socket", GetLastError());
}

// The gateway answers a preamble at once with its own and a CHALLENGE, 52 bytes in all.
void ProbeReading(const int handle) {
  uchar preamble[8] = {0x4d, 0x54, 0x35, 0x47, 1, 1, 0, 0};
  ResetLastError();
  Fact(89, "send in the call that connected", WithError(SocketSend(handle, preamble, 8)));
  Count(90, "SocketIsReadable at first, while nothing can be there", (long)SocketIsReadable(handle));
  for(int i = 0; i < 100 && SocketIsReadable(handle) < 52; i++) Sleep(20);
  Count(91, "SocketIsReadable when 52 bytes came", (long)SocketIsReadable(handle));
  uchar part[];
  Count(92, "SocketRead of 8 of them", SocketRead(handle, part, 8, 500));
  uchar rest[];
  ulong start = GetMicrosecondCount();
  int count = SocketRead(handle, rest, 4096, 500);
  Fact(93, "SocketRead of 4096 when 44 are there", IntegerToString(count) + " " + Span(start));
  Count(94, "size of the array after it", ArraySize(rest));
  int phantoms = 0;
  for(int i = 0; i < 50; i++) {
    if(SocketIsReadable(handle) > 0) phantoms++;
    Sleep(1);
  }
  Count(95, "times of 50 that an empty socket is called readable", phantoms);
  uchar none[];
  start = GetMicrosecondCount();
  ResetLastError();
  string result = WithError(SocketRead(handle, none, 1, 200));
  Fact(96, "SocketRead of nothing", result + " " + Span(start));
  Fact(97, "SocketIsConnected after it", YesNo(SocketIsConnected(handle)));
}

void ProbeWriting(const int handle) {
  uchar much[];
  ArrayResize(much, 1048576);
  for(int i = 0; i < 1048576; i++) much[i] = 0;
  ResetLastError();
  string result = WithError(SocketSend(handle, much, 1048576));
  Fact(98, "SocketSend of 1048576 bytes that the other side refuses", result);
  Sleep(500);
  Fact(99, "SocketIsReadable and SocketIsConnected after the other side closed",
       (SocketIsReadable(handle) > 0 ? "readable" : "not readable") +
         (SocketIsConnected(handle) ? " connected" : " not connected"));
  uchar none[];
  for(int i = 0; i < 10 && SocketIsReadable(handle) > 1; i++) SocketRead(handle, none, SocketIsReadable(handle), 50);
  ResetLastError();
  Fact(100, "SocketRead after the other side closed", WithError(SocketRead(handle, none, 1, 200)));
}

void ProbeConnection() {
  int handle = SocketCreate();
  ResetLastError();
  bool is_connected = SocketConnect(handle, InpHost, (uint)InpPort, 1000);
  Fact(88, "SocketConnect to the gateway", YesNo(is_connected) + " error " + IntegerToString(GetLastError()));
  if(is_connected) {
    SocketTimeouts(handle, 2000, 2000);
    ProbeReading(handle);
    ProbeWriting(handle);
  } else {
    for(int number = 89; number <= 100; number++) Fact(number, "a connection", "no gateway to try it with");
  }
  SocketClose(handle);
}

void OnStart() {
  Print("PROBE 00 terminal=" + TerminalInfoString(TERMINAL_NAME) + " build " +
        IntegerToString(TerminalInfoInteger(TERMINAL_BUILD)));
  ProbeLanguage();
  ProbeStrings();
  ProbeArrays();
  ProbeErrorsAndTime();
  ProbeSymbols();
  ProbeSeries();
  ProbeLoading();
  ProbeIndicators();
  ProbeSocketsAlone();
  ProbeConnection();
  Print("PROBE end");
}
