// Ledgers: typed rows that hold from a day on until they are ended. Which ledgers there are, what
// their fields hold and which organisations keep them is in the pack; nothing here knows one by
// name. What a row was before a change stands in the journal.
//
// What is personal of people who are no staff stands in the row only: the journal names the fields
// that were given or changed. Of papers the row holds a keyed hash and four characters, {hash,
// last4}; what leaves the server is {last4}, and the same sent back keeps them.

#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "usecases/kept.h"
#include "usecases/office.h"
#include "usecases/page.h"

namespace anxiao::usecases {

struct LedgerRow {
  std::string id;
  std::string ledger;
  Ref organisation;
  std::string title;
  boost::json::object fields;
  std::map<std::string, std::string> names;  // of the people and organisations that fields name
  std::string since;
  std::optional<std::string> until;
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(LedgerRow, (),
                      (id, ledger, organisation, title, fields, names, since, until, version))

struct NewRow {
  std::string id;
  std::string organisation;
  boost::json::object fields;
};
BOOST_DESCRIBE_STRUCT(NewRow, (), (id, organisation, fields))

struct RowChange {
  boost::json::object fields;  // given ones replace, null empties, others stay
};
BOOST_DESCRIBE_STRUCT(RowChange, (), (fields))

struct RowFilter {
  std::string organisation;   // at or under this one
  bool ended = false;         // those that have ended too
  Paging paging;              // cursor `ss`, of a sorted list `i`
  bool exact = false;         // only of the organisation itself
  std::string q = {};         // stands somewhere in the row as people read it
  std::string where = {};     // `field:choice,…`, all of which hold; `field:` alone: it is blank
  std::string expiring = {};  // soon, past: by usecases/expiring.h
  std::string sort = {};      // a field, `organisation` or `since`; empty: as they were entered
  bool descending = false;
};

// So many rows are put in order at once; more must be narrowed first.
inline constexpr std::size_t kRowsSortedMost = 20'000;

// Refuses `not_found` for a ledger the pack does not have, and what domain/facts/fields.h and
// row_guards.h say. Lists refuse `ledger.no_field` (args.field), `ledger.expiring_malformed` and
// `ledger.too_many_to_sort`.
Result<Page<LedgerRow>> list_rows(Reader& reader, const Office& office, const std::string& ledger,
                                  const RowFilter& filter);
Result<LedgerRow> read_row(Reader& reader, const Office& office, const std::string& ledger,
                           const std::string& id);
Result<Kept<LedgerRow>> create_row(Transaction& transaction, const Office& office,
                                   const std::string& ledger, const NewRow& sent);
Result<LedgerRow> change_row(Transaction& transaction, const Office& office,
                             const std::string& ledger, const std::string& id,
                             std::int64_t expected_version, const RowChange& change);
// A row that has ended already stays as it is.
Result<void> end_row(Transaction& transaction, const Office& office, const std::string& ledger,
                     const std::string& id);

// Every row that the filter lets through, whatever its paging.
Result<std::vector<LedgerRow>> all_rows(Reader& reader, const Office& office,
                                        const std::string& ledger, const RowFilter& filter);

// What became of a row: its lines in the journal as its readers may know them.
struct FieldChange {
  std::string field;
  boost::json::value before;  // null: it was blank, or is personal
  boost::json::value after;
};
BOOST_DESCRIBE_STRUCT(FieldChange, (), (field, before, after))

struct RowChanged {
  std::string what;  // entered, changed, ended
  std::string at;
  Ref by;
  std::string file;  // the table it came from; empty: entered by hand
  std::vector<FieldChange> changes;
};
BOOST_DESCRIBE_STRUCT(RowChanged, (), (what, at, by, file, changes))

struct RowHistory {
  std::vector<RowChanged> items;  // the latest first
  std::map<std::string, std::string> names;
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(RowHistory, (), (items, names, as_of))

Result<RowHistory> row_history(Reader& reader, const Office& office, const std::string& ledger,
                               const std::string& id);

}  // namespace anxiao::usecases
