// What the closed bars of a series looked like, to notice when the broker rewrites them. No terminal call.

#define REMEMBERED_BARS 300

ulong RateHash(const MqlRates &rate) {
  DoubleBits both;
  ulong hash = 1469598103934665603;
  both.value = rate.open;
  hash = (hash ^ (ulong)both.bits) * 1099511628211;
  both.value = rate.high;
  hash = (hash ^ (ulong)both.bits) * 1099511628211;
  both.value = rate.low;
  hash = (hash ^ (ulong)both.bits) * 1099511628211;
  both.value = rate.close;
  hash = (hash ^ (ulong)both.bits) * 1099511628211;
  hash = (hash ^ (ulong)rate.tick_volume) * 1099511628211;
  hash = (hash ^ (ulong)rate.real_volume) * 1099511628211;
  return (hash ^ (ulong)rate.spread) * 1099511628211;
}

// The memories of many series, one behind the other in two plain arrays.
class RateMemory {
private:
  long m_times[];
  ulong m_hashes[];
  int m_counts[];

  int Base(const int series) const { return series * REMEMBERED_BARS; }

public:
  RateMemory() {
    ArrayResize(m_times, 0);
    ArrayResize(m_hashes, 0);
    ArrayResize(m_counts, 0);
  }

  void Clear(const int series) {
    int known = ArraySize(m_counts);
    if(series >= known) {
      ArrayResize(m_counts, series + 1);
      ArrayResize(m_times, (series + 1) * REMEMBERED_BARS);
      ArrayResize(m_hashes, (series + 1) * REMEMBERED_BARS);
      for(int i = known; i <= series; i++) m_counts[i] = 0;
      for(int i = known * REMEMBERED_BARS; i < ArraySize(m_times); i++) {
        m_times[i] = 0;
        m_hashes[i] = 0;
      }
    }
    m_counts[series] = 0;
  }

  // Open of the oldest bar that is another one than before; 0 = none. Bars before the window say nothing, and the ones
  // behind everything that was known are new, not changed.
  long FirstChange(const int series, const MqlRates &rates[], const int count) const {
    int known = m_counts[series];
    if(known == 0 || count == 0) return 0;
    int base = Base(series);
    long from = (long)rates[0].time > m_times[base] ? (long)rates[0].time : m_times[base];
    long last = m_times[base + known - 1];
    int i = 0;
    int j = 0;
    while(i < known && m_times[base + i] < from) i++;
    while(j < count && (long)rates[j].time < from) j++;
    while(i < known || (j < count && (long)rates[j].time <= last)) {
      if(i >= known) return (long)rates[j].time;
      if(j >= count) return m_times[base + i];
      long old_time = m_times[base + i];
      long new_time = (long)rates[j].time;
      if(old_time != new_time) return old_time < new_time ? old_time : new_time;
      if(m_hashes[base + i] != RateHash(rates[j])) return new_time;
      i++;
      j++;
    }
    return 0;
  }

  // A bar that was just told as closed: from now on it must not change in silence.
  void Add(const int series, const MqlRates &rate) {
    int base = Base(series);
    int known = m_counts[series];
    if(known > 0 && (long)rate.time <= m_times[base + known - 1]) return;
    if(known == REMEMBERED_BARS) {
      for(int i = 1; i < known; i++) {
        m_times[base + i - 1] = m_times[base + i];
        m_hashes[base + i - 1] = m_hashes[base + i];
      }
      known--;
    }
    m_times[base + known] = (long)rate.time;
    m_hashes[base + known] = RateHash(rate);
    m_counts[series] = known + 1;
  }

  void Remember(const int series, const MqlRates &rates[], const int count) {
    int first = count > REMEMBERED_BARS ? count - REMEMBERED_BARS : 0;
    int base = Base(series);
    for(int i = first; i < count; i++) {
      m_times[base + i - first] = (long)rates[i].time;
      m_hashes[base + i - first] = RateHash(rates[i]);
    }
    m_counts[series] = count - first;
  }
};
