// Finds the lines of one chart as they stand at the close of its newest closed bar. No terminal call.

#define HALF_TURN 180.0
#define PI_VALUE 3.14159265358979323846

enum ENUM_LINE_KIND {
  LINE_PEAK = 0,
  LINE_BOTTOM = 1,
  LINE_ASCENDING = 2,
  LINE_DESCENDING = 3
};

class LineSearch {
public:
  // Set before the first search.
  LineSettings settings;

private:
  LinePoints m_points;
  LineRanking m_ranking;
  // Newest closed bar, its close and the ATR there.
  int m_last;
  double m_close;
  double m_atr;

  // One ATR a bar is 45 degrees.
  double AngleOf(const LinePair &pair) const {
    const double rise = m_points.Price(pair.to) - pair.price_a;
    return MathArctan(rise / (m_atr * (pair.bar_b - pair.bar_a))) * HALF_TURN / PI_VALUE;
  }

  double LengthShare(const LinePair &pair) const {
    const int bars = pair.bar_b - pair.bar_a;
    return MathMin(1.0, (double)bars / settings.full_length_bars);
  }

  double ProximityOf(const LinePair &pair) const {
    return settings.Proximity(LineAt(pair.price_a, pair.slope, m_last - pair.bar_a), m_close);
  }

  void JudgeHorizontal(const LinePair &pair) {
    int touches = 0;
    for(int position = pair.from; position <= pair.to; position++) {
      if(m_points.Touches(position, pair)) touches++;
    }
    if(touches < settings.horizontal_min_touches) return;
    m_ranking.Add(pair, settings.weight_touch * touches +
                        settings.weight_angle * (90.0 - MathAbs(AngleOf(pair))) / 90.0 +
                        settings.weight_length * LengthShare(pair) +
                        settings.weight_proximity * ProximityOf(pair));
  }

  void JudgeDiagonal(const LinePair &pair) {
    const double steepness = MathAbs(AngleOf(pair));
    if(!(steepness >= settings.diagonal_min_angle && steepness <= settings.diagonal_max_angle)) return;
    int peaks = 0;
    int touches = 0;
    int changes = 0;
    int in_a_row = 0;
    bool was_peak = false;
    const int end = m_points.Last(pair);
    for(int position = m_points.First(pair); position <= end; position++) {
      if(!m_points.Touches(position, pair)) continue;
      const bool is_peak = m_points.IsPeakAt(position);
      const bool is_change = touches > 0 && is_peak != was_peak;
      if(is_change) changes++;
      in_a_row = touches > 0 && !is_change ? in_a_row + 1 : 1;
      if(in_a_row > settings.diagonal_max_in_a_row) return;
      was_peak = is_peak;
      touches++;
      if(is_peak) peaks++;
    }
    if(touches < settings.diagonal_min_touches) return;
    if(peaks < settings.diagonal_min_per_kind || touches - peaks < settings.diagonal_min_per_kind) return;
    m_ranking.Add(pair, settings.weight_touch * touches +
                        settings.weight_alternation * changes / (touches - 1) +
                        settings.weight_slope * settings.Slope(steepness) +
                        settings.weight_length * LengthShare(pair) +
                        settings.weight_proximity * ProximityOf(pair));
  }

  void CollectHorizontal() {
    LinePair pair;
    const int count = m_points.Count();
    for(int from = 0; from < count; from++) {
      for(int to = from + 1; to < count; to++) {
        if(m_points.Bar(to) - m_points.Bar(from) < settings.horizontal_min_distance_bars) continue;
        m_points.Connect(from, to, pair);
        JudgeHorizontal(pair);
      }
    }
  }

  // Descending lines fall from a peak to a later bottom, ascending ones rise from a bottom to a later peak.
  void CollectDiagonal(const bool descends) {
    LinePair pair;
    const int count = m_points.Count();
    for(int from = 0; from < count; from++) {
      if(m_points.IsPeakAt(from) != descends) continue;
      for(int to = from + 1; to < count; to++) {
        if(m_points.IsPeakAt(to) == descends) continue;
        if(m_points.Bar(to) - m_points.Bar(from) < settings.diagonal_min_length_bars) continue;
        const double rise = m_points.Price(to) - m_points.Price(from);
        if(descends ? !(rise < 0.0) : !(rise > 0.0)) continue;
        m_points.Connect(from, to, pair);
        JudgeDiagonal(pair);
      }
    }
  }

public:
  LineSearch() {
    m_last = 0;
    m_close = 0.0;
    m_atr = 0.0;
  }

  // Forgets the chart before. `last` is the newest closed bar, `atr` is above 0.
  void Begin(const int last, const double close, const double atr) {
    m_last = last;
    m_close = close;
    m_atr = atr;
    ClearPoints();
  }

  void ClearPoints() { m_points.Clear(); }

  // Points come oldest first, on one bar the bottom first.
  void AddPoint(const int bar, const double price, const bool is_peak) {
    const bool by_percent = settings.tolerance == TOLERANCE_PERCENT;
    const double tolerance = by_percent ? MathAbs(price) * settings.tolerance_percent / 100.0
                                        : settings.tolerance_atr_multiple * m_atr;
    m_points.Add(bar, price, tolerance, is_peak);
  }

  // Judges every line of a kind through the points: points of this kind only, or of both for diagonals.
  void Search(const ENUM_LINE_KIND kind) {
    m_ranking.Clear();
    if(kind == LINE_ASCENDING || kind == LINE_DESCENDING) CollectDiagonal(kind == LINE_DESCENDING);
    else CollectHorizontal();
  }

  // The next best line of the search for BarA and PriceAt; -1 when there is none.
  int Next() { return m_ranking.TakeBest(m_last, settings.min_separation_atr * m_atr); }
  int BarA(const int line) const { return m_ranking.BarA(line); }
  double PriceAt(const int line, const int bar) const { return m_ranking.PriceAt(line, bar); }
};
