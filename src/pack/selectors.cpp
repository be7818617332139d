// Whom something is for: kinds of organisation, and conditions on their facets.

#include "pack/pack_files.h"

namespace anxiao::pack {

namespace {

void read_compare(Entry& entry, const std::string& compare, const Facet& facet, Condition& found) {
  const bool number = compare == "at_least" || compare == "below";
  const bool fits = number             ? facet.type == "number"
                    : compare == "has" ? facet.type == "choices"
                                       : facet.type == "flag" || facet.type == "choice";
  found.compare = compare;
  if (number)
    found.number = entry.number(compare);
  else
    found.value = entry.text(compare);
  if (!fits) {
    entry.complain(compare, "cannot be asked of a facet of the type " + facet.type,
                   "ask `is` of a flag or a choice, `has` of choices, `at_least` or `below` of "
                   "numbers");
  } else if (!number) {
    const std::string wrong = complaint_of_value(facet, found.value);
    if (!wrong.empty()) entry.complain(compare, wrong, "write one that facets.yml allows");
  }
}

}  // namespace

Condition read_facet_condition(Entry& entry, const Pack& pack) {
  Condition condition;
  condition.facet = entry.text("facet");
  const Facet* facet = pack.facet(condition.facet);
  if (!facet && !condition.facet.empty()) {
    entry.complain("facet", "there is no facet `" + condition.facet + "`",
                   "name a facet of facets.yml");
  }
  if (facet) condition.assumed = facet->assumed;
  int asked = 0;
  for (const char* compare : {"is", "has", "at_least", "below"}) {
    if (!entry.has(compare)) continue;
    asked += 1;
    if (facet)
      read_compare(entry, compare, *facet, condition);
    else
      entry.node(compare);
  }
  if (asked != 1) {
    entry.complain("facet", "is not held against exactly one thing",
                   "write one of is, has, at_least, below");
  }
  return condition;
}

Selector read_selector(Entry& entry, const Pack& pack) {
  Selector selector;
  selector.kinds = kinds_named(entry, "kinds", pack);
  if (selector.kinds.empty()) {
    entry.complain("kinds", "names nothing", "name the kinds of organisation");
  }
  entry.each_if("where",
                [&](Entry& where) { selector.where.push_back(read_facet_condition(where, pack)); });
  return selector;
}

}  // namespace anxiao::pack
