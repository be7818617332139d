// ledgers/*.yml: what a school keeps rows of.

#include <algorithm>

#include "pack/pack_files.h"

namespace anxiao::pack {

namespace {

const std::string kRows = "rows";

// After how long, and since when, an ended row is forgotten.
void read_keeping(Entry& file, Ledger& ledger, const Pack& pack) {
  ledger.keep = file.text_or("keep", "");
  ledger.keep_from = file.names_if("keep_from");
  const auto term = pack.terms.find(ledger.keep);
  if (!ledger.keep.empty() && (term == pack.terms.end() || term->second.unit != "days")) {
    file.complain("keep", "there is no term `" + ledger.keep + "` in days",
                  "name a term of terms.yml whose unit is days");
  }
  if (ledger.keep.empty() && !ledger.keep_from.empty()) {
    file.complain("keep_from", "has no meaning without `keep`", "add `keep:`, or leave it out");
  }
  for (std::size_t place = 0; place < ledger.keep_from.size(); ++place) {
    const auto is_it = [&](const Field& field) {
      return field.id == ledger.keep_from[place] && field.type == "moment";
    };
    if (std::any_of(ledger.fields.begin(), ledger.fields.end(), is_it)) continue;
    file.complain("keep_from[" + std::to_string(place) + "]",
                  "there is no field `" + ledger.keep_from[place] + "` of type moment",
                  "name such a field of this ledger");
  }
}

// The journal of a ledger of personal fields holds less, and its rows do not stay for ever.
void check_privacy(Entry& file, const Ledger& ledger) {
  for (const Field& field : ledger.fields) {
    if (field.id == ledger.title && field.type == "identity") {
      file.complain("title", "`" + field.id + "` is kept as a hash", "name another field");
    }
    if (field.personal && (ledger.keep.empty() || ledger.noun == kRows)) {
      file.source().complain("fields." + field.id + ".personal",
                             "what is personal is for few to read and is not kept for ever",
                             "give the ledger `keep:` and a `noun:` of its own");
    }
  }
}

std::vector<RowCondition> read_conditions(Entry& entry, const std::string& key,
                                          const Ledger& ledger, const Pack& pack) {
  std::vector<RowCondition> conditions;
  entry.each_if(
      key, [&](Entry& each) { conditions.push_back(read_row_condition(each, &ledger, pack)); });
  return conditions;
}

RowGuard read_guard(Entry& entry, const Ledger& ledger, const Pack& pack) {
  RowGuard guard;
  guard.when = read_conditions(entry, "when", ledger, pack);
  guard.must = read_conditions(entry, "must", ledger, pack);
  if (guard.must.empty()) {
    entry.complain("must", "asks for nothing", "say what such a row must say");
  }
  guard.why = entry.words("why");
  guard.clause = entry.text("clause");
  if (!guard.clause.empty() && !is_requirement(guard.clause)) {
    entry.complain("clause", "`" + guard.clause + "` is no requirement", "write its id, as C13.3");
  }
  return guard;
}

}  // namespace

void read_ledger(Entry& file, Pack& pack) {
  Ledger ledger;
  ledger.id = file.id();
  if (pack.ledger(ledger.id)) {
    file.complain("id", "another file has the ledger `" + ledger.id + "`",
                  "give each ledger its own id");
  }
  ledger.name = file.words("name");
  ledger.kinds = kinds_named(file, "kinds", pack);
  std::set<std::string> seen;
  file.each("fields",
            [&](Entry& entry) { ledger.fields.push_back(read_field(entry, seen, pack)); });
  ledger.title = file.text("title");
  if (!ledger.title.empty() && !seen.count(ledger.title)) {
    file.complain("title", "there is no field `" + ledger.title + "`",
                  "name the field by which people know a row");
  }
  ledger.noun = file.one_of("noun", nouns_of_rows(), kRows);
  read_keeping(file, ledger, pack);
  check_privacy(file, ledger);
  file.each_if("guards",
               [&](Entry& guard) { ledger.guards.push_back(read_guard(guard, ledger, pack)); });
  pack.ledgers.push_back(std::move(ledger));
}

}  // namespace anxiao::pack
