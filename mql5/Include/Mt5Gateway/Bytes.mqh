// Reading and writing the types of the protocol, little endian. No terminal call.

union DoubleBits {
  double value;
  long bits;
};

int HexDigit(const ushort letter) {
  if(letter >= '0' && letter <= '9') return letter - '0';
  if(letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if(letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

// False unless the text is whole pairs of hexadecimal digits.
bool HexToBytes(const string text, uchar &bytes[]) {
  int count = StringLen(text) / 2;
  ArrayResize(bytes, count);
  bool is_good = StringLen(text) == 2 * count;
  for(int i = 0; i < count; i++) {
    int high = HexDigit(StringGetCharacter(text, 2 * i));
    int low = HexDigit(StringGetCharacter(text, 2 * i + 1));
    if(high < 0 || low < 0) is_good = false;
    bytes[i] = (uchar)((high < 0 || low < 0) ? 0 : 16 * high + low);
  }
  return is_good;
}

string BytesToHex(const uchar &bytes[], const int from, const int count) {
  string digits = "0123456789abcdef";
  string text = "";
  for(int i = 0; i < count; i++) {
    int value = bytes[from + i];
    text += StringSubstr(digits, value / 16, 1) + StringSubstr(digits, value % 16, 1);
  }
  return text;
}

// UTF-8 without the zero that the terminal appends. Returns the number of bytes.
int ToUtf8(const string text, uchar &bytes[]) {
  if(StringLen(text) == 0) {
    ArrayResize(bytes, 0);
    return 0;
  }
  int count = StringToCharArray(text, bytes, 0, WHOLE_ARRAY, CP_UTF8);
  while(count > 0 && bytes[count - 1] == 0) count--;
  return count > 0 ? count : 0;
}

int Utf8Bytes(const string text) {
  uchar bytes[];
  return ToUtf8(text, bytes);
}

// How many bytes a letter takes that begins with this byte; 0 = no letter begins so.
int Utf8Length(const uchar lead) {
  if(lead < 0x80) return 1;
  if(lead >= 0xc2 && lead <= 0xdf) return 2;
  if(lead >= 0xe0 && lead <= 0xef) return 3;
  if(lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

// Well-formed UTF-8 without U+0000.
bool IsUtf8(const uchar &bytes[], const int from, const int count) {
  int i = 0;
  while(i < count) {
    int lead = bytes[from + i];
    int length = Utf8Length(bytes[from + i]);
    if(lead == 0 || length == 0 || i + length > count) return false;
    for(int j = 1; j < length; j++) {
      if((bytes[from + i + j] & 0xc0) != 0x80) return false;
    }
    if(length >= 3) {
      int second = bytes[from + i + 1];
      if(lead == 0xe0 && second < 0xa0) return false;
      if(lead == 0xed && second > 0x9f) return false;
      if(lead == 0xf0 && second < 0x90) return false;
      if(lead == 0xf4 && second > 0x8f) return false;
    }
    i += length;
  }
  return true;
}

// Frames one behind the other, as they go to the socket.
class ByteWriter {
private:
  DoubleBits m_both;
  uchar m_bytes[];
  int m_size;
  int m_frame;

  void Want(const int more) {
    if(m_size + more > ArraySize(m_bytes)) ArrayResize(m_bytes, 2 * (m_size + more));
  }

public:
  ByteWriter() {
    m_size = 0;
    m_frame = 0;
    m_both.bits = 0;
    ArrayResize(m_bytes, 512);
  }

  void Clear() { m_size = 0; }

  int Count() const { return m_size; }

  uchar At(const int index) const { return m_bytes[index]; }

  void CopyTo(uchar &target[], const int at) const {
    if(m_size > 0) ArrayCopy(target, m_bytes, at, 0, m_size);
  }

  void BeginFrame(const int number, const uint request_id) {
    m_frame = m_size;
    U32(0);
    U16(number);
    U16(0);
    U32(request_id);
  }

  void EndFrame(const bool more) {
    uint length = (uint)(m_size - m_frame - FRAME_HEADER_BYTES);
    for(int i = 0; i < 4; i++) m_bytes[m_frame + i] = (uchar)((length >> (8 * i)) & 0xff);
    m_bytes[m_frame + 6] = more ? (uchar)FRAME_MORE : (uchar)0;
  }

  void U8(const int value) {
    Want(1);
    m_bytes[m_size] = (uchar)(value & 0xff);
    m_size++;
  }

  void U16(const int value) {
    U8(value);
    U8(value >> 8);
  }

  void U32(const uint value) {
    Want(4);
    for(int i = 0; i < 4; i++) m_bytes[m_size + i] = (uchar)((value >> (8 * i)) & 0xff);
    m_size += 4;
  }

  void I32(const int value) { U32((uint)value); }

  void I64(const long value) {
    Want(8);
    ulong bits = (ulong)value;
    for(int i = 0; i < 8; i++) m_bytes[m_size + i] = (uchar)((bits >> (8 * i)) & 0xff);
    m_size += 8;
  }

  // Never negative and never beyond what the protocol carries.
  void C64(const long value) {
    if(value < 0) I64(0);
    else I64(value > MAX_SAFE_INTEGER ? MAX_SAFE_INTEGER : value);
  }

  // What is no number goes as 0: the protocol has neither NaN nor infinity.
  void F64(const double value) {
    m_both.value = MathIsValidNumber(value) ? value : 0.0;
    I64(m_both.bits);
  }

  void Flag(const bool value) { U8(value ? 1 : 0); }

  void Bytes(const uchar &bytes[], const int from, const int count) {
    if(count == 0) return;
    Want(count);
    ArrayCopy(m_bytes, bytes, m_size, from, count);
    m_size += count;
  }

  // Cut between two letters when it is too long.
  void Words(const string text, const int most) {
    uchar bytes[];
    int count = ToUtf8(text, bytes);
    if(count > most) {
      count = most;
      while(count > 0 && (bytes[count] & 0xc0) == 0x80) count--;
    }
    U16(count);
    Bytes(bytes, 0, count);
  }

  void Name(const string text) { Words(text, MAX_NAME_BYTES); }

  void Text(const string text) { Words(text, MAX_TEXT_BYTES); }

  void Rate(const MqlRates &rate) {
    C64((long)rate.time);
    F64(rate.open);
    F64(rate.high);
    F64(rate.low);
    F64(rate.close);
    C64(rate.tick_volume);
    I32(rate.spread);
    C64(rate.real_volume);
  }
};

// One payload from front to back. After the first surprise everything reads as nothing, and Fault() says why.
class ByteReader {
private:
  uchar m_bytes[];
  int m_size;
  int m_at;
  string m_fault;

  bool Has(const int count) {
    if(m_fault != "") return false;
    if(count <= m_size - m_at) return true;
    m_fault = "it ends at byte " + IntegerToString(m_size) + ", in the middle of a field";
    return false;
  }

  ulong Bits(const int count) {
    if(!Has(count)) return 0;
    ulong bits = 0;
    for(int i = 0; i < count; i++) bits |= (ulong)m_bytes[m_at + i] << (8 * i);
    m_at += count;
    return bits;
  }

public:
  ByteReader() {
    m_size = 0;
    m_at = 0;
    m_fault = "";
    ArrayResize(m_bytes, 0);
  }

  void Load(const uchar &bytes[], const int from, const int count) {
    ArrayResize(m_bytes, count, 4096);
    if(count > 0) ArrayCopy(m_bytes, bytes, 0, from, count);
    m_size = count;
    m_at = 0;
    m_fault = "";
  }

  string Fault() const { return m_fault; }

  void Fail(const string fault) {
    if(m_fault == "") m_fault = fault;
  }

  int Left() const { return m_size - m_at; }

  int Position() const { return m_at; }

  string Hex(const int from, const int count) const { return BytesToHex(m_bytes, from, count); }

  int U8() { return (int)Bits(1); }

  int U16() { return (int)Bits(2); }

  uint U32() { return (uint)Bits(4); }

  int I32() { return (int)(uint)Bits(4); }

  long I64() {
    long value = (long)Bits(8);
    if(value > MAX_SAFE_INTEGER || value < -MAX_SAFE_INTEGER) {
      Fail("a 64-bit integer does not fit 2^53");
      return 0;
    }
    return value;
  }

  long C64() {
    long value = I64();
    if(value < 0) {
      Fail(IntegerToString(value) + " is negative");
      return 0;
    }
    return value;
  }

  double F64() {
    DoubleBits both;
    both.bits = (long)Bits(8);
    if(!MathIsValidNumber(both.value)) {
      Fail("a number is infinite or none");
      return 0.0;
    }
    return both.value;
  }

  bool Flag() {
    int value = U8();
    if(value > 1) Fail("a yes or no is " + IntegerToString(value));
    return value == 1;
  }

  void Bytes(uchar &target[], const int count) {
    ArrayResize(target, count);
    for(int i = 0; i < count; i++) target[i] = 0;
    if(!Has(count)) return;
    ArrayCopy(target, m_bytes, 0, m_at, count);
    m_at += count;
  }

  string Words(const int most) {
    int count = U16();
    if(m_fault != "") return "";
    if(count > most) {
      Fail("a text has " + IntegerToString(count) + " bytes, at most " + IntegerToString(most) + " are allowed");
      return "";
    }
    if(!Has(count)) return "";
    if(!IsUtf8(m_bytes, m_at, count)) {
      Fail("a text is not UTF-8");
      return "";
    }
    string text = count > 0 ? CharArrayToString(m_bytes, m_at, count, CP_UTF8) : "";
    m_at += count;
    return text;
  }

  string Name() { return Words(MAX_NAME_BYTES); }

  string Text() { return Words(MAX_TEXT_BYTES); }

  // To be called last: a payload is exactly as long as its fields.
  bool IsGood() {
    if(m_fault == "" && m_at < m_size) m_fault = IntegerToString(m_size - m_at) + " bytes are left over";
    return m_fault == "";
  }
};
