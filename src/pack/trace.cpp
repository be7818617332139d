// What of the notice a pack holds, line by line.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "pack/pack.h"

namespace anxiao::pack {

namespace {

std::string line_of(const Requirement& requirement, int cases) {
  std::string line = fmt::format(
      "{:<7} {:<9} {}", requirement.id, requirement.status,
      requirement.held_by.empty() ? "-" : fmt::format("{}", fmt::join(requirement.held_by, " ")));
  if (!requirement.norms.empty())
    line += fmt::format("  norms {}", fmt::join(requirement.norms, " "));
  line += fmt::format("  cases {}", cases);
  if (!requirement.reason.en.empty()) line += "  " + requirement.reason.en;
  return line;
}

}  // namespace

std::string trace(const Pack& pack, const std::map<std::string, int>& cases) {
  std::string text;
  int requirements = 0;
  int automated = 0, attested = 0, proved = 0;
  for (const Clause& clause : pack.clauses) {
    for (const Requirement& requirement : clause.requirements) {
      const auto found = cases.find(requirement.id);
      const int count = found == cases.end() ? 0 : found->second;
      requirements += 1;
      automated += requirement.status == "automated" ? 1 : 0;
      attested += requirement.status == "attested" ? 1 : 0;
      proved += count > 0 ? 1 : 0;
      text += line_of(requirement, count) + "\n";
    }
  }
  return text + fmt::format(
                    "{} {}: {} requirements, {} automated, {} attested, {} later, {} with cases\n",
                    pack.id, pack.version, requirements, automated, attested,
                    requirements - automated - attested, proved);
}

}  // namespace anxiao::pack
