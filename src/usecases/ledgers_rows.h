// What the use cases of ledgers share: a row as it lies in the store, found, put in and told of in
// the journal. Who may is asked by those who call.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "usecases/ledgers.h"
#include "usecases/office.h"
#include "usecases/organisations.h"

namespace anxiao::usecases {

// Columns in the order that `stored_row` reads.
inline constexpr std::string_view kSelectRows =
    "SELECT r.id, r.ledger, r.organisation, o.name, r.title, r.fields, r.since, r.until, r.version,"
    " r.district, r.path FROM ledger_rows r"
    " JOIN organisations o ON o.district = r.district AND o.id = r.organisation";

struct StoredRow {
  LedgerRow row;
  std::string district;
  std::string path;
};

StoredRow stored_row(const Row& row, const Zone& zone);
std::optional<StoredRow> find_row(Reader& reader, const Office& office, const pack::Ledger& ledger,
                                  const std::string& id);

// Refuses `not_found` for a ledger the pack does not have.
Result<const pack::Ledger*> ledger_named(const Office& office, const std::string& id);

// Refuses `import.personal_ledger` where fields are personal: such rows are entered one by one, and
// do not lie about in files that people send each other.
Result<void> check_no_personal(const pack::Ledger& ledger);

// The names of the people and organisations that the fields name; `known` spares asking twice.
void add_names(Reader& reader, const pack::Ledger& ledger, LedgerRow& row,
               std::map<std::string, std::string>& known);
// The table in which an id that a field of this type holds is found; empty for other types.
std::string_view table_of(const pack::Field& field);
std::string name_of(Reader& reader, std::string_view table, const std::string& id);

// As it leaves the server: without what is kept of papers.
LedgerRow as_shown(const pack::Ledger& ledger, LedgerRow row);
// As a journal line says it: everything, or all but what is personal.
boost::json::object told_of(const pack::Ledger& ledger, const boost::json::object& fields);
std::string title_of(const pack::Ledger& ledger, const boost::json::object& fields);
Entry entry_of(const Office& office, const pack::Ledger& ledger, const StoredRow& found,
               std::string kind, boost::json::object data);

// Refuses `ledger.not_kept_here`.
Result<void> check_kept_by(const pack::Ledger& ledger, const std::string& kind);

// Refuses `fields.nobody` where a field names somebody who is not there, and a photograph that has
// not come.
Result<void> check_named(Reader& reader, const Office& office, const pack::Ledger& ledger,
                         const std::string& district, const boost::json::object& fields);
void use_photos(Transaction& transaction, const pack::Ledger& ledger, const std::string& district,
                const std::string& id, const boost::json::object& fields);

// A row whose fields have been checked and sealed, put in with its journal line; `more` stands in
// that line as well.
StoredRow keep_row(Transaction& transaction, const Office& office, const pack::Ledger& ledger,
                   const OrganisationPlace& place, const std::string& id,
                   const boost::json::object& fields, boost::json::object more);

}  // namespace anxiao::usecases
