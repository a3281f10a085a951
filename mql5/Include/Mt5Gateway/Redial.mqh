// When to dial again. Milliseconds. No terminal call.

#define REDIAL_FIRST_MS 1000
#define REDIAL_MOST_MS 15000
#define STEADY_SESSION_MS 60000
#define SUPERSEDED_MS 60000

class Redial {
private:
  int m_attempt;

public:
  Redial() { m_attempt = 0; }

  // Only a session that lasted shows that all is well: one that breaks after the WELCOME must not dial every second.
  void SessionLasted(const ulong lasted_ms) {
    if(lasted_ms >= STEADY_SESSION_MS) m_attempt = 0;
  }

  // `chance`: 0 to 999, of any source. Never before what the gateway asked for.
  ulong NextPause(const ulong asked_ms, const int chance) {
    long plain = REDIAL_FIRST_MS;
    for(int i = 0; i < m_attempt && plain < REDIAL_MOST_MS; i++) plain *= 2;
    if(plain > REDIAL_MOST_MS) plain = REDIAL_MOST_MS;
    if(m_attempt < 10) m_attempt++;
    long pause = plain * 800 / 1000 + plain * 400 / 1000 * chance / 1000;
    if(pause > REDIAL_MOST_MS) pause = REDIAL_MOST_MS;
    return (ulong)pause > asked_ms ? (ulong)pause : asked_ms;
  }
};
