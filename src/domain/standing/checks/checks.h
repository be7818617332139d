// The kinds of check, one file each. Every one is a pure function of the organisation and the hour.

#pragma once

#include <vector>

#include "domain/standing/verdict.h"

namespace anxiao::standing {

Verdict look_at_least(const CheckPlan& check, const Subject& subject);
Verdict look_at_most(const CheckPlan& check, const Subject& subject);
Verdict look_valid_until(const CheckPlan& check, const Subject& subject, const Hour& hour);
Verdict look_within_period(const CheckPlan& check, const Subject& subject, const Hour& hour);
Verdict look_coverage(const CheckPlan& check, const Subject& subject, const Hour& hour);
Verdict look_ratio(const CheckPlan& check, const Subject& subject, const Hour& hour);
Verdict look_duty(const Plan& plan, const CheckPlan& check, const Subject& subject);
Verdict look_deadline(const CheckPlan& check, const Subject& subject, const Hour& hour);

// --- what several of them need ---

// Calls `each(slots)` for every row that counts.
template <class Each>
void each_counted(const CheckPlan& check, const Subject& subject, Each each) {
  const Rows& rows = subject.rows[check.ledger];
  if (rows.ids.empty()) return;
  const std::size_t width = rows.slots.size() / rows.ids.size();
  for (std::size_t row = 0; row < rows.ids.size(); ++row) {
    const double* slots = rows.slots.data() + row * width;
    if (counts(check, slots)) each(slots);
  }
}

// The period that runs, and the one before.
struct RunningPeriod {
  Span now, before;
  bool known = true;  // a calendar says so; false in years that are not known
};
RunningPeriod period_of(const pack::Check& check, const Hour& hour);
bool lies_in(const Span& span, double day);

// What is not enough yet while its period runs: kept while there is time, due soon near the end;
// late or missing where the period before had not enough either.
Verdict waiting(const CheckPlan& check, const Subject& subject, const Hour& hour,
                const RunningPeriod& period, bool enough_before, bool any, Verdict verdict);

std::int64_t start_of(const Hour& hour, Day day);

// The figure changes on that day at the latest, whatever the state does. A day that has come says
// nothing: no period runs.
void look_again(Verdict& verdict, const Hour& hour, Day day);

// The first day after today among those seen; rows that lie ahead have not happened yet.
class Ahead {
 public:
  explicit Ahead(Day today) : today_(today) {}
  // Whether the row has happened.
  bool has_come(double day);
  void add_to(Verdict& verdict, const Hour& hour) const;

 private:
  Day today_;
  std::int32_t next_ = std::numeric_limits<std::int32_t>::max();
};

}  // namespace anxiao::standing
