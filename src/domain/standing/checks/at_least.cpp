#include "domain/standing/checks/checks.h"

namespace anxiao::standing {

Verdict look_at_least(const CheckPlan& check, const Subject& subject) {
  std::size_t found = 0;
  if (check.post != kNone)
    found = subject.posts[check.post];
  else
    each_counted(check, subject, [&](const double*) { ++found; });
  const double wanted = wanted_of(check.check->wanted, subject);
  return {.state = static_cast<double>(found) >= wanted ? State::kept : State::missing,
          .value = static_cast<float>(found),
          .wanted = static_cast<float>(wanted),
          .changes_at = kNever};
}

}  // namespace anxiao::standing
