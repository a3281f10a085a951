// Waiting requests, first in, first out, and the one that is being answered. No terminal call.

#define MAX_WAITING 500

class RequestQueue {
private:
  Request m_waiting[];
  int m_from;
  int m_count;
  bool m_is_working;
  Job m_job;

  void SendRefusal(const uint id, const Refusal &refusal, ByteWriter &writer) {
    writer.BeginFrame(MESSAGE_ERROR, id);
    writer.U8(refusal.code);
    writer.I32(refusal.terminal_code);
    writer.Text(refusal.message);
    writer.U32(refusal.retry_after_ms);
    writer.EndFrame(false);
  }

public:
  RequestQueue() {
    m_from = 0;
    m_count = 0;
    m_is_working = false;
    ArrayResize(m_waiting, MAX_WAITING);
  }

  void Reset() {
    m_from = 0;
    m_count = 0;
    m_is_working = false;
    m_job.Clear();
  }

  int Depth() const { return m_count + (m_is_working ? 1 : 0); }

  // False = full.
  bool Put(const Request &request) {
    if(m_count >= MAX_WAITING) return false;
    m_waiting[(m_from + m_count) % MAX_WAITING] = request;
    m_count++;
    return true;
  }

  bool IsIdle() const { return m_count == 0 && !m_is_working; }

  // Whether the next request is of this kind; the pusher answers its kinds immediately.
  bool IsNext(const int number) const { return !m_is_working && m_count > 0 && m_waiting[m_from].number == number; }

  void Take(Request &request) {
    request = m_waiting[m_from];
    m_from = (m_from + 1) % MAX_WAITING;
    m_count--;
  }

  // Begins the next request, or continues the current one. `refusal` holds the reason of a failed one.
  void Step(const ulong now_ms, const long server_ms, History &history, IndicatorHandles &handles, ByteWriter &writer,
            Refusal &refusal) {
    ClearRefusal(refusal);
    bool is_good = true;
    uint id = m_job.RequestId();
    if(!m_is_working) {
      Request request;
      Take(request);
      id = request.id;
      is_good = m_job.Begin(request, now_ms, history, handles, refusal);
      m_is_working = is_good;
    } else {
      int outcome = m_job.Step(now_ms, server_ms, history, writer, refusal);
      is_good = outcome != JOB_REFUSED;
      m_is_working = outcome == JOB_MORE;
    }
    if(!is_good) SendRefusal(id, refusal, writer);
    if(!m_is_working) m_job.Clear();
  }

  // Refuses without any work.
  void Answer(const uint id, const Refusal &refusal, ByteWriter &writer) { SendRefusal(id, refusal, writer); }
};
