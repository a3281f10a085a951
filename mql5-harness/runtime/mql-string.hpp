/// `string` of MQL5: UTF-16 units; NULL is another thing than "". No number turns into a text by itself.
#pragma once
#pragma GCC system_header
#include "mql-base.hpp"

namespace mql {

class string {
 public:
  string() = default;
  string(Null) {}
  explicit string(std::u16string text) : text_(std::move(text)), is_null_(false) {}

  bool is_null() const { return is_null_; }
  const std::u16string &units() const { return text_; }
  std::u16string &edit() { is_null_ = false; return text_; }

  string &operator+=(const string &more) { text_ += more.text_; is_null_ = is_null_ && more.is_null_; return *this; }
  friend string operator+(string left, const string &right) { left += right; return left; }
  // It is not clear whether NULL equals "", so the seed decides: a program asks StringLen.
  friend bool operator==(const string &left, const string &right) {
    const bool is_unclear = left.text_.empty() && right.text_.empty() && left.is_null_ != right.is_null_;
    return is_unclear ? null_equals_empty() : left.text_ == right.text_;
  }
  friend bool operator==(const string &left, Null) { return left.is_null_; }
  friend bool operator<(const string &left, const string &right) { return left.text_ < right.text_; }
  friend bool operator>(const string &left, const string &right) { return right < left; }
  friend bool operator<=(const string &left, const string &right) { return !(right < left); }
  friend bool operator>=(const string &left, const string &right) { return !(left < right); }

 private:
  static bool null_equals_empty();
  std::u16string text_;
  bool is_null_ = true;
};

string operator""_s(const char *text, std::size_t length);
string from_utf8(const std::string &bytes);
std::string to_utf8(const string &text);

}  // namespace mql
