// Lines that keep the rules, and the best of them. No terminal call.

class LineRanking {
private:
  int m_count;
  int m_bar_a[];
  int m_bar_b[];
  double m_price_a[];
  double m_slope[];
  double m_score[];
  bool m_is_out[];

  void Grow() {
    ArrayResize(m_bar_a, m_count + 1, 1024);
    ArrayResize(m_bar_b, m_count + 1, 1024);
    ArrayResize(m_price_a, m_count + 1, 1024);
    ArrayResize(m_slope, m_count + 1, 1024);
    ArrayResize(m_score, m_count + 1, 1024);
    ArrayResize(m_is_out, m_count + 1, 1024);
  }

  // By score, then the later second anchor, then the later first one.
  bool IsBetter(const int one, const int other) const {
    if(m_score[one] != m_score[other]) return m_score[one] > m_score[other];
    if(m_bar_b[one] != m_bar_b[other]) return m_bar_b[one] > m_bar_b[other];
    return m_bar_a[one] > m_bar_a[other];
  }

  bool IsNearer(const int one, const int other, const int bar, const double separation) const {
    return MathAbs(PriceAt(one, bar) - PriceAt(other, bar)) < separation;
  }

public:
  LineRanking() {
    m_count = 0;
    ArrayResize(m_bar_a, 0);
    ArrayResize(m_bar_b, 0);
    ArrayResize(m_price_a, 0);
    ArrayResize(m_slope, 0);
    ArrayResize(m_score, 0);
    ArrayResize(m_is_out, 0);
  }

  void Clear() { m_count = 0; }
  int BarA(const int line) const { return m_bar_a[line]; }
  double PriceAt(const int line, const int bar) const {
    return LineAt(m_price_a[line], m_slope[line], bar - m_bar_a[line]);
  }

  void Add(const LinePair &pair, const double score) {
    if(m_count >= ArraySize(m_bar_a)) Grow();
    m_bar_a[m_count] = pair.bar_a;
    m_bar_b[m_count] = pair.bar_b;
    m_price_a[m_count] = pair.price_a;
    m_slope[m_count] = pair.slope;
    m_score[m_count] = score;
    m_is_out[m_count] = false;
    m_count++;
  }

  // The best line that is still in, -1 when there is none. It is out after that, and all that are too near to it both at
  // the bar `last` and where the later of the two begins.
  int TakeBest(const int last, const double separation) {
    int best = -1;
    for(int line = 0; line < m_count; line++) {
      if(!m_is_out[line] && (best < 0 || IsBetter(line, best))) best = line;
    }
    if(best < 0) return -1;
    m_is_out[best] = true;
    for(int line = 0; line < m_count; line++) {
      if(m_is_out[line] || !IsNearer(line, best, last, separation)) continue;
      m_is_out[line] = IsNearer(line, best, m_bar_a[line] > m_bar_a[best] ? m_bar_a[line] : m_bar_a[best], separation);
    }
    return best;
  }
};
