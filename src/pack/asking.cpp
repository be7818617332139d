#include "pack/asking.h"

#include <algorithm>

namespace anxiao::pack {

namespace {

// A list that names nobody is for everybody.
bool is_for(const std::vector<std::string>& kinds, const std::string& kind) {
  return kinds.empty() || std::ranges::find(kinds, kind) != kinds.end();
}

}  // namespace

bool can_be_asked(const Pack& pack, const Check& check, const std::string& kind) {
  if (const auto* ledger = pack.ledger(check.ledger)) return is_for(ledger->kinds, kind);
  if (const auto* post = pack.post(check.post)) return is_for(post->at, kind);
  if (const auto* chart = pack.chart(check.loop)) return is_for(chart->kinds, kind);
  const auto* duty = pack.duty(check.duty);
  return !duty || std::ranges::any_of(
                      duty->at, [&](const Selector& each) { return is_for(each.kinds, kind); });
}

}  // namespace anxiao::pack
