// Fractals and lines of one chart, found from closed bars only: a bar counts when the next one has opened.
// Buffers: 0, 1 peaks and bottoms (the bar's own high or low); 2, 3 the same of the second size; 4 to 6 peak lines, best
// first, 7 to 9 bottom lines, 10 to 12 ascending and 13 to 15 descending ones. EMPTY_VALUE where there is nothing.
// A line has a value on every bar from its first anchor to the forming bar.
#property copyright "mt5-gateway"
#property version "1.00"
#property description "Fractals and the best lines through them, by the definitions of mt5-gateway"
#property indicator_chart_window
#property indicator_buffers 16
#property indicator_plots 16

#include <Mt5Gateway\FractalRule.mqh>
#include <Mt5Gateway\LineSettings.mqh>
#include <Mt5Gateway\LinePoints.mqh>
#include <Mt5Gateway\LineRanking.mqh>
#include <Mt5Gateway\LineSearch.mqh>

#define FRACTAL_BUFFERS 4
#define LINE_BUFFERS 12
#define LINES_OF_A_KIND 3

// Without groups: whether one counts as a parameter of IndicatorCreate is not written in the manual.

// Fractals
input int InpFractalBars = 35;       // Bars of a fractal with both wings: odd, 5 to 135
input int InpSecondFractalBars = 13; // Bars of the second size: odd, 3 to 135

// Lines
input int InpLookbackBars = 400;     // Lines use fractals of this number of newest closed bars
input int InpAtrBars = 14;           // Bars of the average true range
input ENUM_TOLERANCE InpTolerance = TOLERANCE_PERCENT; // How near a fractal must be
input double InpTolerancePercent = 1.5;
input double InpToleranceAtrMultiple = 1.5;
input double InpMinSeparationAtr = 1.0; // A line nearer to a better one is left out (0 = none is)
input int InpLinesPerKind = 3;       // 1 to 3

// Peak and bottom lines
input int InpHorizontalMinDistanceBars = 20;
input int InpHorizontalMinTouches = 3;

// Ascending and descending lines
input int InpDiagonalMinLengthBars = 80;
input double InpDiagonalMinAngle = 2.0;
input double InpDiagonalMaxAngle = 45.0;
input int InpDiagonalMinTouches = 4;
input int InpDiagonalMinPerKind = 2;
input int InpDiagonalMaxInARow = 2;

// Score
input double InpWeightTouch = 25.0;
input double InpWeightAngle = 15.0;
input double InpWeightLength = 10.0;
input double InpWeightProximity = 50.0;
input double InpWeightAlternation = 20.0;
input double InpWeightSlope = 15.0;
input int InpFullLengthBars = 400;   // A line is fully long from here on
input double InpProximityPercent1 = 0.05;
input double InpProximityValue1 = 1.0;
input double InpProximityPercent2 = 0.1;
input double InpProximityValue2 = 0.93;
input double InpProximityPercent3 = 0.25;
input double InpProximityValue3 = 0.8;
input double InpProximityPercent4 = 0.5;
input double InpProximityValue4 = 0.6;
input double InpProximityPercent5 = 1.0;
input double InpProximityValue5 = 0.4;
input double InpProximityPercent6 = 2.0;
input double InpProximityValue6 = 0.2;
input double InpSlopeFrom1 = 30.0;
input double InpSlopeTo1 = 60.0;
input double InpSlopeValue1 = 1.0;
input double InpSlopeFrom2 = 20.0;
input double InpSlopeTo2 = 30.0;
input double InpSlopeValue2 = 0.8;
input double InpSlopeOutside = 0.5;

double g_peaks[];
double g_bottoms[];
double g_second_peaks[];
double g_second_bottoms[];
double g_peak_1[];
double g_peak_2[];
double g_peak_3[];
double g_bottom_1[];
double g_bottom_2[];
double g_bottom_3[];
double g_ascending_1[];
double g_ascending_2[];
double g_ascending_3[];
double g_descending_1[];
double g_descending_2[];
double g_descending_3[];

LineSearch g_search;
// The call before: its bars, the time of its oldest and of its newest one.
int g_bars = 0;
datetime g_first_time = 0;
datetime g_newest_time = 0;
// First bar that each line is drawn on; the number of bars when it is not drawn.
int g_starts[LINE_BUFFERS];

int OnInit() {
  const string fault = Configure();
  if(fault != "") {
    Print("FractalLines: ", fault, ". Correct the inputs of the indicator.");
    return INIT_PARAMETERS_INCORRECT;
  }
  BindFractals();
  BindLines();
  IndicatorSetString(INDICATOR_SHORTNAME, "Fractal lines (" + IntegerToString(InpFractalBars) + ")");
  g_bars = 0;
  for(int line = 0; line < LINE_BUFFERS; line++) g_starts[line] = 0;
  return INIT_SUCCEEDED;
}

int OnCalculate(const int rates_total, const int prev_calculated, const datetime &time[], const double &open[],
                const double &high[], const double &low[], const double &close[], const long &tick_volume[],
                const long &volume[], const int &spread[]) {
  if(rates_total < 1) return 0;
  // Which way a terminal hands these over is not promised.
  ArraySetAsSeries(time, false);
  ArraySetAsSeries(high, false);
  ArraySetAsSeries(low, false);
  ArraySetAsSeries(close, false);
  if(!Continues(rates_total, prev_calculated, time)) g_bars = 0;
  // Only a new bar closes one; ticks of the forming bar change nothing.
  if(rates_total > g_bars) {
    MarkFractals(rates_total, high, low);
    DrawLines(rates_total, high, low, close);
  }
  g_bars = rates_total;
  g_first_time = time[0];
  g_newest_time = time[rates_total - 1];
  return rates_total;
}

// Whether the bars of the call before are still the same ones in the same places.
bool Continues(const int rates_total, const int prev_calculated, const datetime &time[]) {
  if(g_bars < 1 || prev_calculated != g_bars || rates_total < g_bars) return false;
  return time[0] == g_first_time && time[g_bars - 1] == g_newest_time;
}

void MarkFractals(const int rates_total, const double &high[], const double &low[]) {
  for(int bar = g_bars; bar < rates_total; bar++) {
    g_peaks[bar] = EMPTY_VALUE;
    g_bottoms[bar] = EMPTY_VALUE;
    g_second_peaks[bar] = EMPTY_VALUE;
    g_second_bottoms[bar] = EMPTY_VALUE;
  }
  MarkSize((InpFractalBars - 1) / 2, rates_total - 1, high, low, g_peaks, g_bottoms);
  MarkSize((InpSecondFractalBars - 1) / 2, rates_total - 1, high, low, g_second_peaks, g_second_bottoms);
}

// Marks the fractals that the bars closed since the last call confirm; all earlier ones stand for good.
void MarkSize(const int wing, const int closed, const double &high[], const double &low[], double &peaks[],
              double &bottoms[]) {
  const int closed_before = g_bars > 0 ? g_bars - 1 : 0;
  for(int bar = MathMax(wing, closed_before - wing); bar < closed - wing; bar++) {
    if(IsPeak(high, bar, wing)) peaks[bar] = high[bar];
    if(IsBottom(low, bar, wing)) bottoms[bar] = low[bar];
  }
}

void DrawLines(const int rates_total, const double &high[], const double &low[], const double &close[]) {
  const int closed = rates_total - 1;
  const double atr = AverageTrueRange(high, low, close, closed, InpAtrBars);
  const bool has_scale = atr > 0.0;
  if(has_scale) g_search.Begin(closed - 1, close[closed - 1], atr);
  for(int kind = LINE_PEAK; kind <= LINE_DESCENDING; kind++) {
    if(has_scale) {
      CollectPoints(closed, kind != LINE_BOTTOM, kind != LINE_PEAK);
      g_search.Search((ENUM_LINE_KIND)kind);
    }
    for(int rank = 0; rank < LINES_OF_A_KIND; rank++) {
      const int line = has_scale && rank < InpLinesPerKind ? g_search.Next() : -1;
      DrawLine(kind * LINES_OF_A_KIND + rank, line, rates_total);
    }
  }
}

void CollectPoints(const int closed, const bool with_peaks, const bool with_bottoms) {
  g_search.ClearPoints();
  const int wing = (InpFractalBars - 1) / 2;
  for(int bar = MathMax(wing, closed - InpLookbackBars); bar < closed - wing; bar++) {
    if(with_bottoms && g_bottoms[bar] != EMPTY_VALUE) g_search.AddPoint(bar, g_bottoms[bar], false);
    if(with_peaks && g_peaks[bar] != EMPTY_VALUE) g_search.AddPoint(bar, g_peaks[bar], true);
  }
}

// Takes a line of the search, or none, to a buffer: cells are written from where the line before it began.
void DrawLine(const int buffer, const int line, const int rates_total) {
  const int start = line < 0 ? rates_total : g_search.BarA(line);
  const int stale = MathMin(g_starts[buffer], g_bars);
  switch(buffer) {
  case 0: DrawCells(g_peak_1, line, stale, start, rates_total); break;
  case 1: DrawCells(g_peak_2, line, stale, start, rates_total); break;
  case 2: DrawCells(g_peak_3, line, stale, start, rates_total); break;
  case 3: DrawCells(g_bottom_1, line, stale, start, rates_total); break;
  case 4: DrawCells(g_bottom_2, line, stale, start, rates_total); break;
  case 5: DrawCells(g_bottom_3, line, stale, start, rates_total); break;
  case 6: DrawCells(g_ascending_1, line, stale, start, rates_total); break;
  case 7: DrawCells(g_ascending_2, line, stale, start, rates_total); break;
  case 8: DrawCells(g_ascending_3, line, stale, start, rates_total); break;
  case 9: DrawCells(g_descending_1, line, stale, start, rates_total); break;
  case 10: DrawCells(g_descending_2, line, stale, start, rates_total); break;
  case 11: DrawCells(g_descending_3, line, stale, start, rates_total); break;
  default: break;
  }
  g_starts[buffer] = start;
}

void DrawCells(double &cells[], const int line, const int stale, const int start, const int rates_total) {
  for(int bar = stale; bar < start; bar++) cells[bar] = EMPTY_VALUE;
  for(int bar = start; bar < rates_total; bar++) cells[bar] = g_search.PriceAt(line, bar);
}

void BindFractals() {
  Bind(0, g_peaks, "Peaks", DRAW_ARROW);
  Bind(1, g_bottoms, "Bottoms", DRAW_ARROW);
  Bind(2, g_second_peaks, "Peaks, second size", DRAW_ARROW);
  Bind(3, g_second_bottoms, "Bottoms, second size", DRAW_ARROW);
}

void BindLines() {
  Bind(4, g_peak_1, "Peak line 1", DRAW_LINE);
  Bind(5, g_peak_2, "Peak line 2", DRAW_LINE);
  Bind(6, g_peak_3, "Peak line 3", DRAW_LINE);
  Bind(7, g_bottom_1, "Bottom line 1", DRAW_LINE);
  Bind(8, g_bottom_2, "Bottom line 2", DRAW_LINE);
  Bind(9, g_bottom_3, "Bottom line 3", DRAW_LINE);
  Bind(10, g_ascending_1, "Ascending line 1", DRAW_LINE);
  Bind(11, g_ascending_2, "Ascending line 2", DRAW_LINE);
  Bind(12, g_ascending_3, "Ascending line 3", DRAW_LINE);
  Bind(13, g_descending_1, "Descending line 1", DRAW_LINE);
  Bind(14, g_descending_2, "Descending line 2", DRAW_LINE);
  Bind(15, g_descending_3, "Descending line 3", DRAW_LINE);
}

void Bind(const int number, double &cells[], const string label, const ENUM_DRAW_TYPE draw_type) {
  SetIndexBuffer(number, cells, INDICATOR_DATA);
  ArraySetAsSeries(cells, false);
  PlotIndexSetInteger(number, PLOT_DRAW_TYPE, draw_type);
  PlotIndexSetInteger(number, PLOT_LINE_COLOR, ColorOf(number));
  if(draw_type == DRAW_ARROW) PlotIndexSetInteger(number, PLOT_ARROW, number < 2 ? 108 : 119);
  PlotIndexSetDouble(number, PLOT_EMPTY_VALUE, EMPTY_VALUE);
  PlotIndexSetString(number, PLOT_LABEL, label);
}

int ColorOf(const int number) {
  if(number < FRACTAL_BUFFERS) return number % 2 == 0 ? clrOrangeRed : clrDodgerBlue;
  const int kind = (number - FRACTAL_BUFFERS) / LINES_OF_A_KIND;
  if(kind == LINE_PEAK) return clrRed;
  if(kind == LINE_BOTTOM) return clrBlue;
  return kind == LINE_ASCENDING ? clrGreen : clrGray;
}

// Hands the inputs over; says what is wrong with them, or nothing.
string Configure() {
  if(InpFractalBars < 5 || InpFractalBars > 135 || InpFractalBars % 2 == 0) {
    return "a fractal has an odd number of bars from 5 to 135, not " + IntegerToString(InpFractalBars);
  }
  if(InpSecondFractalBars < 3 || InpSecondFractalBars > 135 || InpSecondFractalBars % 2 == 0) {
    return "the second size is an odd number of bars from 3 to 135, not " + IntegerToString(InpSecondFractalBars);
  }
  g_search.settings.lookback_bars = InpLookbackBars;
  g_search.settings.atr_bars = InpAtrBars;
  g_search.settings.tolerance = InpTolerance;
  g_search.settings.tolerance_percent = InpTolerancePercent;
  g_search.settings.tolerance_atr_multiple = InpToleranceAtrMultiple;
  g_search.settings.horizontal_min_distance_bars = InpHorizontalMinDistanceBars;
  g_search.settings.horizontal_min_touches = InpHorizontalMinTouches;
  g_search.settings.diagonal_min_length_bars = InpDiagonalMinLengthBars;
  g_search.settings.diagonal_min_angle = InpDiagonalMinAngle;
  g_search.settings.diagonal_max_angle = InpDiagonalMaxAngle;
  g_search.settings.diagonal_min_touches = InpDiagonalMinTouches;
  g_search.settings.diagonal_min_per_kind = InpDiagonalMinPerKind;
  g_search.settings.diagonal_max_in_a_row = InpDiagonalMaxInARow;
  g_search.settings.min_separation_atr = InpMinSeparationAtr;
  g_search.settings.lines_per_kind = InpLinesPerKind;
  ConfigureScore();
  return g_search.settings.Fault();
}

void ConfigureScore() {
  g_search.settings.weight_touch = InpWeightTouch;
  g_search.settings.weight_angle = InpWeightAngle;
  g_search.settings.weight_length = InpWeightLength;
  g_search.settings.weight_proximity = InpWeightProximity;
  g_search.settings.weight_alternation = InpWeightAlternation;
  g_search.settings.weight_slope = InpWeightSlope;
  g_search.settings.full_length_bars = InpFullLengthBars;
  g_search.settings.SetProximity(0, InpProximityPercent1, InpProximityValue1);
  g_search.settings.SetProximity(1, InpProximityPercent2, InpProximityValue2);
  g_search.settings.SetProximity(2, InpProximityPercent3, InpProximityValue3);
  g_search.settings.SetProximity(3, InpProximityPercent4, InpProximityValue4);
  g_search.settings.SetProximity(4, InpProximityPercent5, InpProximityValue5);
  g_search.settings.SetProximity(5, InpProximityPercent6, InpProximityValue6);
  g_search.settings.SetSlope(0, InpSlopeFrom1, InpSlopeTo1, InpSlopeValue1);
  g_search.settings.SetSlope(1, InpSlopeFrom2, InpSlopeTo2, InpSlopeValue2);
  g_search.settings.slope_outside = InpSlopeOutside;
}
