// How long the gateway could not be reached, and how loudly the operator is told. No terminal call.

#define FIRST_COMPLAINTS 3
#define FIRST_SHORT_SESSIONS 10
#define COMPLAIN_EVERY_MS 3600000

class Outage {
private:
  int m_failed_dials;
  ulong m_failing_since_ms;
  ulong m_complained_ms;
  int m_short_sessions;

public:
  Outage() {
    m_failing_since_ms = 0;
    m_complained_ms = 0;
    Forget();
  }

  void Forget() {
    m_failed_dials = 0;
    m_short_sessions = 0;
  }

  void SessionLasted(const ulong lasted_ms) {
    m_short_sessions = lasted_ms < STEADY_SESSION_MS ? m_short_sessions + 1 : 0;
  }

  // The gateway is reached again: for the line that says so.
  string Over() {
    string after = m_failed_dials > 0 ? " after " + IntegerToString(m_failed_dials) + " failed attempts" : "";
    m_failed_dials = 0;
    return after;
  }

  // A gateway that is away for hours must not fill the journal: the first failures, then one line an hour.
  void Complain(const string text, Journal &journal, const ulong now_ms) {
    if(m_failed_dials == 0) m_failing_since_ms = now_ms;
    m_failed_dials++;
    bool is_due = m_failed_dials <= FIRST_COMPLAINTS || now_ms - m_complained_ms >= COMPLAIN_EVERY_MS;
    if(!is_due) return;
    m_complained_ms = now_ms;
    string since = m_failed_dials > FIRST_COMPLAINTS
                     ? " Tried " + IntegerToString(m_failed_dials) + " times in " +
                         IntegerToString((long)((now_ms - m_failing_since_ms) / 60000)) + " minutes."
                     : "";
    string quiet = m_failed_dials == FIRST_COMPLAINTS ? " I keep trying and shall say so once an hour." : "";
    journal.Say(text + since + quiet);
  }

  // Nor must one that ends every session after moments.
  void SayOfSession(const string text, Journal &journal, const ulong now_ms) {
    if(m_short_sessions < FIRST_SHORT_SESSIONS) {
      journal.Say(text);
    } else {
      journal.SayOnce(TOPIC_SHORT_SESSIONS, "the sessions with the gateway keep ending within a minute. Look at the " +
                      "gateway's log and at the network between; I keep trying.", now_ms);
    }
  }
};
