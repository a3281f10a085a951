// The socket: part of the thin layer over the terminal. It never asks for more than is there and never waits for more
// than a moment, except while it connects, which the terminal has no other way of doing.

#define CONNECT_TIMEOUT_MS 1000
#define READ_TIMEOUT_MS 5
#define SOCKET_TIMEOUT_MS 1000
#define READ_BYTES 65536
#define SEND_BYTES 32768
#define MAX_VAIN_LOOKS 50

#define DIAL_CONNECTED 0
#define DIAL_FAILED 1
#define DIAL_NO_TLS 2

class Link {
private:
  int m_socket;
  bool m_is_tls;
  bool m_is_lost;
  int m_code;
  // What the last encrypted read did not have room for is no longer counted as readable.
  bool m_has_rest;
  // How often in a row an encrypted socket was called readable by one byte.
  int m_vain_looks;

  int Lose() {
    m_code = GetLastError();
    m_is_lost = true;
    return 0;
  }

  // The terminal may call an empty socket readable by one byte. No encrypted record is that short, and reading it might
  // wait; but the end of a connection may show in no other way, so now and then it is tried.
  bool IsPhantom(const uint readable) {
    bool is_one = m_is_tls && readable == 1;
    m_vain_looks = is_one && m_vain_looks < MAX_VAIN_LOOKS ? m_vain_looks + 1 : 0;
    return m_vain_looks > 0;
  }

public:
  Link() {
    m_socket = INVALID_HANDLE;
    m_is_tls = false;
    m_is_lost = false;
    m_code = 0;
    m_has_rest = false;
    m_vain_looks = 0;
  }

  bool IsOpen() const { return m_socket != INVALID_HANDLE && !m_is_lost; }

  bool IsLost() const { return m_is_lost; }

  int Code() const { return m_code; }

  int Dial(const string host, const uint port, const bool use_tls) {
    Close();
    ResetLastError();
    m_socket = SocketCreate();
    if(m_socket == INVALID_HANDLE) {
      m_code = GetLastError();
      return DIAL_FAILED;
    }
    // Port 443 encrypts by itself.
    m_is_tls = use_tls || port == 443;
    bool is_connected = SocketConnect(m_socket, host, port, CONNECT_TIMEOUT_MS);
    if(!is_connected) m_code = GetLastError();
    bool is_secure = is_connected && (!m_is_tls || port == 443 || SocketTlsHandshake(m_socket, host));
    if(is_connected && !is_secure) m_code = GetLastError();
    if(is_secure) {
      // The terminal's own limits are endless.
      SocketTimeouts(m_socket, SOCKET_TIMEOUT_MS, SOCKET_TIMEOUT_MS);
      return DIAL_CONNECTED;
    }
    int code = m_code;
    Close();
    m_code = code;
    return is_connected ? DIAL_NO_TLS : DIAL_FAILED;
  }

  // What is there now; 0 = nothing. Afterwards IsLost() tells whether the connection broke.
  int Receive(uchar &bytes[]) {
    ArrayResize(bytes, 0);
    if(!IsOpen()) return 0;
    ResetLastError();
    uint readable = SocketIsReadable(m_socket);
    bool is_vain = readable == 0 || IsPhantom(readable);
    if(is_vain && !m_has_rest) return SocketIsConnected(m_socket) ? 0 : Lose();
    uint most = readable < READ_BYTES ? readable : READ_BYTES;
    int count = 0;
    if(m_is_tls) {
      count = SocketTlsReadAvailable(m_socket, bytes, READ_BYTES);
      m_has_rest = count == READ_BYTES;
    } else {
      count = SocketRead(m_socket, bytes, most, READ_TIMEOUT_MS);
    }
    if(count > 0) return count;
    // The terminal may call an empty socket readable, and a vain read is no loss as long as the socket stands.
    if(SocketIsConnected(m_socket)) return 0;
    Lose();
    // The read that meets the end may call itself failed and still bring the last bytes: why the gateway refused.
    int last = ArraySize(bytes);
    return readable > 1 && last <= (int)readable ? last : 0;
  }

  // As much as the socket takes; returns how much.
  int Send(const uchar &bytes[], const int count) {
    if(!IsOpen() || count == 0) return 0;
    ResetLastError();
    if(!SocketIsWritable(m_socket)) return SocketIsConnected(m_socket) ? 0 : Lose();
    int sent = m_is_tls ? SocketTlsSend(m_socket, bytes, (uint)count) : SocketSend(m_socket, bytes, (uint)count);
    if(sent >= 0) return sent;
    return Lose();
  }

  void Close() {
    if(m_socket != INVALID_HANDLE) SocketClose(m_socket);
    m_socket = INVALID_HANDLE;
    m_is_lost = false;
    m_has_rest = false;
    m_vain_looks = 0;
    m_code = 0;
  }
};
