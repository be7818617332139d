#include "pack/pack.h"

namespace anxiao::pack {

namespace {

template <class T>
const T* by_id(const std::vector<T>& all, const std::string& id) {
  for (const T& one : all) {
    if (one.id == id) return &one;
  }
  return nullptr;
}

}  // namespace

const Stage* Chart::stage(const std::string& wanted) const { return by_id(stages, wanted); }
const Move* Chart::move(const std::string& wanted) const { return by_id(moves, wanted); }
const Field* Chart::field(const std::string& wanted) const { return by_id(fields, wanted); }
const Level* Chart::level(const std::string& wanted) const { return by_id(levels, wanted); }

const Kind* Pack::kind(const std::string& wanted) const { return by_id(kinds, wanted); }
const Post* Pack::post(const std::string& wanted) const { return by_id(posts, wanted); }
const Ledger* Pack::ledger(const std::string& wanted) const { return by_id(ledgers, wanted); }
const Checklist* Pack::checklist(const std::string& wanted) const {
  return by_id(checklists, wanted);
}
const Chart* Pack::chart(const std::string& wanted) const { return by_id(charts, wanted); }
const Facet* Pack::facet(const std::string& wanted) const { return by_id(facets, wanted); }
const Duty* Pack::duty(const std::string& wanted) const { return by_id(duties, wanted); }

std::string Complaint::text() const {
  std::string place = file;
  if (line > 0) place += ":" + std::to_string(line);
  if (!key.empty()) place += ": " + key;
  return place + ": " + what + "; " + remedy;
}

const char* word_of(Cycle cycle) {
  constexpr const char* kWords[] = {"school_day", "day",         "night",     "week",
                                    "month",      "quarter",     "half_year", "year",
                                    "term",       "school_year", "dates",     "event"};
  return kWords[static_cast<std::size_t>(cycle)];
}

}  // namespace anxiao::pack
