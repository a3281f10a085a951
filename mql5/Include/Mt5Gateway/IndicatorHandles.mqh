// Handles of custom indicators, kept while they are asked for: part of the thin layer.

#define MAX_HANDLES 512
#define HANDLE_IDLE_MS 900000

struct IndicatorHandle {
  string key;
  int handle;
  ulong used_ms;
};

class IndicatorHandles {
private:
  IndicatorHandle m_handles[];
  int m_count;

  void Release(const int index) {
    IndicatorRelease(m_handles[index].handle);
    m_count--;
    if(index < m_count) m_handles[index] = m_handles[m_count];
  }

  int Oldest() const {
    int oldest = 0;
    for(int i = 1; i < m_count; i++) {
      if(m_handles[i].used_ms < m_handles[oldest].used_ms) oldest = i;
    }
    return oldest;
  }

  void SetParameter(MqlParam &target, const Parameter &source) const {
    switch(source.type) {
      case PARAMETER_INT: target.type = TYPE_INT; break;
      case PARAMETER_LONG: target.type = TYPE_LONG; break;
      case PARAMETER_DATETIME: target.type = TYPE_DATETIME; break;
      case PARAMETER_COLOR: target.type = TYPE_COLOR; break;
      case PARAMETER_DOUBLE: target.type = TYPE_DOUBLE; break;
      case PARAMETER_BOOL: target.type = TYPE_BOOL; break;
      default: target.type = TYPE_STRING;
    }
    target.integer_value = source.whole;
    target.double_value = source.real;
    target.string_value = source.text;
  }

  int Create(const Request &request, const int timeframe, Refusal &refusal) const {
    MqlParam parameters[];
    int count = 1;
    ArrayResize(parameters, MAX_PARAMETERS + 1);
    Parameter name;
    name.type = PARAMETER_STRING;
    name.whole = 0;
    name.real = 0.0;
    name.text = request.indicator;
    SetParameter(parameters[0], name);
    uchar bytes[];
    HexToBytes(request.parameters, bytes);
    ByteReader reader;
    reader.Load(bytes, 0, ArraySize(bytes));
    Parameter parameter;
    while(reader.Left() > 0 && reader.Fault() == "" && count <= MAX_PARAMETERS) {
      ReadParameter(reader, parameter);
      SetParameter(parameters[count], parameter);
      count++;
    }
    // The terminal counts the name, too.
    if(count > MAX_PARAMETERS) {
      Refuse(refusal, REFUSAL_BAD_PARAMETERS, 0, "the terminal takes 63 parameters of an indicator at most", 0);
      return INVALID_HANDLE;
    }
    ArrayResize(parameters, count);
    ResetLastError();
    int handle = IndicatorCreate(request.symbol, TIMEFRAME_PERIODS[timeframe], IND_CUSTOM, count, parameters);
    if(handle != INVALID_HANDLE) return handle;
    int code = GetLastError();
    string cure = code == CODE_INDICATOR_CREATE ? " is not in MQL5\\Indicators, or does not load" : " was not created";
    RefuseForCode(refusal, code == 0 ? CODE_INDICATOR_CREATE : code, "the indicator " + request.indicator + cure);
    return INVALID_HANDLE;
  }

public:
  IndicatorHandles() {
    m_count = 0;
    ArrayResize(m_handles, 0);
  }

  // INVALID_HANDLE = refused.
  int Acquire(const Request &request, const int timeframe, const ulong now_ms, Refusal &refusal) {
    string key = request.timeframe + "|" + request.symbol + "|" + request.indicator + "|" + request.parameters;
    for(int i = 0; i < m_count; i++) {
      if(m_handles[i].key != key) continue;
      m_handles[i].used_ms = now_ms;
      return m_handles[i].handle;
    }
    if(m_count >= MAX_HANDLES) Release(Oldest());
    int handle = Create(request, timeframe, refusal);
    if(handle == INVALID_HANDLE) return handle;
    if(m_count >= ArraySize(m_handles)) ArrayResize(m_handles, m_count + 16);
    IndicatorHandle fresh;
    fresh.key = key;
    fresh.handle = handle;
    fresh.used_ms = now_ms;
    m_handles[m_count] = fresh;
    m_count++;
    return handle;
  }

  // The terminal does not know it any more: the indicator was compiled anew, or its symbol is gone.
  void Drop(const int handle) {
    for(int i = m_count - 1; i >= 0; i--) {
      if(m_handles[i].handle == handle) Release(i);
    }
  }

  // One that was not asked for in a long time.
  void ReleaseIdle(const ulong now_ms) {
    if(m_count == 0) return;
    int oldest = Oldest();
    if(now_ms - m_handles[oldest].used_ms >= HANDLE_IDLE_MS) Release(oldest);
  }

  void ReleaseAll() {
    while(m_count > 0) Release(m_count - 1);
  }
};
