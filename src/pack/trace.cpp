#include "pack/trace.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace anxiao::pack {

namespace {

std::string line_of(const Requirement& requirement, int cases) {
  std::string line = fmt::format(
      "{:<7} {:<6} {}", requirement.id, requirement.status,
      requirement.held_by.empty() ? "-" : fmt::format("{}", fmt::join(requirement.held_by, " ")));
  if (!requirement.norms.empty())
    line += fmt::format("  norms {}", fmt::join(requirement.norms, " "));
  line += fmt::format("  cases {}", cases);
  if (!requirement.reason.en.empty()) line += "  " + requirement.reason.en;
  return line;
}

}  // namespace

std::vector<std::string> trace(const Pack& pack, const std::map<std::string, int>& cases) {
  std::vector<std::string> lines;
  int held = 0;
  int proved = 0;
  for (const Clause& clause : pack.clauses) {
    for (const Requirement& requirement : clause.requirements) {
      const auto found = cases.find(requirement.id);
      const int count = found == cases.end() ? 0 : found->second;
      held += requirement.status == "held" ? 1 : 0;
      proved += count > 0 ? 1 : 0;
      lines.push_back(line_of(requirement, count));
    }
  }
  lines.push_back(fmt::format("{} {}: {} requirements, {} held, {} later, {} with cases", pack.id,
                              pack.version, lines.size(), held,
                              static_cast<int>(lines.size()) - held, proved));
  return lines;
}

}  // namespace anxiao::pack
