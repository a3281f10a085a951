// The socket: part of the thin layer over the terminal. It never asks for more than is there and never waits for more
// than a moment, except while it connects, which the terminal has no other way of doing.

#define CONNECT_TIMEOUT_MS 1000
#define READ_TIMEOUT_MS 5
#define SOCKET_TIMEOUT_MS 1000
#define READ_BYTES 65536
#define SEND_BYTES 32768

#define DIAL_CONNECTED 0
#define DIAL_FAILED 1
#define DIAL_NO_TLS 2

class Link {
private:
  int m_socket;
  bool m_is_tls;
  bool m_is_lost;
  int m_code;
  // What was decrypted but not handed over yet is not counted as readable: after a read that gave something one more is
  // tried, and that returns at once when nothing is left.
  bool m_has_rest;

  int Lose() {
    m_code = GetLastError();
    m_is_lost = true;
    return 0;
  }

public:
  Link() {
    m_socket = INVALID_HANDLE;
    m_is_tls = false;
    m_is_lost = false;
    m_code = 0;
    m_has_rest = false;
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
    if(!IsOpen()) return 0;
    ResetLastError();
    uint readable = SocketIsReadable(m_socket);
    if(readable == 0 && !m_has_rest) return SocketIsConnected(m_socket) ? 0 : Lose();
    uint most = readable < READ_BYTES ? readable : READ_BYTES;
    int count = 0;
    if(m_is_tls) {
      count = SocketTlsReadAvailable(m_socket, bytes, READ_BYTES);
      m_has_rest = count > 0;
    } else {
      count = SocketRead(m_socket, bytes, most, READ_TIMEOUT_MS);
    }
    if(count > 0) return count;
    // The terminal may call an empty socket readable, and a vain read is no loss as long as the socket stands.
    return SocketIsConnected(m_socket) ? 0 : Lose();
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
    m_code = 0;
  }
};
