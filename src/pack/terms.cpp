// terms.yml: every number and time limit, dated, with the norm it comes from.

#include "pack/pack_files.h"

namespace anxiao::pack {

namespace {

const std::vector<std::string> kUnits = {"hours",   "days",   "workdays", "minutes",
                                         "seconds", "metres", "percent",  "score",
                                         "count",   "grams",  "degrees"};
const std::vector<std::string> kBases = {"law", "reported", "default"};

// Words of identifiers with dots between: `hazard.assess.red`.
bool is_term_id(const std::string& text) {
  std::size_t begin = 0;
  while (true) {
    const auto dot = text.find('.', begin);
    if (!is_id(text.substr(begin, dot - begin))) return false;
    if (dot == std::string::npos) return begin > 0;
    begin = dot + 1;
  }
}

Term read_term(Entry& entry) {
  Term term;
  term.id = entry.text("id");
  if (!term.id.empty() && !is_term_id(term.id)) {
    entry.complain("id", "`" + term.id + "` is no id of a term",
                   "write small words with dots between, as hazard.assess.red");
  }
  term.value = entry.number("value");
  if (term.value < 0) entry.complain("value", "is below nothing", "write 0 or more");
  term.unit = entry.one_of("unit", kUnits);
  term.norm = entry.text_or("norm", "");
  complain_of_norm(entry, "norm", term.norm);
  term.basis = entry.one_of("basis", kBases);
  if (term.norm.empty() && term.basis != "default") {
    entry.complain("norm", "is missing for a number that is not ours",
                   "name the norm, or make the basis `default`");
  }
  term.words = entry.words("words");
  term.since = entry.day("since");
  term.until = entry.day_if("until");
  if (term.until && *term.until < term.since) {
    entry.complain("until", "lies before `since`", "let a term end after it began");
  }
  return term;
}

bool is_number_text(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

void complain_of_norm(Entry& entry, const std::string& name, const std::string& norm) {
  const auto dash = norm.find('-');
  if (norm.empty() || (dash != std::string::npos && is_number_text(norm.substr(0, dash)) &&
                       is_number_text(norm.substr(dash + 1)))) {
    return;
  }
  entry.complain(name, "`" + norm + "` is no norm", "write the norm's id, as 7-20");
}

void read_terms(Entry& file, Pack& pack) {
  file.each("terms", [&](Entry& entry) {
    Term term = read_term(entry);
    const std::string id = term.id;
    if (!id.empty() && !pack.terms.emplace(id, std::move(term)).second) {
      entry.complain("id", "`" + id + "` stands here twice", "give each its own id");
    }
  });
}

}  // namespace anxiao::pack
