// When to dial again. Milliseconds. No terminal call.

#define REDIAL_FIRST_MS 1000
#define REDIAL_MOST_MS 15000
#define STEADY_SESSION_MS 60000
#define SUPERSEDED_MS 60000
// Quick attempts after the gateway said that it stops, half a minute in all; then the usual pauses begin.
#define EAGER_DIALS 30

class Redial {
private:
  int m_attempt;
  int m_eager;

  // The first one spreads all bridges over a second.
  long EagerPause(const int chance) {
    m_eager--;
    if(m_eager == EAGER_DIALS - 1) return REDIAL_FIRST_MS * chance / 1000;
    return Jittered(REDIAL_FIRST_MS, chance);
  }

  long UsualPause(const int chance) {
    long plain = REDIAL_FIRST_MS;
    for(int i = 0; i < m_attempt && plain < REDIAL_MOST_MS; i++) plain *= 2;
    if(plain > REDIAL_MOST_MS) plain = REDIAL_MOST_MS;
    if(m_attempt < 10) m_attempt++;
    return Jittered(plain, chance);
  }

  long Jittered(const long plain, const int chance) {
    long pause = plain * 800 / 1000 + plain * 400 / 1000 * chance / 1000;
    return pause > REDIAL_MOST_MS ? REDIAL_MOST_MS : pause;
  }

public:
  Redial() {
    m_attempt = 0;
    m_eager = 0;
  }

  // The gateway said that it stops, and is expected back within seconds.
  void ExpectBack() {
    m_attempt = 0;
    m_eager = EAGER_DIALS;
  }

  // The gateway is back: quick attempts are over, so that a later break finds the usual pauses.
  void Welcomed() { m_eager = 0; }

  // Only a session that lasted shows that all is well: one that breaks after the WELCOME must not dial every second.
  void SessionLasted(const ulong lasted_ms) {
    if(lasted_ms >= STEADY_SESSION_MS) m_attempt = 0;
  }

  // `chance`: 0 to 999, of any source. Never before what the gateway asked for.
  ulong NextPause(const ulong asked_ms, const int chance) {
    long pause = m_eager > 0 ? EagerPause(chance) : UsualPause(chance);
    return (ulong)pause > asked_ms ? (ulong)pause : asked_ms;
  }
};
