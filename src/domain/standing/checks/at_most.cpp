#include "domain/standing/checks/checks.h"

namespace anxiao::standing {

Verdict look_at_most(const CheckPlan& check, const Subject& subject) {
  std::size_t found = 0;
  each_counted(check, subject, [&](const double*) { ++found; });
  const double most = wanted_of(check.check->wanted, subject);
  return {.state = static_cast<double>(found) <= most ? State::kept : State::late,
          .value = static_cast<float>(found),
          .wanted = static_cast<float>(most),
          .changes_at = kNever};
}

}  // namespace anxiao::standing
