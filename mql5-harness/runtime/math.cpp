#include <cmath>
#include <cstdlib>
#include "run.hpp"

namespace mql {

double MathAbs(double value) { return std::fabs(value); }
int MathAbs(int value) { return std::abs(value); }
long MathAbs(long value) { return std::labs(value); }
double MathRound(double value) { return std::round(value); }
double MathFloor(double value) { return std::floor(value); }
double MathCeil(double value) { return std::ceil(value); }
double MathSqrt(double value) { return std::sqrt(value); }
double MathPow(double base, double exponent) { return std::pow(base, exponent); }
double MathArctan(double value) { return std::atan(value); }
bool MathIsValidNumber(double value) { return std::isfinite(value); }

double NormalizeDouble(double value, int digits) {
  const double scale = std::pow(10.0, digits);
  return std::round(value * scale) / scale;
}

}  // namespace mql
