// Which bars are fractals, and how far prices move. Arrays are oldest first and hold closed bars only as far as they
// are looked at. No terminal call.

// A peak is above every high of its later wing and not below any of its earlier one: of equal highs the latest counts.
bool IsPeak(const double &high[], const int bar, const int wing) {
  const double price = high[bar];
  for(int distance = 1; distance <= wing; distance++) {
    if(!(price > high[bar + distance] && price >= high[bar - distance])) return false;
  }
  return true;
}

// The same downwards.
bool IsBottom(const double &low[], const int bar, const int wing) {
  const double price = low[bar];
  for(int distance = 1; distance <= wing; distance++) {
    if(!(price < low[bar + distance] && price <= low[bar - distance])) return false;
  }
  return true;
}

// Simple mean of the true range of the newest `bars` of `closed` bars; 0 where there are too few.
double AverageTrueRange(const double &high[], const double &low[], const double &close[], const int closed,
                        const int bars) {
  if(closed < bars + 1) return 0.0;
  double sum = 0.0;
  for(int bar = closed - bars; bar < closed; bar++) {
    const double before = close[bar - 1];
    sum += MathMax(high[bar], before) - MathMin(low[bar], before);
  }
  return sum / bars;
}
