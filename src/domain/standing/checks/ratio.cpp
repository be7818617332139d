#include <cmath>

#include "domain/standing/checks/checks.h"

namespace anxiao::standing {

Verdict look_ratio(const CheckPlan& check, const Subject& subject, const Hour& hour) {
  const bool timed = check.on != kNone;
  const auto period = timed ? period_of(*check.check, hour) : RunningPeriod{};
  if (!period.known) return {};
  double part = 0, whole = 0, part_before = 0, whole_before = 0;
  bool any = false;
  Ahead ahead(hour.today);
  each_counted(check, subject, [&](const double* row) {
    any = true;
    if (timed && !ahead.has_come(row[check.on])) return;
    const bool now = !timed || lies_in(period.now, row[check.on]);
    if (!now && !lies_in(period.before, row[check.on])) return;
    const double value = check.field == kNone ? 1 : row[check.field];
    if (!std::isnan(value)) (now ? part : part_before) += value;
    if (check.of_field != kNone && !std::isnan(row[check.of_field]))
      (now ? whole : whole_before) += row[check.of_field];
  });
  if (check.of_field == kNone) {
    const auto* said = subject.facets.if_contains(check.check->of_facet);
    whole = said && said->is_number() ? said->to_number<double>() : 0;
    whole_before = whole;
  }
  const double percent = whole > 0 ? part * 100 / whole : 0;
  const double wanted = check.check->wanted.number;
  Verdict verdict{.state = percent >= wanted ? State::kept
                           : any             ? State::late
                                             : State::missing,
                  .value = static_cast<float>(percent),
                  .wanted = static_cast<float>(wanted),
                  .changes_at = kNever};
  if (!timed) return verdict;
  ahead.add_to(verdict, hour);
  const bool back = check.check->period == "year_before";
  look_again(verdict, hour, back ? hour.today.plus(1) : period.now.until);
  if (verdict.state == State::kept || back) return verdict;
  const bool enough_before = whole_before > 0 && part_before * 100 / whole_before >= wanted;
  return waiting(check, subject, hour, period, enough_before, any, verdict);
}

}  // namespace anxiao::standing
