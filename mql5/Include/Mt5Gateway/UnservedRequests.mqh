// Requests that the bridge cannot serve: one line for each, again after some minutes, and few at a time, so that neither
// the journal nor this memory grows with the requests of a gateway. No terminal call.

#define MAX_UNSERVED 16
#define SAME_REQUEST_MS 600000

class UnservedRequests {
private:
  string m_lines[MAX_UNSERVED];
  bool m_is_said[MAX_UNSERVED];
  ulong m_said_ms[MAX_UNSERVED];
  int m_count;
  bool m_has_more;

  void Forget(const ulong now_ms) {
    int kept = 0;
    for(int i = 0; i < m_count; i++) {
      if(m_is_said[i] && now_ms - m_said_ms[i] >= SAME_REQUEST_MS) continue;
      if(kept < i) {
        m_lines[kept] = m_lines[i];
        m_is_said[kept] = m_is_said[i];
        m_said_ms[kept] = m_said_ms[i];
      }
      kept++;
    }
    m_count = kept;
  }

public:
  UnservedRequests() {
    for(int i = 0; i < MAX_UNSERVED; i++) {
      m_lines[i] = "";
      m_is_said[i] = false;
      m_said_ms[i] = 0;
    }
    m_count = 0;
    m_has_more = false;
  }

  // A temporary refusal needs no line.
  void Add(const Refusal &refusal) {
    string hint = RefusalHint(refusal.code);
    if(hint == "") return;
    string line = "the gateway asked in vain: " + refusal.message + ". " + hint;
    for(int i = 0; i < m_count; i++) {
      if(m_lines[i] == line) return;
    }
    if(m_count == MAX_UNSERVED) {
      m_has_more = true;
      return;
    }
    m_lines[m_count] = line;
    m_is_said[m_count] = false;
    m_count++;
  }

  void Report(Journal &journal, const ulong now_ms) {
    if(m_count == 0) return;
    for(int i = 0; i < m_count; i++) {
      if(m_is_said[i]) continue;
      journal.Say(m_lines[i]);
      m_is_said[i] = true;
      m_said_ms[i] = now_ms;
    }
    if(m_has_more) {
      journal.SayOnce(TOPIC_UNSERVED, "the gateway asks in vain for more than can be written here: look at its log.",
                      now_ms);
      m_has_more = false;
    }
    Forget(now_ms);
  }
};
