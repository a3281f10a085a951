#include "market.hpp"

namespace mql::run {

namespace {

struct Row {
  ENUM_TIMEFRAMES timeframe;
  const char *name;
  int seconds;
};

constexpr Row ROWS[] = {
    {PERIOD_M1, "M1", 60},       {PERIOD_M2, "M2", 120},      {PERIOD_M3, "M3", 180},      {PERIOD_M4, "M4", 240},
    {PERIOD_M5, "M5", 300},      {PERIOD_M6, "M6", 360},      {PERIOD_M10, "M10", 600},    {PERIOD_M12, "M12", 720},
    {PERIOD_M15, "M15", 900},    {PERIOD_M20, "M20", 1200},   {PERIOD_M30, "M30", 1800},   {PERIOD_H1, "H1", 3600},
    {PERIOD_H2, "H2", 7200},     {PERIOD_H3, "H3", 10800},    {PERIOD_H4, "H4", 14400},    {PERIOD_H6, "H6", 21600},
    {PERIOD_H8, "H8", 28800},    {PERIOD_H12, "H12", 43200},  {PERIOD_D1, "D1", 86400},    {PERIOD_W1, "W1", 604800},
    {PERIOD_MN1, "MN1", 2592000}};

const Row *row_of(ENUM_TIMEFRAMES timeframe) {
  for (const Row &row : ROWS) if (row.timeframe == timeframe) return &row;
  return nullptr;
}

}  // namespace

const char *timeframe_name(ENUM_TIMEFRAMES timeframe) {
  const Row *row = row_of(timeframe);
  return row == nullptr ? "" : row->name;
}

std::optional<ENUM_TIMEFRAMES> timeframe_named(const std::string &name) {
  for (const Row &row : ROWS) if (name == row.name) return row.timeframe;
  return std::nullopt;
}

/// Weeks open on Sunday, months on their first day; everything else divides the day.
long bar_open(ENUM_TIMEFRAMES timeframe, long time) {
  constexpr long DAY = 86400;
  // 1 January 1970 was a Thursday.
  if (timeframe == PERIOD_W1) return time - (time + 4 * DAY) % (7 * DAY);
  if (timeframe == PERIOD_MN1) {
    MqlDateTime parts{};
    TimeToStruct(datetime(time), parts);
    return time - time % DAY - (parts.day - 1) * DAY;
  }
  return time - time % row_of(timeframe)->seconds;
}

}  // namespace mql::run

namespace mql {

int PeriodSeconds(ENUM_TIMEFRAMES timeframe) {
  const run::Row *row = run::row_of(timeframe == PERIOD_CURRENT ? run::context().period : timeframe);
  return row == nullptr ? 0 : row->seconds;
}

}  // namespace mql
