// Makes the mistake that it is asked for: the model of the terminal has to notice each.
#property copyright "mt5-gateway"
#property version   "1.00"

input int InpMistake = 0;

void OnStart() {
  int numbers[];
  ArrayResize(numbers, 3);
  for(int i = 0; i < 3; i++) numbers[i] = i;
  int past = ArraySize(numbers);
  double zero = (double)numbers[0];
  int large = INT_MAX - 2 + numbers[2];
  switch(InpMistake) {
    case 1: Print("past the end: " + IntegerToString(numbers[past])); break;
    case 2: Print(StringFormat("a long: %d", (long)past)); break;
    case 3: Print("a socket: " + IntegerToString(SocketCreate())); break;
    case 4: Print("by zero: " + DoubleToString(1.0 / zero, 2)); break;
    case 5: large = large + past; Print("too large: " + IntegerToString(large)); break;
    case 6: Print("of a double: " + IntegerToString((int)(1.0e18 + zero))); break;
    case 7: ArrayResize(numbers, 4); Print("fresh: " + IntegerToString(numbers[3])); break;
    case 8: ArrayCopy(numbers, numbers, 1, 0, 2); break;
    default: Print("no mistake");
  }
}
