// Timeframes by the names that travel, never by the terminal's numbers. No terminal call.

#define TIMEFRAME_COUNT 21

const string TIMEFRAME_NAMES[21] = {
  "M1", "M2", "M3", "M4", "M5", "M6", "M10", "M12", "M15", "M20", "M30",
  "H1", "H2", "H3", "H4", "H6", "H8", "H12", "D1", "W1", "MN1"
};

const ENUM_TIMEFRAMES TIMEFRAME_PERIODS[21] = {
  PERIOD_M1, PERIOD_M2, PERIOD_M3, PERIOD_M4, PERIOD_M5, PERIOD_M6, PERIOD_M10, PERIOD_M12, PERIOD_M15, PERIOD_M20,
  PERIOD_M30, PERIOD_H1, PERIOD_H2, PERIOD_H3, PERIOD_H4, PERIOD_H6, PERIOD_H8, PERIOD_H12, PERIOD_D1, PERIOD_W1,
  PERIOD_MN1
};

// A month counts as its 31 days.
const int TIMEFRAME_SECONDS[21] = {
  60, 120, 180, 240, 300, 360, 600, 720, 900, 1200, 1800,
  3600, 7200, 10800, 14400, 21600, 28800, 43200, 86400, 604800, 2678400
};

// Position in the tables; -1 = MetaTrader has no timeframe of this name.
int TimeframeIndex(const string name) {
  for(int i = 0; i < TIMEFRAME_COUNT; i++) {
    if(TIMEFRAME_NAMES[i] == name) return i;
  }
  return -1;
}

// First second of the month after the one of `time`, by the civil calendar.
long NextMonth(const long time) {
  long day = time / 86400 + 719468;
  long era = day / 146097;
  long day_of_era = day - era * 146097;
  long year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  long day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  long shifted = (5 * day_of_year + 2) / 153;
  long day_of_month = day_of_year - (153 * shifted + 2) / 5;
  long start = day - day_of_month;
  long length = 31;
  if(shifted == 1 || shifted == 3 || shifted == 6 || shifted == 8) length = 30;
  if(shifted == 11) {
    long year = year_of_era + era * 400 + 1;
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    length = is_leap ? 29 : 28;
  }
  return (start + length - 719468) * 86400;
}

// When a bar that opens at `open` is over, seconds.
long BarClose(const int timeframe, const long open) {
  if(timeframe == TIMEFRAME_COUNT - 1) return NextMonth(open);
  return open + TIMEFRAME_SECONDS[timeframe];
}
