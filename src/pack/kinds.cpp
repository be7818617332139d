// kinds.yml: kinds of organisation, which may stand under which, how a name shows its kind, and
// by which heads an import finds its columns.

#include "pack/pack_files.h"

namespace anxiao::pack {

namespace {

Kind read_kind(Entry& entry, std::set<std::string>& seen) {
  Kind kind;
  kind.id = entry.unique_id(seen);
  kind.name = entry.words("name");
  kind.is_school = entry.flag_or("is_school", false);
  kind.findable = entry.flag_or("findable", false);
  kind.under = entry.names_if("under");
  kind.marks = entry.names_if("marks");
  kind.categories = entry.names_if("categories");
  return kind;
}

}  // namespace

std::vector<std::string> kinds_named(Entry& entry, const std::string& name, const Pack& pack) {
  std::vector<std::string> named = entry.names_if(name);
  for (std::size_t place = 0; place < named.size() && !pack.kinds.empty(); ++place) {
    if (pack.kind(named[place])) continue;
    entry.complain(name + "[" + std::to_string(place) + "]",
                   "there is no kind `" + named[place] + "`", "name a kind of kinds.yml");
  }
  return named;
}

void read_kinds(Entry& file, Pack& pack) {
  std::set<std::string> seen;
  // A kind may stand under one that is written further down, so names are compared at the end.
  file.each("kinds", [&](Entry& entry) { pack.kinds.push_back(read_kind(entry, seen)); });
  file.each_key_if("columns", [&](const std::string& column, Entry& whole) {
    static const std::set<std::string> kColumns = {
        "name",  "district", "division", "code",  "kind",   "organisation", "row",     "since",
        "until", "yes",      "no",       "field", "wanted", "how",          "choices", "notes"};
    auto heads = whole.names(column);
    if (kColumns.count(column))
      pack.columns[column] = std::move(heads);
    else
      whole.complain(column, "an import reads no such column",
                     "write one of name, district, division, code, kind, organisation, row, since,"
                     " until, yes, no, field, wanted, how, choices, notes");
  });
  for (const Kind& kind : pack.kinds) {
    for (std::size_t place = 0; place < kind.under.size(); ++place) {
      if (pack.kind(kind.under[place])) continue;
      file.source().complain("kinds." + kind.id + ".under[" + std::to_string(place) + "]",
                             "there is no kind `" + kind.under[place] + "`",
                             "name a kind of this file");
    }
  }
}

}  // namespace anxiao::pack
