/// Strings and their conversions: UTF-16 inside, bytes outside.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include "run.hpp"

namespace mql {

namespace {

constexpr char32_t REPLACEMENT = 0xFFFD;

void append(std::u16string &to, char32_t code) {
  if (code < 0x10000) {
    to += static_cast<char16_t>(code);
    return;
  }
  to += static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10));
  to += static_cast<char16_t>(0xDC00 + ((code - 0x10000) & 0x3FF));
}

/// One character of UTF-8, strictly: no overlong forms, no surrogates, at most U+10FFFF.
char32_t decode(const std::string &bytes, std::size_t &at) {
  const auto lead = static_cast<unsigned char>(bytes[at++]);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4) return REPLACEMENT;
  char32_t code = lead & (0x3FU >> more);
  for (int i = 0; i < more; i++) {
    if (at >= bytes.size() || (static_cast<unsigned char>(bytes[at]) & 0xC0) != 0x80) return REPLACEMENT;
    code = (code << 6) | (static_cast<unsigned char>(bytes[at++]) & 0x3F);
  }
  const bool is_overlong = (more == 2 && code < 0x800) || (more == 3 && code < 0x10000);
  return is_overlong || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) ? REPLACEMENT : code;
}

bool is_blank(char16_t unit) { return unit == u' ' || unit == u'\t' || unit == u'\r' || unit == u'\n'; }

std::string narrowed(const string &text) {
  std::string out;
  for (const char16_t unit : text.units()) out += unit < 0x80 ? static_cast<char>(unit) : '?';
  return out;
}

}  // namespace

string from_utf8(const std::string &bytes) {
  std::u16string units;
  for (std::size_t at = 0; at < bytes.size();) append(units, decode(bytes, at));
  return string(units);
}

string operator""_s(const char *text, std::size_t length) { return from_utf8(std::string(text, length)); }

std::string to_utf8(const string &text) {
  std::string out;
  const std::u16string &units = text.units();
  for (std::size_t i = 0; i < units.size(); i++) {
    char32_t code = units[i];
    const bool has_pair = code >= 0xD800 && code < 0xDC00 && i + 1 < units.size() && (units[i + 1] & 0xFC00) == 0xDC00;
    if (has_pair) code = 0x10000 + ((code - 0xD800) << 10) + (units[++i] - 0xDC00U);
    else if (code >= 0xD800 && code < 0xE000) code = REPLACEMENT;
    if (code < 0x80) out += static_cast<char>(code);
    else if (code < 0x800) (out += static_cast<char>(0xC0 | (code >> 6))) += static_cast<char>(0x80 | (code & 0x3F));
    else {
      if (code < 0x10000) out += static_cast<char>(0xE0 | (code >> 12));
      else (out += static_cast<char>(0xF0 | (code >> 18))) += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
      (out += static_cast<char>(0x80 | ((code >> 6) & 0x3F))) += static_cast<char>(0x80 | (code & 0x3F));
    }
  }
  return out;
}

int StringLen(const string &text) { return static_cast<int>(text.units().size()); }

string StringSubstr(const string &text, int start, int length) {
  if (start < 0 || start > StringLen(text)) return ""_s;
  const auto count = length < 0 ? std::u16string::npos : static_cast<std::size_t>(length);
  return string(text.units().substr(static_cast<std::size_t>(start), count));
}

int StringFind(const string &text, const string &wanted, int start) {
  const auto at = text.units().find(wanted.units(), static_cast<std::size_t>(std::max(0, start)));
  return at == std::u16string::npos ? -1 : static_cast<int>(at);
}

ushort StringGetCharacter(const string &text, int position) {
  if (position < 0 || position >= StringLen(text)) return 0;
  return static_cast<ushort>(text.units()[static_cast<std::size_t>(position)]);
}

int StringTrimLeft(string &text) {
  const std::u16string &units = text.units();
  const auto kept = std::find_if_not(units.begin(), units.end(), is_blank);
  const int removed = static_cast<int>(kept - units.begin());
  if (removed > 0) text = StringSubstr(text, removed);
  return removed;
}

int StringTrimRight(string &text) {
  const std::u16string &units = text.units();
  const int removed = static_cast<int>(std::find_if_not(units.rbegin(), units.rend(), is_blank) - units.rbegin());
  if (removed > 0) text = StringSubstr(text, 0, StringLen(text) - removed);
  return removed;
}

bool StringToLower(string &text) {
  for (char16_t &unit : text.edit()) if (unit >= u'A' && unit <= u'Z') unit = static_cast<char16_t>(unit + 32);
  return true;
}

bool StringToUpper(string &text) {
  for (char16_t &unit : text.edit()) if (unit >= u'a' && unit <= u'z') unit = static_cast<char16_t>(unit - 32);
  return true;
}

int StringReplace(string &text, const string &find, const string &replacement) {
  if (StringLen(find) == 0) return 0;
  int count = 0;
  std::u16string &units = text.edit();
  for (std::size_t at = units.find(find.units()); at != std::u16string::npos; at = units.find(find.units(), at)) {
    units.replace(at, find.units().size(), replacement.units());
    at += replacement.units().size();
    count++;
  }
  return count;
}

int StringSplit(const string &text, const ushort separator, Array<string> &parts) {
  // An empty text has no parts: assumed.
  ArrayResize(parts, 0);
  if (StringLen(text) == 0) return 0;
  std::size_t from = 0;
  for (;;) {
    const std::size_t to = text.units().find(static_cast<char16_t>(separator), from);
    ArrayResize(parts, parts.size() + 1);
    parts[parts.size() - 1] = string(text.units().substr(from, to == std::u16string::npos ? to : to - from));
    if (to == std::u16string::npos) return parts.size();
    from = to + 1;
  }
}

int StringToCharArray(const string &text, Array<uchar> &array, int start, int count, uint codepage) {
  if (codepage == CP_UTF8 && count >= 0) strict_fault("StringToCharArray with a count and CP_UTF8: bytes or characters?");
  std::string bytes = codepage == CP_UTF8 ? to_utf8(text) : narrowed(text);
  bytes += '\0';
  const int wanted = count < 0 ? static_cast<int>(bytes.size()) : std::min(count, static_cast<int>(bytes.size()));
  if (start + wanted > array.size() && ArrayResize(array, start + wanted) < 0) return 0;
  for (int i = 0; i < wanted; i++) array[start + i] = static_cast<uchar>(bytes[static_cast<std::size_t>(i)]);
  return wanted;
}

string CharArrayToString(const Array<uchar> &array, int start, int count, uint codepage) {
  std::string bytes;
  const int end = count < 0 ? array.size() : std::min(array.size(), start + count);
  for (int i = start; i < end && array[i] != 0; i++) bytes += static_cast<char>(array[i]);
  if (codepage == CP_UTF8) return from_utf8(bytes);
  for (char &byte : bytes) if (static_cast<unsigned char>(byte) >= 0x80) byte = '?';
  return from_utf8(bytes);
}

string CharToString(uchar code) { return from_utf8(std::string(1, static_cast<char>(code < 0x80 ? code : '?'))); }
string ShortToString(ushort code) { return string(std::u16string(1, static_cast<char16_t>(code))); }
long StringToInteger(const string &text) { return std::strtol(narrowed(text).c_str(), nullptr, 10); }
double StringToDouble(const string &text) { return std::strtod(narrowed(text).c_str(), nullptr); }

string IntegerToString(long number, int length, ushort fill) {
  std::u16string units = from_utf8(std::to_string(number)).units();
  if (static_cast<int>(units.size()) < length) units.insert(0, static_cast<std::size_t>(length) - units.size(), static_cast<char16_t>(fill));
  return string(units);
}

string DoubleToString(double value, int digits) {
  char text[400];
  std::snprintf(text, sizeof text, digits < 0 ? "%.*e" : "%.*f", digits < 0 ? -digits : digits, value);
  return from_utf8(text);
}

void print_arguments(std::initializer_list<Argument> arguments) {
  std::string line;
  for (const Argument &argument : arguments) {
    char text[64] = "";
    if (argument.kind == Argument::Kind::text) line += to_utf8(argument.text);
    else if (argument.kind == Argument::Kind::real) std::snprintf(text, sizeof text, "%.16g", argument.real);
    else std::snprintf(text, sizeof text, argument.is_signed ? "%ld" : "%lu", argument.integer);
    line += text;
  }
  run::journal(line);
}

namespace {

/// One conversion of a format: what stands between % and its letter, its letter, and whether it takes 64 bits.
struct Conversion {
  std::string flags;
  char letter = 0;
  bool is_wide = false;
};

Conversion conversion_at(const std::string &format, std::size_t &at) {
  Conversion found;
  while (at < format.size() && std::string("+-# 0123456789.").find(format[at]) != std::string::npos) found.flags += format[at++];
  if (format.compare(at, 3, "I64") == 0) found.is_wide = true, at += 3;
  else if (format.compare(at, 2, "ll") == 0) found.is_wide = true, at += 2;
  else if (at < format.size() && format[at] == 'l') strict_fault("a format with %l: use %I64");
  if (at < format.size()) found.letter = format[at++];
  return found;
}

std::string converted(const Conversion &by, const Argument &argument) {
  using Kind = Argument::Kind;
  char text[600];
  const std::string pattern = "%" + by.flags;
  if (by.letter == 's') {
    if (argument.kind != Kind::text) strict_fault("a format with %s for something that is no string");
    return to_utf8(argument.text);
  }
  if (std::string("diuxXc").find(by.letter) != std::string::npos) {
    if (argument.kind != (by.is_wide ? Kind::integer64 : Kind::integer32)) strict_fault("a format for an integer of another width");
    const bool is_cut = !by.is_wide && by.letter != 'd' && by.letter != 'i';
    std::snprintf(text, sizeof text, (pattern + "l" + by.letter).c_str(), is_cut ? argument.integer & 0xFFFFFFFFL : argument.integer);
    return text;
  }
  if (std::string("feEgG").find(by.letter) == std::string::npos) strict_fault("a format with an unknown conversion");
  if (argument.kind != Kind::real) strict_fault("a format for a double with something else");
  std::snprintf(text, sizeof text, (pattern + by.letter).c_str(), argument.real);
  return text;
}

}  // namespace

string format_arguments(const string &format, std::initializer_list<Argument> arguments) {
  const std::string pattern = to_utf8(format);
  std::string out;
  auto next = arguments.begin();
  for (std::size_t at = 0; at < pattern.size();) {
    const char c = pattern[at++];
    if (c != '%') {
      out += c;
    } else if (at < pattern.size() && pattern[at] == '%') {
      out += pattern[at++];
    } else {
      if (next == arguments.end()) strict_fault("a format with more conversions than arguments");
      out += converted(conversion_at(pattern, at), *next++);
    }
  }
  if (next != arguments.end()) strict_fault("a format with fewer conversions than arguments");
  return from_utf8(out);
}

}  // namespace mql
