/// Constants of MQL5. Numbers that the manual gives are its numbers; the others are ours, and odd on purpose:
/// no program may depend on them, or put them on a wire.
#pragma once
#pragma GCC system_header
#include "mql-types.hpp"

namespace mql {

// manifest:constants
inline constexpr int WHOLE_ARRAY = -1;
inline constexpr int INVALID_HANDLE = -1;
inline constexpr uint CP_ACP = 0;
inline constexpr uint CP_UTF8 = 65001;
inline constexpr double EMPTY_VALUE = std::numeric_limits<double>::max();
#undef DBL_MAX
inline constexpr double DBL_MAX = std::numeric_limits<double>::max();
#undef DBL_MIN
inline constexpr double DBL_MIN = std::numeric_limits<double>::min();
#undef DBL_EPSILON
inline constexpr double DBL_EPSILON = std::numeric_limits<double>::epsilon();
#undef INT_MAX
inline constexpr int INT_MAX = 2147483647;
#undef INT_MIN
inline constexpr int INT_MIN = -2147483647 - 1;
#undef UINT_MAX
inline constexpr uint UINT_MAX = 4294967295U;
#undef USHORT_MAX
inline constexpr ushort USHORT_MAX = 65535;
#undef UCHAR_MAX
inline constexpr uchar UCHAR_MAX = 255;
#undef LONG_MAX
inline constexpr long LONG_MAX = 9223372036854775807L;
#undef LONG_MIN
inline constexpr long LONG_MIN = -9223372036854775807L - 1;
inline constexpr uint SOCKET_DEFAULT = 0;
inline constexpr color clrNONE = 0xFFFFFFFFU;
inline constexpr color clrDodgerBlue = 0xFF901EU;
inline constexpr color clrOrangeRed = 0x0045FFU;
inline constexpr color clrRed = 0x0000FFU;
inline constexpr color clrBlue = 0xFF0000U;
inline constexpr color clrGreen = 0x008000U;
inline constexpr color clrGray = 0x808080U;

inline constexpr int REASON_PROGRAM = 0;
inline constexpr int REASON_REMOVE = 1;
inline constexpr int REASON_RECOMPILE = 2;
inline constexpr int REASON_CHARTCHANGE = 3;
inline constexpr int REASON_CHARTCLOSE = 4;
inline constexpr int REASON_PARAMETERS = 5;
inline constexpr int REASON_ACCOUNT = 6;
inline constexpr int REASON_TEMPLATE = 7;
inline constexpr int REASON_INITFAILED = 8;
inline constexpr int REASON_CLOSE = 9;

inline constexpr int ERR_FUNCTION_NOT_ALLOWED = 4014;
inline constexpr int ERR_MARKET_UNKNOWN_SYMBOL = 4301;
inline constexpr int ERR_HISTORY_NOT_FOUND = 4401;
inline constexpr int ERR_HISTORY_TIMEOUT = 4403;
inline constexpr int ERR_HISTORY_BARS_LIMIT = 4404;
inline constexpr int ERR_INDICATOR_UNKNOWN_SYMBOL = 4801;
inline constexpr int ERR_INDICATOR_CANNOT_CREATE = 4802;
inline constexpr int ERR_INDICATOR_DATA_NOT_FOUND = 4806;
inline constexpr int ERR_INDICATOR_WRONG_HANDLE = 4807;
inline constexpr int ERR_INDICATOR_WRONG_PARAMETERS = 4808;
inline constexpr int ERR_INDICATOR_WRONG_INDEX = 4812;
inline constexpr int ERR_NETSOCKET_INVALIDHANDLE = 5270;
inline constexpr int ERR_NETSOCKET_TOO_MANY_OPENED = 5271;
inline constexpr int ERR_NETSOCKET_CANNOT_CONNECT = 5272;
inline constexpr int ERR_NETSOCKET_IO_ERROR = 5273;
inline constexpr int ERR_NETSOCKET_HANDSHAKE_FAILED = 5274;
inline constexpr int ERR_NETSOCKET_NO_CERTIFICATE = 5275;

enum ENUM_INIT_RETCODE : int { INIT_SUCCEEDED = 0, INIT_FAILED = 1, INIT_PARAMETERS_INCORRECT = 32767 };
enum ENUM_TIMEFRAMES : int {
  PERIOD_CURRENT = 0, PERIOD_M1 = 1, PERIOD_M2 = 2, PERIOD_M3 = 3, PERIOD_M4 = 4, PERIOD_M5 = 5, PERIOD_M6 = 6,
  PERIOD_M10 = 10, PERIOD_M12 = 12, PERIOD_M15 = 15, PERIOD_M20 = 20, PERIOD_M30 = 30, PERIOD_H1 = 16385,
  PERIOD_H2 = 16386, PERIOD_H3 = 16387, PERIOD_H4 = 16388, PERIOD_H6 = 16390, PERIOD_H8 = 16392,
  PERIOD_H12 = 16396, PERIOD_D1 = 16408, PERIOD_W1 = 32769, PERIOD_MN1 = 49153
};
enum ENUM_SERIES_INFO_INTEGER : int {
  SERIES_SYNCHRONIZED = 701, SERIES_BARS_COUNT, SERIES_FIRSTDATE, SERIES_LASTBAR_DATE, SERIES_SERVER_FIRSTDATE,
  SERIES_TERMINAL_FIRSTDATE
};
enum ENUM_ACCOUNT_INFO_INTEGER : int { ACCOUNT_LOGIN = 711, ACCOUNT_TRADE_MODE, ACCOUNT_LEVERAGE };
enum ENUM_ACCOUNT_INFO_DOUBLE : int { ACCOUNT_BALANCE = 721, ACCOUNT_EQUITY };
enum ENUM_ACCOUNT_INFO_STRING : int { ACCOUNT_SERVER = 731, ACCOUNT_COMPANY, ACCOUNT_NAME, ACCOUNT_CURRENCY };
enum ENUM_ACCOUNT_TRADE_MODE : int {
  ACCOUNT_TRADE_MODE_DEMO = 741, ACCOUNT_TRADE_MODE_CONTEST, ACCOUNT_TRADE_MODE_REAL
};
enum ENUM_TERMINAL_INFO_INTEGER : int {
  TERMINAL_CONNECTED = 751, TERMINAL_PING_LAST, TERMINAL_BUILD, TERMINAL_MEMORY_USED, TERMINAL_MAXBARS
};
enum ENUM_TERMINAL_INFO_STRING : int { TERMINAL_NAME = 756, TERMINAL_COMPANY, TERMINAL_LANGUAGE };
enum ENUM_SYMBOL_INFO_INTEGER : int {
  SYMBOL_DIGITS = 761, SYMBOL_TRADE_MODE, SYMBOL_SELECT, SYMBOL_VISIBLE, SYMBOL_SPREAD
};
enum ENUM_SYMBOL_TRADE_MODE : int {
  SYMBOL_TRADE_MODE_DISABLED = 771, SYMBOL_TRADE_MODE_LONGONLY, SYMBOL_TRADE_MODE_SHORTONLY,
  SYMBOL_TRADE_MODE_CLOSEONLY, SYMBOL_TRADE_MODE_FULL
};
enum ENUM_SYMBOL_INFO_DOUBLE : int { SYMBOL_TRADE_CONTRACT_SIZE = 781, SYMBOL_POINT };
enum ENUM_SYMBOL_INFO_STRING : int {
  SYMBOL_DESCRIPTION = 791, SYMBOL_CURRENCY_BASE, SYMBOL_CURRENCY_PROFIT, SYMBOL_PATH
};
enum ENUM_DAY_OF_WEEK : int { SUNDAY = 0, MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY };
enum ENUM_INDICATOR : int { IND_CUSTOM = 801 };
enum ENUM_DATATYPE : int {
  TYPE_BOOL = 811, TYPE_CHAR, TYPE_UCHAR, TYPE_SHORT, TYPE_USHORT, TYPE_COLOR, TYPE_INT, TYPE_UINT, TYPE_DATETIME,
  TYPE_LONG, TYPE_ULONG, TYPE_FLOAT, TYPE_DOUBLE, TYPE_STRING
};
enum ENUM_INDEXBUFFER_TYPE : int { INDICATOR_DATA = 831, INDICATOR_COLOR_INDEX, INDICATOR_CALCULATIONS };
enum ENUM_PLOT_PROPERTY_INTEGER : int {
  PLOT_ARROW = 841, PLOT_ARROW_SHIFT, PLOT_DRAW_BEGIN, PLOT_DRAW_TYPE, PLOT_SHOW_DATA, PLOT_SHIFT, PLOT_LINE_COLOR,
  PLOT_LINE_STYLE, PLOT_LINE_WIDTH
};
enum ENUM_PLOT_PROPERTY_DOUBLE : int { PLOT_EMPTY_VALUE = 861 };
enum ENUM_PLOT_PROPERTY_STRING : int { PLOT_LABEL = 866 };
enum ENUM_INDICATOR_INFO_INTEGER : int { INDICATOR_DIGITS = 871 };
enum ENUM_INDICATOR_INFO_STRING : int { INDICATOR_SHORTNAME = 876 };
enum ENUM_DRAW_TYPE : int { DRAW_NONE = 881, DRAW_LINE, DRAW_ARROW };
enum ENUM_LINE_STYLE : int { STYLE_SOLID = 891, STYLE_DASH, STYLE_DOT };
// manifest:end

struct MqlParam {
  ENUM_DATATYPE type;
  long integer_value;
  double double_value;
  string string_value;
};

}  // namespace mql
