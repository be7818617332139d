#include <algorithm>

#include "domain/standing/checks/checks.h"

namespace anxiao::standing {

// A matter is late once its due time has passed, as lists of matters count it.
Verdict look_deadline(const CheckPlan& check, const Subject& subject, const Hour& hour) {
  const auto& due = subject.loops[check.loop].due;
  const auto ahead = std::ranges::lower_bound(due, hour.now.ms, {}, &Due::at);
  const auto late = ahead - due.begin();
  Verdict verdict{
      .state = State::kept, .value = static_cast<float>(late), .wanted = 0, .changes_at = kNever};
  if (late > 0) {
    verdict.state = State::late;
    if (ahead != due.end() && ahead->at != kNever) verdict.changes_at = ahead->at + 1;  // one more
    return verdict;
  }
  if (ahead == due.end() || ahead->at == kNever) return verdict;
  const auto soon = ahead->at - static_cast<std::int64_t>(check.check->lead_days * kDayMs);
  const bool near = hour.now.ms >= soon;
  if (near) verdict.state = State::due_soon;
  verdict.changes_at = near ? ahead->at + 1 : soon;
  return verdict;
}

}  // namespace anxiao::standing
