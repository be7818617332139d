#include <algorithm>
#include <cmath>
#include <functional>

#include "domain/standing/checks/checks.h"

namespace anxiao::standing {

namespace {

constexpr int kDaysOfYear = 365;

// Twelve months from each row's own day: the row that makes it enough says until when.
Verdict look_back(const CheckPlan& check, const Hour& hour, std::vector<int> days, double wanted) {
  std::ranges::sort(days, std::greater<>());
  const auto past =
      std::ranges::find_if(days, [&](int day) { return day <= hour.today.number - kDaysOfYear; });
  const auto found = static_cast<std::size_t>(past - days.begin());
  Verdict verdict{.state = State::kept,
                  .value = static_cast<float>(found),
                  .wanted = static_cast<float>(wanted),
                  .changes_at = kNever};
  // Each runs out a year after its own day.
  if (found > 0) look_again(verdict, hour, Day{days[found - 1]}.plus(kDaysOfYear));
  if (static_cast<double>(found) < wanted) {
    verdict.state = days.empty() ? State::missing : State::late;
    return verdict;
  }
  if (wanted < 1) return verdict;
  const Day ends = Day{days[static_cast<std::size_t>(wanted) - 1]}.plus(kDaysOfYear);
  const Day soon = ends.plus(-static_cast<int>(check.check->lead_days));
  const bool near = hour.today >= soon;
  if (near) verdict.state = State::due_soon;
  look_again(verdict, hour, near ? ends : soon);
  return verdict;
}

}  // namespace

Verdict look_within_period(const CheckPlan& check, const Subject& subject, const Hour& hour) {
  const double wanted = wanted_of(check.check->wanted, subject);
  std::vector<int> days;
  Ahead ahead(hour.today);
  each_counted(check, subject, [&](const double* row) {
    if (ahead.has_come(row[check.on])) days.push_back(static_cast<int>(row[check.on]));
  });
  if (check.check->period == "year_before") {
    auto verdict = look_back(check, hour, std::move(days), wanted);
    ahead.add_to(verdict, hour);
    return verdict;
  }
  const auto period = period_of(*check.check, hour);
  if (!period.known) return {};
  const auto count = [&](const Span& span) {
    return static_cast<double>(
        std::ranges::count_if(days, [&](int day) { return lies_in(span, day); }));
  };
  const double found = count(period.now);
  Verdict verdict{.state = State::kept,
                  .value = static_cast<float>(found),
                  .wanted = static_cast<float>(wanted),
                  .changes_at = kNever};
  look_again(verdict, hour, period.now.until);
  ahead.add_to(verdict, hour);
  if (found >= wanted) return verdict;
  return waiting(check, subject, hour, period, count(period.before) >= wanted, !days.empty(),
                 verdict);
}

}  // namespace anxiao::standing
