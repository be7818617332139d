#include "base/time.h"

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <fstream>

namespace anxiao {
namespace {

Refusal bad_time(std::string_view text) {
  return {.why = Why::malformed,
          .key = "time.malformed",
          .detail = fmt::format("`{}` is no ISO 8601 instant with an offset", text),
          .args = {{"value", std::string(text)}}};
}

bool digits(std::string_view text, std::size_t at, std::size_t count, int& out) {
  if (at + count > text.size()) return false;
  auto [end, error] = std::from_chars(text.data() + at, text.data() + at + count, out);
  return error == std::errc() && end == text.data() + at + count && text[at] != '-';
}

date::sys_days sys(Day day) { return date::sys_days(date::days(day.number)); }

void write_digits(char* to, int count, std::int64_t number) {
  while (count-- > 0) to[count] = static_cast<char>('0' + number % 10), number /= 10;
}

// `2026-03-02T07:30:00.000` of milliseconds of civil time. Every list writes hundreds of these;
// the streams behind date::format take several microseconds for each.
std::string civil_text(std::int64_t civil_ms) {
  std::int64_t day = civil_ms / kDayMs - (civil_ms % kDayMs < 0 ? 1 : 0);
  std::int64_t rest = civil_ms - day * kDayMs;
  date::year_month_day date(sys(Day{static_cast<std::int32_t>(day)}));
  std::string out = "0000-00-00T00:00:00.000";
  write_digits(out.data(), 4, int(date.year()));
  write_digits(out.data() + 5, 2, unsigned(date.month()));
  write_digits(out.data() + 8, 2, unsigned(date.day()));
  write_digits(out.data() + 11, 2, rest / kHourMs);
  write_digits(out.data() + 14, 2, rest / kMinuteMs % 60);
  write_digits(out.data() + 17, 2, rest / kSecondMs % 60);
  write_digits(out.data() + 20, 3, rest % kSecondMs);
  return out;
}

class SystemClock final : public Clock {
 public:
  Instant now() const override {
    return {std::chrono::duration_cast<std::chrono::milliseconds>(
                std::chrono::system_clock::now().time_since_epoch())
                .count()};
  }
};

class FixedClock final : public Clock {
 public:
  explicit FixedClock(Instant at) : at_(at) {}
  Instant now() const override { return at_; }

 private:
  Instant at_;
};

class ScaledClock final : public Clock {
 public:
  ScaledClock(Instant from, double pace)
      : from_(from), pace_(pace), began_(std::chrono::steady_clock::now()) {}
  Instant now() const override {
    auto passed =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began_);
    return from_.plus_ms(static_cast<std::int64_t>(passed.count() * pace_));
  }

 private:
  Instant from_;
  double pace_;
  std::chrono::steady_clock::time_point began_;
};

class FileClock final : public Clock {
 public:
  FileClock(std::string path, Instant at) : path_(std::move(path)), last_ms_(at.ms) {}
  // A file that is being rewritten reads as the instant before.
  Instant now() const override {
    std::ifstream in(path_);
    std::string text;
    std::getline(in, text);
    if (auto at = parse_instant(text)) last_ms_ = at->ms;
    return {last_ms_};
  }

 private:
  std::string path_;
  mutable std::atomic<std::int64_t> last_ms_;
};

}  // namespace

Result<Day> parse_day(std::string_view text) {
  int y = 0, m = 0, d = 0;
  if (text.size() == 10 && digits(text, 0, 4, y) && text[4] == '-' && digits(text, 5, 2, m) &&
      text[7] == '-' && digits(text, 8, 2, d)) {
    date::year_month_day ymd{date::year(y), date::month(static_cast<unsigned>(m)),
                             date::day(static_cast<unsigned>(d))};
    if (ymd.ok()) return Day{date::sys_days(ymd).time_since_epoch().count()};
  }
  return Refusal{.why = Why::malformed,
                 .key = "time.day_malformed",
                 .detail = fmt::format("`{}` is no day (YYYY-MM-DD)", text),
                 .args = {{"value", std::string(text)}}};
}

std::string format_day(Day day) { return date::format("%F", sys(day)); }
int year_of(Day day) { return int(date::year_month_day(sys(day)).year()); }
int month_of(Day day) { return static_cast<int>(unsigned(date::year_month_day(sys(day)).month())); }
int day_of_month(Day day) {
  return static_cast<int>(unsigned(date::year_month_day(sys(day)).day()));
}
int weekday_of(Day day) { return static_cast<int>(date::weekday(sys(day)).iso_encoding()); }

Day day_of(int year, int month, int day_of_month) {
  return {date::sys_days(date::year(year) / month / day_of_month).time_since_epoch().count()};
}

std::string iso_week_of(Day day) {
  // The week belongs to the year of its Thursday.
  Day thursday = day.plus(4 - weekday_of(day));
  Day first = anxiao::day_of(year_of(thursday), 1, 1);
  return fmt::format("{:04}-W{:02}", year_of(thursday), (thursday.number - first.number) / 7 + 1);
}

std::string month_text_of(Day day) { return date::format("%Y-%m", sys(day)); }

struct Zone::Held {
  const date::time_zone* zone;
};

Zone::Zone(const std::string& name) : held_(new Held{date::locate_zone(name)}) {}
Zone::~Zone() = default;

Day Zone::day_of(Instant instant) const {
  auto local = held_->zone->to_local(
      date::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(instant.ms)));
  return {date::floor<date::days>(local).time_since_epoch().count()};
}

int Zone::minute_of_day(Instant instant) const {
  auto local = held_->zone->to_local(
      date::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(instant.ms)));
  auto since = local - date::floor<date::days>(local);
  return static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(since).count());
}

Instant Zone::start_of(Day day) const {
  auto local = date::local_days(date::days(day.number));
  auto at = held_->zone->to_sys(local, date::choose::earliest);
  return {std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count()};
}

std::string Zone::format(Instant instant) const {
  date::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds(instant.ms)};
  std::int64_t offset_s =
      held_->zone->get_info(date::floor<std::chrono::seconds>(at)).offset.count();
  std::string out = civil_text(instant.ms + offset_s * kSecondMs);
  std::int64_t minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;
  out += offset_s < 0 ? "-00:00" : "+00:00";
  write_digits(out.data() + 24, 2, minutes / 60);
  write_digits(out.data() + 27, 2, minutes % 60);
  return out;
}

Result<Instant> parse_instant(std::string_view text) {
  if (text.size() < 17) return bad_time(text);
  auto day = parse_day(text.substr(0, 10));
  int hour = 0, minute = 0, second = 0;
  if (!day || (text[10] != 'T' && text[10] != ' ') || !digits(text, 11, 2, hour) ||
      text[13] != ':' || !digits(text, 14, 2, minute))
    return bad_time(text);
  std::size_t at = 16;
  std::int64_t fraction_ms = 0;
  if (at < text.size() && text[at] == ':') {
    if (!digits(text, at + 1, 2, second)) return bad_time(text);
    at += 3;
    if (at < text.size() && text[at] == '.') {
      std::size_t from = ++at;
      std::int64_t unit = 100;
      while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
        fraction_ms += unit * (text[at] - '0');
        unit /= 10;
        ++at;
      }
      if (at == from) return bad_time(text);
    }
  }
  if (hour > 23 || minute > 59 || second > 59 || at >= text.size()) return bad_time(text);
  std::int64_t offset_ms = 0;
  if (text[at] == 'Z' && at + 1 == text.size()) {
  } else if (text[at] == '+' || text[at] == '-') {
    int oh = 0, om = 0;
    bool colon = text.size() == at + 6 && text[at + 3] == ':';
    if (!colon && text.size() != at + 5) return bad_time(text);
    if (!digits(text, at + 1, 2, oh) || !digits(text, at + (colon ? 4 : 3), 2, om) || oh > 14 ||
        om > 59)
      return bad_time(text);
    offset_ms = (oh * kHourMs + om * kMinuteMs) * (text[at] == '-' ? -1 : 1);
  } else {
    return bad_time(text);
  }
  return Instant{day->number * kDayMs + hour * kHourMs + minute * kMinuteMs + second * kSecondMs +
                 fraction_ms - offset_ms};
}

std::string format_utc(Instant instant) { return civil_text(instant.ms) + "Z"; }

std::shared_ptr<Clock> system_clock() { return std::make_shared<SystemClock>(); }

Result<std::shared_ptr<Clock>> make_clock(const std::string& text) {
  auto after = [&](std::string_view prefix) { return text.substr(prefix.size()); };
  if (text.empty() || text == "system") return system_clock();
  if (text.starts_with("fixed:")) {
    TRY_LET(at, parse_instant(after("fixed:")));
    return std::shared_ptr<Clock>(std::make_shared<FixedClock>(at));
  }
  if (text.starts_with("from:")) {
    std::string rest = after("from:");
    double pace = 1;
    if (auto star = rest.find('*'); star != std::string::npos) {
      char* end = nullptr;
      std::string number = rest.substr(star + 1);
      pace = std::strtod(number.c_str(), &end);
      if (number.empty() || *end != 0 || pace <= 0) return bad_time(text);
      rest.resize(star);
    }
    TRY_LET(at, parse_instant(rest));
    return std::shared_ptr<Clock>(std::make_shared<ScaledClock>(at, pace));
  }
  if (text.starts_with("file:")) {
    std::string path = after("file:");
    std::ifstream in(path);
    std::string line;
    std::getline(in, line);
    TRY_LET(at, parse_instant(line));
    return std::shared_ptr<Clock>(std::make_shared<FileClock>(path, at));
  }
  return Refusal{
      .why = Why::malformed,
      .key = "clock.malformed",
      .detail = "the clock is one of system, fixed:INSTANT, from:INSTANT*PACE, file:PATH"};
}

}  // namespace anxiao
