// SHA-256 (FIPS 180-4) and HMAC (RFC 2104). Own code and no terminal call, so that the proofs of the handshake do not
// depend on how one build of the terminal encodes things. Tested against the worked example of docs/bridge-protocol.md.

const uint SHA256_ROUND[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

uint RotateRight(const uint word, const int bits) {
  return (word >> bits) | (word << (32 - bits));
}

class Sha256 {
private:
  uint m_state[8];
  uchar m_block[64];
  int m_filled;
  ulong m_length;

  void Compress() {
    uint words[64];
    for(int i = 0; i < 16; i++) {
      words[i] = ((uint)m_block[4 * i] << 24) | ((uint)m_block[4 * i + 1] << 16) | ((uint)m_block[4 * i + 2] << 8) |
                 (uint)m_block[4 * i + 3];
    }
    for(int i = 16; i < 64; i++) {
      uint low = RotateRight(words[i - 15], 7) ^ RotateRight(words[i - 15], 18) ^ (words[i - 15] >> 3);
      uint high = RotateRight(words[i - 2], 17) ^ RotateRight(words[i - 2], 19) ^ (words[i - 2] >> 10);
      words[i] = words[i - 16] + low + words[i - 7] + high;
    }
    uint v[8];
    for(int i = 0; i < 8; i++) v[i] = m_state[i];
    for(int i = 0; i < 64; i++) {
      uint sum1 = RotateRight(v[4], 6) ^ RotateRight(v[4], 11) ^ RotateRight(v[4], 25);
      uint choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
      uint first = v[7] + sum1 + choice + SHA256_ROUND[i] + words[i];
      uint sum0 = RotateRight(v[0], 2) ^ RotateRight(v[0], 13) ^ RotateRight(v[0], 22);
      uint majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
      for(int j = 7; j > 0; j--) v[j] = v[j - 1];
      v[4] = v[4] + first;
      v[0] = first + sum0 + majority;
    }
    for(int i = 0; i < 8; i++) m_state[i] = m_state[i] + v[i];
  }

  void PutByte(const uchar value) {
    m_block[m_filled] = value;
    m_filled++;
    if(m_filled < 64) return;
    Compress();
    m_filled = 0;
  }

public:
  Sha256() {
    for(int i = 0; i < 64; i++) m_block[i] = 0;
    Reset();
  }

  void Reset() {
    m_state[0] = 0x6a09e667;
    m_state[1] = 0xbb67ae85;
    m_state[2] = 0x3c6ef372;
    m_state[3] = 0xa54ff53a;
    m_state[4] = 0x510e527f;
    m_state[5] = 0x9b05688c;
    m_state[6] = 0x1f83d9ab;
    m_state[7] = 0x5be0cd19;
    m_filled = 0;
    m_length = 0;
  }

  void Put(const uchar value) {
    m_length++;
    PutByte(value);
  }

  void Update(const uchar &bytes[], const int from, const int count) {
    for(int i = 0; i < count; i++) Put(bytes[from + i]);
  }

  void Finish(uchar &digest[]) {
    ulong bits = m_length * 8;
    PutByte(0x80);
    while(m_filled != 56) PutByte(0);
    for(int shift = 56; shift >= 0; shift -= 8) PutByte((uchar)((bits >> shift) & 0xff));
    ArrayResize(digest, MAC_BYTES);
    for(int i = 0; i < MAC_BYTES; i++) digest[i] = (uchar)((m_state[i / 4] >> (24 - 8 * (i % 4))) & 0xff);
    Reset();
  }
};

// HMAC-SHA256 with a key of 32 bytes; Begin, any number of Update, Finish.
class Hmac {
private:
  Sha256 m_inner;
  uchar m_key[];

public:
  Hmac() { ArrayResize(m_key, 0); }

  void Begin(const uchar &key[]) {
    ArrayResize(m_key, 64);
    for(int i = 0; i < 64; i++) m_key[i] = i < ArraySize(key) ? key[i] : (uchar)0;
    m_inner.Reset();
    for(int i = 0; i < 64; i++) m_inner.Put((uchar)(m_key[i] ^ 0x36));
  }

  void Update(const uchar &bytes[], const int from, const int count) { m_inner.Update(bytes, from, count); }

  void PutNumber(const ulong value) {
    for(int shift = 0; shift < 64; shift += 8) m_inner.Put((uchar)((value >> shift) & 0xff));
  }

  // ASCII, and the zero byte that ends a label.
  void PutLabel(const string label) {
    for(int i = 0; i < StringLen(label); i++) m_inner.Put((uchar)(StringGetCharacter(label, i) & 0x7f));
    m_inner.Put(0);
  }

  void Finish(uchar &mac[]) {
    uchar digest[];
    m_inner.Finish(digest);
    for(int i = 0; i < 64; i++) m_inner.Put((uchar)(m_key[i] ^ 0x5c));
    m_inner.Update(digest, 0, ArraySize(digest));
    m_inner.Finish(mac);
    for(int i = 0; i < 64; i++) m_key[i] = 0;
  }
};

// In constant time: how much of a wrong mac was right must not show.
bool IsSameMac(const uchar &left[], const uchar &right[]) {
  if(ArraySize(left) != MAC_BYTES || ArraySize(right) != MAC_BYTES) return false;
  int difference = 0;
  for(int i = 0; i < MAC_BYTES; i++) difference |= (int)left[i] ^ (int)right[i];
  return difference == 0;
}
