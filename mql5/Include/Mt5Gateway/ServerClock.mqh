// The server's wall clock in milliseconds, from one that shows whole seconds. No terminal call.

class ServerClock {
private:
  long m_second;
  ulong m_since_ms;
  long m_newest_tick_ms;
  int m_utc_offset_seconds;

public:
  ServerClock() {
    m_second = 0;
    m_since_ms = 0;
    m_newest_tick_ms = 0;
    m_utc_offset_seconds = 0;
  }

  // `server` and `utc` are seconds; `tick_ms` is the steady clock.
  void Observe(const long server, const long utc, const ulong tick_ms) {
    if(server != m_second) {
      m_second = server;
      m_since_ms = tick_ms;
    }
    long difference = server - utc;
    long half = difference >= 0 ? 450 : -450;
    long rounded = (difference + half) / 900 * 900;
    if(rounded >= -86400 && rounded <= 86400) m_utc_offset_seconds = (int)rounded;
  }

  void SawTick(const long tick_ms) {
    if(tick_ms > m_newest_tick_ms) m_newest_tick_ms = tick_ms;
  }

  // Never behind a quote that came: bars up to now must not seem to be of the future.
  long NowMs(const ulong tick_ms) const {
    ulong since = tick_ms - m_since_ms;
    long now = m_second * 1000 + (since > 999 ? 999 : (long)since);
    bool is_quote_ahead = m_newest_tick_ms > now && m_newest_tick_ms - now < 3600000;
    return is_quote_ahead ? m_newest_tick_ms : now;
  }

  long NewestTickMs() const { return m_newest_tick_ms; }

  int UtcOffsetSeconds() const { return m_utc_offset_seconds; }
};
