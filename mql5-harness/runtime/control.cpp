#include "control.hpp"
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmath>
#include <functional>
#include <map>
#include <sstream>
#include "clock.hpp"
#include "indicators.hpp"
#include "market.hpp"
#include "sockets.hpp"

/// Of the sanitizer: bytes that are in use now.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();

namespace mql::run {

namespace {

/// The words behind the name of an order.
struct Words {
  std::istringstream text;
  std::string word() {
    std::string out;
    text >> out;
    return out;
  }
  double number(double usual = 0) {
    const std::string out = word();
    return out.empty() ? usual : std::strtod(out.c_str(), nullptr);
  }
};

Series &series_named(Words &words) {
  const std::string symbol = words.word();
  const auto timeframe = timeframe_named(words.word());
  Series *series = timeframe ? Market::of_this_run().series(symbol, *timeframe) : nullptr;
  if (series == nullptr) strict_fault("an order for a series that does not exist");
  return *series;
}

void set_exists(Words &words, bool exists) {
  const std::string name = words.word();
  for (Symbol &symbol : Market::of_this_run().symbols) if (symbol.name == name) symbol.exists = exists;
}

std::string bars_json(Series &series, double count) {
  std::ostringstream out;
  out.precision(17);
  const std::size_t all = series.bars().size();
  const std::size_t wanted = std::min(all, static_cast<std::size_t>(count));
  for (std::size_t i = all - wanted; i < all; i++) {
    const Bar &bar = series.bars()[i];
    out << (i > all - wanted ? "," : "") << "[" << bar.time << "," << bar.open << "," << bar.high << "," << bar.low << "," << bar.close << ","
        << bar.tick_volume << "," << bar.spread << "," << bar.real_volume << "]";
  }
  return "\"bars\":[" + out.str() + "]";
}

std::string stats_json() {
  return "\"sockets\":" + std::to_string(open_sockets()) + ",\"indicators\":" + std::to_string(open_indicators()) +
         ",\"heap\":" + std::to_string(__sanitizer_get_current_allocated_bytes());
}

/// Does one order and gives the fields of its answer.
std::string done(const std::string &order, Words &words, Orders &orders) {
  Market &market = Market::of_this_run();
  if (order == "quit") orders.is_over = true;
  else if (order == "restart") orders.restart_reason = static_cast<int>(words.number(REASON_PARAMETERS));
  else if (order == "drop-broker") market.is_connected = false;
  else if (order == "join-broker") market.is_connected = true;
  else if (order == "vanish") set_exists(words, false);
  else if (order == "restore") set_exists(words, true);
  else if (order == "rewrite") { Series &series = series_named(words); series.rewrite(static_cast<int>(words.number(3))); }
  else if (order == "loading") { Series &series = series_named(words); series.load_for(words.number(1000)); }
  else if (order == "advance") advance_clock(words.number());
  else if (order == "advance-market") advance_server(words.number());
  else if (order == "rate") set_clock_rate(words.number(1));
  else if (order == "hold-indicators") hold_indicators(true);
  else if (order == "free-indicators") hold_indicators(false);
  else if (order == "cut") cut_links();
  else if (order == "cut-at-send") cut_at_send(static_cast<int>(words.number(1)));
  else if (order == "bars") { Series &series = series_named(words); return bars_json(series, words.number(100)); }
  else if (order == "stats") return stats_json();
  else if (order == "tick") {
    Symbol *symbol = market.find(words.word());
    if (symbol != nullptr) market.tick(*symbol, clock_ms());
  } else strict_fault("an order that nobody knows");
  return "";
}

/// Only a pipe gives orders, and its end is the last one: nobody is there any more.
bool takes_orders() {
  struct stat kind {};
  static const bool takes = fstat(STDIN_FILENO, &kind) == 0 && (S_ISFIFO(kind.st_mode) || S_ISSOCK(kind.st_mode));
  return takes;
}

}  // namespace

void obey(Orders &orders, double real_ms) {
  static std::string waiting;
  if (!takes_orders()) return static_cast<void>(usleep(static_cast<useconds_t>(real_ms * 1000)));
  pollfd input{STDIN_FILENO, POLLIN, 0};
  timespec limit{0, static_cast<long>(real_ms * 1e6)};
  if (ppoll(&input, 1, &limit, nullptr) <= 0) return;
  char bytes[4096];
  const ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);
  if (got <= 0) orders.is_over = true;
  else waiting.append(bytes, static_cast<std::size_t>(got));
  for (std::size_t end = waiting.find('\n'); end != std::string::npos; end = waiting.find('\n')) {
    Words words{std::istringstream(waiting.substr(0, end))};
    waiting.erase(0, end + 1);
    const std::string order = words.word();
    const std::string fields = done(order, words, orders);
    tell("done", "\"order\":" + quoted(order) + (fields.empty() ? "" : "," + fields));
  }
}

}  // namespace mql::run
