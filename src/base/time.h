// Instants, the civil day of a zone, and clocks. Nothing asks a global "now": whoever needs the
// hour is handed an Instant, and only `app` holds a Clock.

#pragma once

#include <atomic>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace anxiao {

// Milliseconds since 1970-01-01T00:00:00Z.
struct Instant {
  std::int64_t ms = 0;
  auto operator<=>(const Instant&) const = default;
  Instant plus_ms(std::int64_t delta) const { return {ms + delta}; }
};

inline constexpr std::int64_t kSecondMs = 1000;
inline constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
inline constexpr std::int64_t kHourMs = 60 * kMinuteMs;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;

// A civil day: days since 1970-01-01, in whatever zone it was asked for.
struct Day {
  std::int32_t number = 0;
  auto operator<=>(const Day&) const = default;
  Day plus(int days) const { return {number + days}; }
};

// `2026-03-02`; refuses anything else.
Result<Day> parse_day(std::string_view text);
std::string format_day(Day day);
int year_of(Day day);
int month_of(Day day);      // 1..12
int day_of_month(Day day);  // 1..31
int weekday_of(Day day);    // 1 = Monday .. 7 = Sunday (ISO 8601)
Day day_of(int year, int month, int day_of_month);
std::string iso_week_of(Day day);    // `2026-W10`
std::string month_text_of(Day day);  // `2026-03`

// A zone of the system's database, `Asia/Shanghai`. Throws std::runtime_error when unknown.
class Zone {
 public:
  explicit Zone(const std::string& name);
  ~Zone();
  Day day_of(Instant instant) const;
  int minute_of_day(Instant instant) const;   // 0..1439, civil time
  Instant start_of(Day day) const;            // midnight
  std::string format(Instant instant) const;  // `2026-03-02T07:30:00.000+08:00`
 private:
  struct Held;
  std::unique_ptr<Held> held_;
};

// ISO 8601 with an offset or Z: `2026-03-02T07:30:00+08:00`, seconds and fraction optional.
Result<Instant> parse_instant(std::string_view text);
// In UTC: `2026-03-01T23:30:00.000Z`.
std::string format_utc(Instant instant);

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

// The machine's clock, or one for scenarios:
//   `fixed:2026-03-02T07:30:00+08:00`      stands still
//   `from:2026-03-02T07:30:00+08:00*60`    starts there and runs at 60 times the pace (1 if absent)
//   `file:PATH`                            reads the instant from the file each time it is asked
// Refuses a text of another shape.
Result<std::shared_ptr<Clock>> make_clock(const std::string& text);
std::shared_ptr<Clock> system_clock();

}  // namespace anxiao
