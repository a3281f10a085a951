/// Feeds candles to an indicator and writes down its buffers: `driver <library> <jobs> <answers>`.
/// The layout of both files is described in agreement-jobs.ts. Every job also asks that it makes no difference how the
/// same candles came: at once, bar by bar with ticks of the forming bar, in jumps, or after a start with fewer of them.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>
#include "indicator-instance.hpp"

// The runtime looks for the program that it is linked with; this one has none.
extern "C" {
extern MQL_EXPORT const mql::Program mql_program;
}
const mql::Program mql_program{};

namespace {

using mql::run::Bar;
using mql::run::IndicatorInstance;
using mql::run::Parameter;

[[noreturn]] void fail(const std::string &why) {
  std::fprintf(stderr, "driver: %s\n", why.c_str());
  std::exit(1);
}

/// Reads numbers from a file that the spec has written.
class Reader {
 public:
  explicit Reader(const char *path) {
    std::ifstream file(path, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  template <typename T>
  T next() {
    T value;
    if (at_ + sizeof value > bytes_.size()) fail("the file of jobs is too short");
    std::memcpy(&value, bytes_.data() + at_, sizeof value);
    at_ += sizeof value;
    return value;
  }
  std::size_t count() { return next<std::uint32_t>(); }

 private:
  std::vector<char> bytes_;
  std::size_t at_ = 0;
};

using Market = std::vector<Bar>;
using Buffers = std::vector<std::vector<double>>;

Market read_market(Reader &reader) {
  Market market(reader.count());
  for (Bar &bar : market) {
    bar.time = static_cast<long>(reader.next<double>());
    bar.open = reader.next<double>(), bar.high = reader.next<double>();
    bar.low = reader.next<double>(), bar.close = reader.next<double>();
    bar.tick_volume = 1, bar.spread = 1, bar.real_volume = 0;
  }
  return market;
}

std::vector<Parameter> read_parameters(Reader &reader) {
  std::vector<Parameter> parameters;
  for (std::size_t left = reader.count(); left > 0; left--) parameters.emplace_back(reader.next<double>());
  return parameters;
}

std::unique_ptr<IndicatorInstance> started(const char *library, const std::vector<Parameter> &parameters) {
  auto instance = std::make_unique<IndicatorInstance>(library, "EURUSD", mql::PERIOD_H1, parameters);
  if (!instance->ok()) fail("the library is no indicator");
  if (instance->init() != mql::INIT_SUCCEEDED) fail("OnInit refuses the parameters");
  return instance;
}

void feed(IndicatorInstance &instance, const Market &bars, bool from_start = false) {
  if (instance.calculate(bars, from_start) != static_cast<int>(bars.size())) fail("OnCalculate did not take all bars");
}

Buffers buffers_of(const IndicatorInstance &instance) {
  Buffers all;
  for (int number = 0; instance.buffer(number) != nullptr; number++) {
    const auto *buffer = instance.buffer(number);
    all.emplace_back(buffer->data(), buffer->data() + buffer->size());
  }
  return all;
}

void expect_same(const Buffers &wanted, const IndicatorInstance &instance, const std::string &way, std::size_t job) {
  const Buffers found = buffers_of(instance);
  for (std::size_t number = 0; number < wanted.size(); number++) {
    const std::vector<double> &cells = wanted[number];
    for (std::size_t bar = 0; bar < cells.size(); bar++) {
      // Bit for bit, so that a cell which was never written cannot be equal by chance.
      if (std::memcmp(&cells[bar], &found[number][bar], sizeof(double)) == 0) continue;
      fail("job " + std::to_string(job) + ", " + way + ": buffer " + std::to_string(number) + " differs at bar " +
           std::to_string(bar) + " of " + std::to_string(cells.size()) + ": " + std::to_string(found[number][bar]) +
           " instead of " + std::to_string(cells[bar]));
    }
  }
}

/// A bar that has only just opened, and one that still moves beyond what it will be in the end.
Bar opening(const Bar &bar) { return {bar.time, bar.open, bar.open, bar.open, bar.open, 1, 1, 0}; }
Bar wilder(const Bar &bar) { return {bar.time, bar.open, bar.high * 1.5, bar.low * 0.5, bar.high, 2, 1, 0}; }

/// Bar after bar, each one forming in three ticks; every tick leaves what one call for the same bars gives.
void walk(IndicatorInstance &instance, IndicatorInstance &other, const Market &bars, std::size_t from, std::size_t job) {
  Market fed(bars.begin(), bars.begin() + static_cast<long>(from));
  feed(instance, fed, true);
  for (std::size_t bar = from; bar < bars.size(); bar++) {
    fed.push_back(opening(bars[bar]));
    feed(instance, fed);
    fed.back() = wilder(bars[bar]);
    feed(instance, fed);
    fed.back() = bars[bar];
    feed(instance, fed);
    if (bar % 64 != 0) continue;
    feed(other, fed, true);
    expect_same(buffers_of(other), instance, "bar by bar", job);
  }
}

/// Many bars at once, as after a night without connection.
void leap(IndicatorInstance &instance, const Market &bars, std::size_t from) {
  std::size_t end = from;
  feed(instance, Market(bars.begin(), bars.begin() + static_cast<long>(end)), true);
  for (std::size_t step = 1; end < bars.size(); step = step * 7 % 61 + 1) {
    end = std::min(bars.size(), end + step);
    feed(instance, Market(bars.begin(), bars.begin() + static_cast<long>(end)));
  }
}

class Answers {
 public:
  explicit Answers(const char *path) : file_(path, std::ios::binary) {}
  /// The cells that hold something, by buffer.
  void write(const Buffers &buffers) {
    put(static_cast<std::uint32_t>(buffers.size()));
    for (const std::vector<double> &cells : buffers) {
      const auto filled = std::count_if(cells.begin(), cells.end(), [](double cell) { return cell != mql::EMPTY_VALUE; });
      put(static_cast<std::uint32_t>(filled));
      for (std::size_t bar = 0; bar < cells.size(); bar++) {
        if (cells[bar] == mql::EMPTY_VALUE) continue;
        put(static_cast<std::uint32_t>(bar));
        put(cells[bar]);
      }
    }
  }

 private:
  template <typename T>
  void put(T value) {
    file_.write(reinterpret_cast<const char *>(&value), sizeof value);
  }
  std::ofstream file_;
};

/// Two instances of the same parameters: one for the answer, one to come to it in another way.
struct Pair {
  std::unique_ptr<IndicatorInstance> plain;
  std::unique_ptr<IndicatorInstance> tried;
};

void do_job(Pair &pair, const Market &bars, std::size_t walked, std::size_t job, Answers &answers) {
  feed(*pair.plain, bars, true);
  const Buffers wanted = buffers_of(*pair.plain);
  answers.write(wanted);
  if (walked == 0) return;
  const std::size_t from = bars.size() > walked ? bars.size() - walked : 1;
  walk(*pair.tried, *pair.plain, bars, from, job);
  expect_same(wanted, *pair.tried, "bar by bar", job);
  leap(*pair.tried, bars, from);
  expect_same(wanted, *pair.tried, "in jumps", job);
  feed(*pair.tried, Market(bars.begin() + static_cast<long>(bars.size() / 3), bars.end()), true);
  feed(*pair.tried, bars, true);
  expect_same(wanted, *pair.tried, "after older bars came", job);
}

}  // namespace

int main(int count, char **words) {
  if (count != 4) fail("give library, jobs and answers");
  Reader reader(words[2]);
  std::vector<Market> markets;
  for (std::size_t left = reader.count(); left > 0; left--) markets.push_back(read_market(reader));
  std::vector<Pair> variants;
  for (std::size_t left = reader.count(); left > 0; left--) {
    const std::vector<Parameter> parameters = read_parameters(reader);
    variants.push_back({started(words[1], parameters), started(words[1], parameters)});
  }
  Answers answers(words[3]);
  const std::size_t jobs = reader.count();
  for (std::size_t job = 0; job < jobs; job++) {
    const Market &market = markets.at(reader.count());
    Pair &pair = variants.at(reader.count());
    const auto from = static_cast<long>(reader.count());
    const auto to = static_cast<long>(reader.count());
    const std::size_t walked = reader.count();
    do_job(pair, Market(market.begin() + from, market.begin() + to), walked, job, answers);
  }
}
