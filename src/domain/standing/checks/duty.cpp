#include <algorithm>

#include "domain/organisations/selection.h"
#include "domain/standing/checks/checks.h"

namespace anxiao::standing {

Verdict look_duty(const Plan& plan, const CheckPlan& check, const Subject& subject) {
  const auto* duty = plan.pack().duty(plan.duty_id(check.duty));
  const bool for_it = duty && std::ranges::any_of(duty->at, [&](const pack::Selector& selector) {
                        return organisations::is_chosen(selector, subject.kind, subject.facets);
                      });
  if (!for_it) return {};
  const auto& facts = subject.duties[check.duty];
  // What never came due cannot have been missed; it is only not done yet.
  const State state = facts.missed_at > facts.done_at ? State::late
                      : facts.done_at > 0             ? State::kept
                                                      : State::due_soon;
  return {.state = state,
          .value = facts.done_at > 0 && state == State::kept ? 1.0F : 0.0F,
          .wanted = 1,
          .changes_at = kNever};
}

}  // namespace anxiao::standing
