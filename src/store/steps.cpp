#include "store/steps.h"

#include "base/hash.h"
#include "usecases/ports.h"

namespace anxiao::store {

namespace {

usecases::DatabaseFault refused(const std::string& what) {
  return {usecases::DatabaseFault::Kind::other, what};
}

}  // namespace

std::string title_of(const Step& step) {
  return std::to_string(step.number) + " (" + std::string(step.name) + ")";
}

std::size_t applied_of(std::span<const Step> steps,
                       const std::map<std::int64_t, std::string>& hashes) {
  std::size_t known = 0;
  for (const Step& step : steps) {
    const auto found = hashes.find(step.number);
    if (found == hashes.end()) break;
    if (found->second != sha256_hex(step.sql))
      throw refused("the database was made with another text of step " + title_of(step) +
                    ": open it with the program that made it, or restore a backup of this one");
    ++known;
  }
  if (known != hashes.size())
    throw refused("the database is newer than this program (it has " +
                  std::to_string(hashes.size()) + " steps, the program knows " +
                  std::to_string(steps.size()) + "): install the newer program");
  return known;
}

}  // namespace anxiao::store
