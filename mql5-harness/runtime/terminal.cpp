/// Account, terminal and symbols. Texts are not ASCII and numbers are wide, so that nobody may count on less.
#include <algorithm>
#include <cstdio>
#include "clock.hpp"
#include "market.hpp"

namespace mql {

using namespace run;

namespace {

Symbol *symbol_or_error(const string &name) {
  Symbol *found = Market::of_this_run().find(StringLen(name) == 0 ? to_utf8(context().symbol) : to_utf8(name));
  if (found == nullptr) fail(ERR_MARKET_UNKNOWN_SYMBOL);
  return found;
}

std::vector<Symbol *> listed(bool selected) {
  std::vector<Symbol *> all;
  for (Symbol &symbol : Market::of_this_run().symbols) {
    if (symbol.exists && (symbol.is_selected || !selected)) all.push_back(&symbol);
  }
  return all;
}

int memory_mb() {
  std::FILE *file = std::fopen("/proc/self/statm", "r");
  long total = 0, resident = 0;
  if (file != nullptr) {
    if (std::fscanf(file, "%ld %ld", &total, &resident) != 2) resident = 0;
    std::fclose(file);
  }
  return static_cast<int>(resident / 256);
}

}  // namespace

datetime TimeCurrent() { return datetime(Market::of_this_run().last_tick_ms() / 1000); }

long AccountInfoInteger(ENUM_ACCOUNT_INFO_INTEGER property) {
  switch (property) {
    case ACCOUNT_LOGIN: return static_cast<long>(number_setting("MQL_LOGIN", 5000000005.0));
    case ACCOUNT_TRADE_MODE: return ACCOUNT_TRADE_MODE_DEMO;
    case ACCOUNT_LEVERAGE: return 500;
  }
  return 0;
}

double AccountInfoDouble(ENUM_ACCOUNT_INFO_DOUBLE property) { return property == ACCOUNT_BALANCE ? 10000.25 : 9999.5; }

string AccountInfoString(ENUM_ACCOUNT_INFO_STRING property) {
  switch (property) {
    case ACCOUNT_SERVER: return from_utf8(setting("MQL_SERVER", "Test-Server"));
    case ACCOUNT_COMPANY: return from_utf8("H\xC3\xA4ndler GmbH \xF0\x9F\x93\x88");
    case ACCOUNT_NAME: return from_utf8("J\xC3\xB6rg \xC3\x9Cnal");
    case ACCOUNT_CURRENCY: return "EUR"_s;
  }
  return ""_s;
}

int TerminalInfoInteger(ENUM_TERMINAL_INFO_INTEGER property) {
  switch (property) {
    case TERMINAL_CONNECTED: return Market::of_this_run().is_connected ? 1 : 0;
    case TERMINAL_PING_LAST: return 41234;
    case TERMINAL_BUILD: return 4755;
    case TERMINAL_MEMORY_USED: return memory_mb();
    case TERMINAL_MAXBARS: return 100000;
  }
  return 0;
}

string TerminalInfoString(ENUM_TERMINAL_INFO_STRING property) {
  return property == TERMINAL_LANGUAGE ? "English"_s : "MetaTrader 5 model"_s;
}

int SymbolsTotal(bool selected) { return static_cast<int>(listed(selected).size()); }

string SymbolName(int position, bool selected) {
  const std::vector<Symbol *> all = listed(selected);
  if (position < 0 || position >= static_cast<int>(all.size())) return fail(ERR_MARKET_UNKNOWN_SYMBOL), ""_s;
  return from_utf8(all[static_cast<std::size_t>(position)]->name);
}

bool SymbolExist(const string &name, bool &is_custom) {
  is_custom = false;
  return Market::of_this_run().find(to_utf8(name)) != nullptr;
}

bool SymbolSelect(const string &name, bool select) {
  Symbol *symbol = symbol_or_error(name);
  if (symbol == nullptr) return false;
  symbol->is_selected = select;
  return true;
}

bool SymbolInfoInteger(const string &name, ENUM_SYMBOL_INFO_INTEGER property, long &value) {
  const Symbol *symbol = symbol_or_error(name);
  if (symbol == nullptr) return false;
  switch (property) {
    case SYMBOL_DIGITS: value = symbol->digits; return true;
    case SYMBOL_TRADE_MODE: value = symbol->is_tradable ? SYMBOL_TRADE_MODE_FULL : SYMBOL_TRADE_MODE_DISABLED; return true;
    case SYMBOL_SELECT: value = symbol->is_selected ? 1 : 0; return true;
    case SYMBOL_VISIBLE: value = symbol->is_selected ? 1 : 0; return true;
    case SYMBOL_SPREAD: value = 3; return true;
  }
  return false;
}

bool SymbolInfoDouble(const string &name, ENUM_SYMBOL_INFO_DOUBLE property, double &value) {
  const Symbol *symbol = symbol_or_error(name);
  if (symbol == nullptr) return false;
  value = property == SYMBOL_POINT ? symbol->point() : 100000;
  return true;
}

bool SymbolInfoString(const string &name, ENUM_SYMBOL_INFO_STRING property, string &value) {
  const Symbol *symbol = symbol_or_error(name);
  if (symbol == nullptr) return false;
  switch (property) {
    case SYMBOL_DESCRIPTION: value = from_utf8(symbol->name + " gegen B\xC3\xB6rse"); return true;
    case SYMBOL_CURRENCY_BASE: value = from_utf8(symbol->name.substr(0, 3)); return true;
    case SYMBOL_CURRENCY_PROFIT: value = "USD"_s; return true;
    case SYMBOL_PATH: value = from_utf8("Markets\\" + symbol->name); return true;
  }
  return false;
}

bool SymbolInfoTick(const string &name, MqlTick &tick) {
  const Symbol *symbol = symbol_or_error(name);
  if (symbol == nullptr) return false;
  if (symbol->last_tick_ms == 0) return fail(4302), false;
  tick = {datetime(symbol->last_tick_ms / 1000), symbol->price, symbol->price, 0, 1, symbol->last_tick_ms, 2, 1};
  return true;
}

/// Two sessions on weekdays. Their times are seconds of a day, the end of the day being 86400: assumed. The book gives those
/// of a custom symbol two days (Configuring quoting and trading sessions), so one may end behind midnight.
bool SymbolInfoSessionQuote(const string &name, ENUM_DAY_OF_WEEK day, uint index, datetime &from, datetime &to) {
  const Symbol *symbol = symbol_or_error(name);
  const bool quotes = symbol != nullptr && (symbol->quotes_at_weekends || (day != SATURDAY && day != SUNDAY));
  if (!quotes || index > 1) return false;
  from = datetime(index == 0 ? 300 : 43500);
  const int last = choice("a quote session ends behind midnight") ? 93600 : 86400;
  to = datetime(index == 0 ? 43200 : last);
  return true;
}

PredefinedPoint::operator double() const {
  const Symbol *symbol = symbol_or_error(context().symbol);
  return symbol == nullptr ? 0 : symbol->point();
}

PredefinedDigits::operator int() const {
  const Symbol *symbol = symbol_or_error(context().symbol);
  return symbol == nullptr ? 0 : symbol->digits;
}

}  // namespace mql
