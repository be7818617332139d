#include <algorithm>
#include <cmath>
#include <functional>

#include "domain/standing/checks/checks.h"

namespace anxiao::standing {

// The day of expiry is the last on which a row holds.
Verdict look_valid_until(const CheckPlan& check, const Subject& subject, const Hour& hour) {
  std::vector<int> expiries;
  std::size_t all = 0;
  each_counted(check, subject, [&](const double* row) {
    ++all;
    if (!std::isnan(row[check.field])) expiries.push_back(static_cast<int>(row[check.field]));
  });
  std::ranges::sort(expiries, std::greater<>());
  const auto valid = static_cast<std::size_t>(
      std::ranges::find_if(expiries, [&](int day) { return day < hour.today.number; }) -
      expiries.begin());
  const double asked = wanted_of(check.check->wanted, subject);
  const auto wanted = static_cast<std::size_t>(
      std::max(check.check->every ? static_cast<double>(all) : 0.0, asked));
  Verdict verdict{.state = State::kept,
                  .value = static_cast<float>(valid),
                  .wanted = static_cast<float>(wanted),
                  .changes_at = kNever};
  if (wanted == 0) {
    verdict.state = State::not_applicable;
    return verdict;
  }
  // Each that expires is one less.
  if (valid > 0) look_again(verdict, hour, Day{expiries[valid - 1]}.plus(1));
  if (valid < wanted) {
    // A row without a day never held: it is as if it were not there.
    verdict.state = expiries.size() > valid ? State::late : State::missing;
    return verdict;
  }
  const Day last{expiries[wanted - 1]};
  const Day soon = last.plus(-static_cast<int>(check.check->lead_days));
  const bool near = hour.today >= soon;
  if (near) verdict.state = State::due_soon;
  look_again(verdict, hour, near ? last.plus(1) : soon);
  return verdict;
}

}  // namespace anxiao::standing
