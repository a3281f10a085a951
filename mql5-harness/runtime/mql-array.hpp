/// Arrays of MQL5: checked, poisoned where they grow, with the series flag that turns the index around.
#pragma once
#pragma GCC system_header
#include "mql-string.hpp"

namespace mql {

/// What the runtime and the array functions need of any array, whatever it holds.
struct ArrayState {
  bool is_fixed = false;
  /// Bound to an indicator's buffer or owned by the terminal: its program must not resize it.
  bool is_owned = false;
  mutable bool is_series = false;
};

template <typename T>
class Array {
 public:
  using value_type = T;
  Array() = default;
  Array(const Array &other) = delete;
  Array &operator=(const Array &other) = delete;
  ~Array() { release(); }

  template <typename I>
    requires std::is_integral_v<I> || std::is_enum_v<I>
  T &operator[](I index) { return data_[place(static_cast<long>(index))]; }
  template <typename I>
    requires std::is_integral_v<I> || std::is_enum_v<I>
  const T &operator[](I index) const { return data_[place(static_cast<long>(index))]; }

  int size() const { return size_; }
  T *data() { return data_; }
  const T *data() const { return data_; }
  ArrayState state;

  /// Keeps what fits; new cells hold whatever the run fills memory with.
  void resize(int wanted, int reserve = 0) {
    if (wanted < 0) critical("array resized to a negative size", wanted);
    if (wanted > capacity_) grow(wanted + (reserve > 0 ? reserve : 0));
    if (wanted > size_) raw(data_ + size_, static_cast<std::size_t>(wanted - size_));
    for (int i = wanted; i < size_; i++) data_[i].~T();
    size_ = wanted;
  }

 protected:
  void fix() { state.is_fixed = true; }

 private:
  std::size_t place(long index) const {
    if (index < 0 || index >= size_) critical("array out of range: index, size", index, size_);
    return static_cast<std::size_t>(state.is_series ? size_ - 1 - index : index);
  }
  static void raw(T *cells, std::size_t count) {
    poison(static_cast<void *>(cells), sizeof(T) * count);
    if constexpr (!std::is_trivially_default_constructible_v<T>) {
      for (std::size_t i = 0; i < count; i++) ::new (static_cast<void *>(cells + i)) T;
    }
  }
  void grow(int capacity) {
    T *moved = static_cast<T *>(::operator new(sizeof(T) * static_cast<std::size_t>(capacity)));
    for (int i = 0; i < size_; i++) {
      ::new (static_cast<void *>(moved + i)) T(std::move(data_[i]));
      data_[i].~T();
    }
    ::operator delete(data_);
    data_ = moved;
    capacity_ = capacity;
  }
  void release() {
    for (int i = 0; i < size_; i++) data_[i].~T();
    ::operator delete(data_);
  }
  T *data_ = nullptr;
  int size_ = 0;
  int capacity_ = 0;
};

/// `T a[N];` of a program, function or class: an array that cannot be resized.
template <typename T, int N>
class SArray : public Array<T> {
 public:
  SArray() { this->resize(N); this->fix(); }
  SArray(std::initializer_list<T> values) : SArray() {
    if (values.size() > static_cast<std::size_t>(N)) critical("more initial values than cells", N);
    int at = 0;
    for (const T &value : values) (*this)[at++] = value;
    for (; at < N; at++) (*this)[at] = T();
  }
};

/// `T a[N];` of a structure or union: plain memory with a checked index.
template <typename T, int N>
struct PArray {
  T cells[N];
  template <typename I>
  T &operator[](I index) { return cells[place(static_cast<long>(index))]; }
  template <typename I>
  const T &operator[](I index) const { return cells[place(static_cast<long>(index))]; }
  static std::size_t place(long index) {
    if (index < 0 || index >= N) critical("array out of range: index, size", index, N);
    return static_cast<std::size_t>(index);
  }
};

[[noreturn]] void array_fault(const char *what);
inline constexpr int whole_array = -1;

template <typename T> int ArraySize(const Array<T> &array) { return array.size(); }
template <typename T, int N> int ArraySize(const PArray<T, N> &) { return N; }

template <typename T> int ArrayResize(Array<T> &array, int size, int reserve = 0) {
  if (array.state.is_fixed) return -1;
  if (array.state.is_owned) array_fault("ArrayResize of an array that belongs to the terminal");
  if (size < 0) return -1;
  array.resize(size, reserve);
  return size;
}

template <typename T> void ArrayFree(Array<T> &array) {
  if (array.state.is_owned) array_fault("ArrayFree of an array that belongs to the terminal");
  if (!array.state.is_fixed) array.resize(0);
}

/// Cell order as the memory has it, whatever the series flags; overlapping copies are refused.
template <typename T>
int ArrayCopy(Array<T> &target, const Array<T> &source, int target_start = 0, int source_start = 0, int count = whole_array) {
  if (&target == &source) array_fault("ArrayCopy of an array onto itself");
  if (target_start < 0 || source_start < 0) return 0;
  if (target.state.is_series || source.state.is_series) array_fault("ArrayCopy with the series flag: order is unclear");
  const int there = source.size() - source_start;
  int copied = count < 0 || count > there ? there : count;
  if (copied <= 0) return 0;
  if (target_start + copied > target.size()) {
    if (target.state.is_fixed || target.state.is_owned) copied = target.size() - target_start;
    else target.resize(target_start + copied);
  }
  if (copied <= 0) return 0;
  if constexpr (std::is_trivially_copyable_v<T>) {
    std::memcpy(&target[target_start], &source[source_start], sizeof(T) * static_cast<std::size_t>(copied));
  } else {
    for (int i = 0; i < copied; i++) target[target_start + i] = source[source_start + i];
  }
  return copied;
}

template <typename T, typename V> void ArrayInitialize(Array<T> &array, V value) {
  for (int i = 0; i < array.size(); i++) array[i] = static_cast<T>(value);
}

template <typename T, typename V> void ArrayFill(Array<T> &array, int start, int count, V value) {
  for (int i = 0; i < count; i++) array[start + i] = static_cast<T>(value);
}

template <typename T> bool ArraySetAsSeries(const Array<T> &array, bool flag) {
  if (array.state.is_fixed) return false;
  array.state.is_series = flag;
  return true;
}

template <typename T> bool ArrayGetAsSeries(const Array<T> &array) { return array.state.is_series; }

}  // namespace mql
