// Time is a value: whoever needs it is handed a Clock, so that tests and replays can set it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace removr {

// Milliseconds since 1970-01-01T00:00:00Z. What the database stores.
struct Timestamp {
  std::int64_t unix_ms = 0;
  auto operator<=>(const Timestamp&) const = default;
};

inline Timestamp operator+(Timestamp time, std::chrono::milliseconds delta) { return {time.unix_ms + delta.count()}; }
inline std::chrono::milliseconds operator-(Timestamp a, Timestamp b) {
  return std::chrono::milliseconds(a.unix_ms - b.unix_ms);
}

// RFC 3339 in UTC with seconds, "2026-01-31T08:09:10Z".
std::string FormatRfc3339(Timestamp time);

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp Now() const = 0;
  // Never goes back; only differences mean something.
  virtual std::chrono::nanoseconds Monotonic() const = 0;
};

// The machine's clocks. Thread-safe.
class SystemClock final : public Clock {
 public:
  Timestamp Now() const override;
  std::chrono::nanoseconds Monotonic() const override;
};

// Stands still until told otherwise. For tests; not thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp now) : now_(now) {}
  Timestamp Now() const override { return now_; }
  std::chrono::nanoseconds Monotonic() const override { return std::chrono::milliseconds(now_.unix_ms); }
  void Advance(std::chrono::milliseconds delta) { now_ = now_ + delta; }

 private:
  Timestamp now_;
};

}  // namespace removr
