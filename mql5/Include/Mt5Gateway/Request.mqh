// What the gateway asks for. No terminal call.

struct Request {
  int number;
  uint id;
  string symbol;
  string timeframe;
  long from;
  long to;
  uint start;
  uint count;
  string indicator;
  // Buffer numbers and parameters as they came, in hexadecimal: plain text can be compared and kept as it is.
  string buffers;
  string parameters;
};

// One parameter of an indicator.
struct Parameter {
  int type;
  long whole;
  double real;
  string text;
};

void ReadParameter(ByteReader &reader, Parameter &parameter) {
  parameter.type = reader.U8();
  parameter.whole = 0;
  parameter.real = 0.0;
  parameter.text = "";
  switch(parameter.type) {
    case PARAMETER_INT:
      parameter.whole = reader.I32();
      break;
    case PARAMETER_LONG:
    case PARAMETER_DATETIME:
      parameter.whole = reader.I64();
      break;
    case PARAMETER_COLOR:
      // 0xFFFFFFFF is clrNONE, which the terminal counts as -1.
      parameter.whole = reader.I32();
      break;
    case PARAMETER_DOUBLE:
      parameter.real = reader.F64();
      break;
    case PARAMETER_BOOL:
      parameter.whole = reader.Flag() ? 1 : 0;
      break;
    case PARAMETER_STRING:
      parameter.text = reader.Text();
      break;
    default:
      reader.Fail("there is no parameter type " + IntegerToString(parameter.type));
  }
}

void ReadSeries(ByteReader &reader, Request &request) {
  request.symbol = reader.Name();
  request.timeframe = reader.Name();
}

uint ReadCount(ByteReader &reader) {
  uint count = reader.U32();
  if(reader.Fault() == "" && (count < 1 || count > MAX_ROWS)) {
    reader.Fail("a count of " + IntegerToString((long)count) + "; 1 to " + IntegerToString(MAX_ROWS) + " are possible");
  }
  return count;
}

void ReadIndicator(ByteReader &reader, Request &request) {
  ReadSeries(reader, request);
  request.indicator = reader.Text();
  request.count = ReadCount(reader);
  int buffers = reader.U8();
  if(buffers < 1 || buffers > MAX_BUFFERS) reader.Fail(IntegerToString(buffers) + " buffers; 1 to 64 are possible");
  int from = reader.Position();
  for(int i = 0; i < buffers; i++) {
    int buffer = reader.U16();
    if(buffer > MAX_BUFFER_NUMBER) reader.Fail("there is no buffer " + IntegerToString(buffer) + "; 0 to 511 exist");
  }
  if(reader.Fault() == "") request.buffers = reader.Hex(from, 2 * buffers);
  int parameters = reader.U8();
  if(parameters > MAX_PARAMETERS) reader.Fail(IntegerToString(parameters) + " parameters; at most 64 are possible");
  from = reader.Position();
  Parameter parameter;
  for(int i = 0; i < parameters && reader.Fault() == ""; i++) ReadParameter(reader, parameter);
  if(reader.Fault() == "") request.parameters = reader.Hex(from, reader.Position() - from);
}

bool IsRequest(const int number) { return number >= MESSAGE_RATES_BY_COUNT && number <= MESSAGE_RESTART; }

// False if it cannot be read; reader.Fault() says why.
bool ReadRequest(const int number, const uint id, ByteReader &reader, Request &request) {
  request.number = number;
  request.id = id;
  request.symbol = "";
  request.timeframe = "";
  request.from = 0;
  request.to = 0;
  request.start = 0;
  request.count = 0;
  request.indicator = "";
  request.buffers = "";
  request.parameters = "";
  switch(number) {
    case MESSAGE_RATES_BY_COUNT:
      ReadSeries(reader, request);
      request.start = reader.U32();
      request.count = ReadCount(reader);
      break;
    case MESSAGE_RATES_BY_RANGE:
      ReadSeries(reader, request);
      request.from = reader.C64();
      request.to = reader.C64();
      break;
    case MESSAGE_INDICATOR_BUFFERS:
      ReadIndicator(reader, request);
      break;
    case MESSAGE_SYMBOL:
      request.symbol = reader.Name();
      break;
    case MESSAGE_SUBSCRIBE:
    case MESSAGE_UNSUBSCRIBE:
      ReadSeries(reader, request);
      break;
    default:
      break;
  }
  return reader.IsGood();
}

// Small requests overtake long ones.
bool IsBulk(const Request &request) {
  switch(request.number) {
    case MESSAGE_SYMBOLS:
    case MESSAGE_RATES_BY_RANGE:
      return true;
    case MESSAGE_RATES_BY_COUNT:
    case MESSAGE_INDICATOR_BUFFERS:
      return request.count > CHUNK_ROWS;
    default:
      return false;
  }
}
