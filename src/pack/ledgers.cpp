// ledgers/*.yml: what a school keeps rows of.

#include "pack/pack_files.h"

namespace anxiao::pack {

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
  pack.ledgers.push_back(std::move(ledger));
}

}  // namespace anxiao::pack
