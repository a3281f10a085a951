// Every number by which lines are found, as config/indicators.json has them. No terminal call.

#define PROXIMITY_STEPS 6
#define SLOPE_BANDS 2
#define MAX_LINES 3

enum ENUM_TOLERANCE {
  TOLERANCE_PERCENT = 0, // Percent of the fractal's own price
  TOLERANCE_ATR = 1      // A multiple of the ATR
};

class LineSettings {
public:
  // Lines use only fractals among this number of newest closed bars.
  int lookback_bars;
  int atr_bars;
  ENUM_TOLERANCE tolerance;
  double tolerance_percent;
  double tolerance_atr_multiple;
  int horizontal_min_distance_bars;
  int horizontal_min_touches;
  int diagonal_min_length_bars;
  double diagonal_min_angle;
  double diagonal_max_angle;
  int diagonal_min_touches;
  int diagonal_min_per_kind;
  int diagonal_max_in_a_row;
  double min_separation_atr;
  int lines_per_kind;
  double weight_touch;
  double weight_angle;
  double weight_length;
  double weight_proximity;
  double weight_alternation;
  double weight_slope;
  int full_length_bars;
  // A line at most this many percent from the close has this proximity; the first step that reaches it counts.
  double proximity_percent[PROXIMITY_STEPS];
  double proximity_value[PROXIMITY_STEPS];
  // The first band that holds the angle counts, both ends included.
  double slope_from[SLOPE_BANDS];
  double slope_to[SLOPE_BANDS];
  double slope_value[SLOPE_BANDS];
  double slope_outside;

  LineSettings() {
    lookback_bars = 400;
    atr_bars = 14;
    tolerance = TOLERANCE_PERCENT;
    tolerance_percent = 1.5;
    tolerance_atr_multiple = 1.5;
    horizontal_min_distance_bars = 20;
    horizontal_min_touches = 3;
    diagonal_min_length_bars = 80;
    diagonal_min_angle = 2.0;
    diagonal_max_angle = 45.0;
    diagonal_min_touches = 4;
    diagonal_min_per_kind = 2;
    diagonal_max_in_a_row = 2;
    min_separation_atr = 1.0;
    lines_per_kind = MAX_LINES;
    weight_touch = 25.0;
    weight_angle = 15.0;
    weight_length = 10.0;
    weight_proximity = 50.0;
    weight_alternation = 20.0;
    weight_slope = 15.0;
    full_length_bars = 400;
    for(int step = 0; step < PROXIMITY_STEPS; step++) SetProximity(step, 0.0, 0.0);
    for(int band = 0; band < SLOPE_BANDS; band++) SetSlope(band, 0.0, 0.0, 0.0);
    slope_outside = 0.5;
  }

  void SetProximity(const int step, const double percent, const double value) {
    proximity_percent[step] = percent;
    proximity_value[step] = value;
  }

  void SetSlope(const int band, const double from, const double to, const double value) {
    slope_from[band] = from;
    slope_to[band] = to;
    slope_value[band] = value;
  }

  // What is wrong with them; empty when nothing is.
  string Fault() const {
    if(lookback_bars < 1 || atr_bars < 1 || full_length_bars < 1) return "lookback, ATR and full length need at least 1 bar";
    if(horizontal_min_distance_bars < 1 || diagonal_min_length_bars < 1) return "a line is at least 1 bar long";
    if(horizontal_min_touches < 2 || diagonal_min_touches < 2) return "a line has at least 2 touches";
    if(lines_per_kind < 1 || lines_per_kind > MAX_LINES) return "1 to 3 lines of a kind";
    return "";
  }

  double Proximity(const double line, const double close) const {
    // MQL5 stops a program that divides by zero; the share of nothing has no step.
    if(close == 0.0) return 0.0;
    const double percent = MathAbs(close - line) / MathAbs(close) * 100.0;
    for(int step = 0; step < PROXIMITY_STEPS; step++) {
      if(percent <= proximity_percent[step]) return proximity_value[step];
    }
    return 0.0;
  }

  double Slope(const double steepness) const {
    for(int band = 0; band < SLOPE_BANDS; band++) {
      if(steepness >= slope_from[band] && steepness <= slope_to[band]) return slope_value[band];
    }
    return slope_outside;
  }
};
