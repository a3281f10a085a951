// Bytes that the socket has not taken yet, bounded. No terminal call.

#define OUTBOX_BYTES 1048576

class Outbox {
private:
  uchar m_bytes[];
  int m_from;
  int m_size;

public:
  Outbox() {
    m_from = 0;
    m_size = 0;
    ArrayResize(m_bytes, 65536);
  }

  void Reset() {
    m_from = 0;
    m_size = 0;
  }

  int Unsent() const { return m_size - m_from; }

  bool HasRoom(const int count) const { return Unsent() + count <= OUTBOX_BYTES; }

  // All or nothing: half a frame would make nonsense of everything behind it.
  bool Put(const ByteWriter &frames) {
    int count = frames.Count();
    if(!HasRoom(count)) return false;
    if(m_from > 0 && m_size + count > ArraySize(m_bytes)) {
      for(int i = m_from; i < m_size; i++) m_bytes[i - m_from] = m_bytes[i];
      m_size -= m_from;
      m_from = 0;
    }
    if(m_size + count > ArraySize(m_bytes)) ArrayResize(m_bytes, 2 * (m_size + count));
    frames.CopyTo(m_bytes, m_size);
    m_size += count;
    return true;
  }

  // The next bytes for the socket; returns how many.
  int Copy(uchar &piece[], const int most) const {
    int count = Unsent() < most ? Unsent() : most;
    if(ArraySize(piece) < count) ArrayResize(piece, count);
    if(count > 0) ArrayCopy(piece, m_bytes, 0, m_from, count);
    return count;
  }

  // Drops the bytes that the socket took.
  void Sent(const int count) {
    m_from += count;
    if(m_from < m_size) return;
    m_from = 0;
    m_size = 0;
  }
};
