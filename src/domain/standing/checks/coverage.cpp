#include <bit>
#include <cmath>

#include "domain/standing/checks/checks.h"

namespace anxiao::standing {

// Without a period every row counts, whenever it was.
Verdict look_coverage(const CheckPlan& check, const Subject& subject, const Hour& hour) {
  const bool timed = check.on != kNone;
  const auto period = timed ? period_of(*check.check, hour) : RunningPeriod{};
  if (!period.known) return {};
  std::uint64_t now = 0, before = 0;
  bool any = false;
  Ahead ahead(hour.today);
  each_counted(check, subject, [&](const double* row) {
    if (std::isnan(row[check.topics])) return;
    const auto bits = bits_in(row[check.topics], check.topics_many);
    any = true;
    if (timed && !ahead.has_come(row[check.on])) return;
    if (!timed || lies_in(period.now, row[check.on]))
      now |= bits;
    else if (lies_in(period.before, row[check.on]))
      before |= bits;
  });
  const bool covered = (now & check.all_of) == check.all_of;
  Verdict verdict{.state = covered ? State::kept
                           : any   ? State::late
                                   : State::missing,
                  .value = static_cast<float>(std::popcount(now & check.all_of)),
                  .wanted = static_cast<float>(std::popcount(check.all_of)),
                  .changes_at = kNever};
  if (!timed) return verdict;
  ahead.add_to(verdict, hour);
  // Looking back over twelve months, each row runs out by itself.
  const bool back = check.check->period == "year_before";
  look_again(verdict, hour, back ? hour.today.plus(1) : period.now.until);
  if (covered || back) return verdict;
  return waiting(check, subject, hour, period, (before & check.all_of) == check.all_of, any,
                 verdict);
}

}  // namespace anxiao::standing
