// The fractals that lines may use, oldest first, on one bar the bottom first. No terminal call.

// A line that is being judged: where its anchors are among the points, and the line itself.
struct LinePair {
  int from;
  int to;
  int bar_a;
  int bar_b;
  double price_a;
  double slope;
};

// Price of a line at a bar: what is drawn is what was judged.
double LineAt(const double price_a, const double slope, const int bars) {
  return price_a + slope * bars;
}

class LinePoints {
private:
  int m_count;
  int m_bar[];
  double m_price[];
  double m_tolerance[];
  bool m_is_peak[];

public:
  LinePoints() {
    m_count = 0;
    ArrayResize(m_bar, 0);
    ArrayResize(m_price, 0);
    ArrayResize(m_tolerance, 0);
    ArrayResize(m_is_peak, 0);
  }

  void Clear() { m_count = 0; }
  int Count() const { return m_count; }
  int Bar(const int position) const { return m_bar[position]; }
  double Price(const int position) const { return m_price[position]; }
  bool IsPeakAt(const int position) const { return m_is_peak[position]; }

  void Add(const int bar, const double price, const double tolerance, const bool is_peak) {
    if(m_count >= ArraySize(m_bar)) {
      ArrayResize(m_bar, m_count + 1, 256);
      ArrayResize(m_price, m_count + 1, 256);
      ArrayResize(m_tolerance, m_count + 1, 256);
      ArrayResize(m_is_peak, m_count + 1, 256);
    }
    m_bar[m_count] = bar;
    m_price[m_count] = price;
    m_tolerance[m_count] = tolerance;
    m_is_peak[m_count] = is_peak;
    m_count++;
  }

  // The line through two points, `from` on an earlier bar than `to`.
  void Connect(const int from, const int to, LinePair &pair) const {
    pair.from = from;
    pair.to = to;
    pair.bar_a = m_bar[from];
    pair.bar_b = m_bar[to];
    pair.price_a = m_price[from];
    pair.slope = (m_price[to] - m_price[from]) / (m_bar[to] - m_bar[from]);
  }

  // The anchors always touch, whatever rounding makes of them.
  bool Touches(const int position, const LinePair &pair) const {
    if(position == pair.from || position == pair.to) return true;
    const double line = LineAt(pair.price_a, pair.slope, m_bar[position] - pair.bar_a);
    return MathAbs(m_price[position] - line) <= m_tolerance[position];
  }

  // First position on the bar of the first anchor: the other kind may come before it there.
  int First(const LinePair &pair) const {
    if(pair.from > 0 && m_bar[pair.from - 1] == pair.bar_a) return pair.from - 1;
    return pair.from;
  }

  // Last position on the bar of the second anchor: the other kind may come after it there.
  int Last(const LinePair &pair) const {
    if(pair.to + 1 < m_count && m_bar[pair.to + 1] == pair.bar_b) return pair.to + 1;
    return pair.to;
  }
};
