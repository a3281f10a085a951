// Lines in the terminal's journal (tab Experts): each says what happened and what to do, none comes in floods.

#define TOPIC_COUNT 16
#define TOPIC_DIAL 0
#define TOPIC_REJECT 1
#define TOPIC_SESSION 2
#define TOPIC_CLOCK 3
#define TOPIC_ACCOUNT 4
#define TOPIC_BROKER 5
#define TOPIC_SYMBOLS 6
#define TOPIC_HISTORY 7
#define TOPIC_INDICATOR 8
#define TOPIC_PROTOCOL 9
#define TOPIC_SHORT_SESSIONS 10
#define TOPIC_UNSERVED 11
#define SAME_AGAIN_MS 3600000

class Journal {
private:
  string m_last[TOPIC_COUNT];
  ulong m_said_ms[TOPIC_COUNT];

public:
  Journal() {
    for(int i = 0; i < TOPIC_COUNT; i++) {
      m_last[i] = "";
      m_said_ms[i] = 0;
    }
  }

  void Say(const string text) { Print("Mt5GatewayBridge: " + text); }

  // The same line of a topic comes again after an hour only.
  void SayOnce(const int topic, const string text, const ulong now_ms) {
    if(m_last[topic] == text && now_ms - m_said_ms[topic] < SAME_AGAIN_MS) return;
    m_last[topic] = text;
    m_said_ms[topic] = now_ms;
    Say(text);
  }

  void Forget(const int topic) { m_last[topic] = ""; }
};
