#include <algorithm>
#include <cmath>

#include "domain/standing/checks/checks.h"

namespace anxiao::standing {

namespace {
constexpr int kDaysOfYear = 365;
}

RunningPeriod period_of(const pack::Check& check, const Hour& hour) {
  const auto& periods = hour.periods;
  const Day today = hour.today;
  if (check.period == "term") return {periods.term, periods.term_before, periods.in_known_years};
  if (check.period == "school_year")
    return {periods.school_year, periods.school_year_before, periods.in_known_years};
  if (check.period == "quarter")
    return {Periods::quarter(today, 0), Periods::quarter(today, 1), true};
  if (check.period == "half_year")
    return {Periods::half_year(today, 0), Periods::half_year(today, 1), true};
  if (check.period == "year_before")
    return {{today.plus(1 - kDaysOfYear), today.plus(1)},
            {today.plus(1 - 2 * kDaysOfYear), today.plus(1 - kDaysOfYear)},
            true};
  return {Periods::year(today, 0), Periods::year(today, 1), true};
}

bool lies_in(const Span& span, double day) {
  return !std::isnan(day) && day >= span.from.number && day < span.until.number;
}

std::int64_t start_of(const Hour& hour, Day day) { return hour.zone->start_of(day).ms; }

void look_again(Verdict& verdict, const Hour& hour, Day day) {
  if (day <= hour.today) return;
  verdict.changes_at = std::min(verdict.changes_at, start_of(hour, day));
}

bool Ahead::has_come(double day) {
  if (std::isnan(day)) return false;
  const auto number = static_cast<std::int32_t>(day);
  if (number <= today_.number) return true;
  next_ = std::min(next_, number);
  return false;
}

void Ahead::add_to(Verdict& verdict, const Hour& hour) const {
  if (next_ != std::numeric_limits<std::int32_t>::max()) look_again(verdict, hour, Day{next_});
}

Verdict waiting(const CheckPlan& check, const Subject& subject, const Hour& hour,
                const RunningPeriod& period, bool enough_before, bool any, Verdict verdict) {
  look_again(verdict, hour, period.now.until);
  const bool is_new = subject.since.ms >= start_of(hour, period.now.from);
  if (!enough_before && !is_new) {
    verdict.state = any ? State::late : State::missing;
    return verdict;
  }
  const Day soon = period.now.until.plus(-static_cast<int>(check.check->lead_days));
  const bool near = hour.today >= soon || is_new;
  verdict.state = near ? State::due_soon : State::kept;
  if (!near) look_again(verdict, hour, soon);
  return verdict;
}

}  // namespace anxiao::standing
