// Rows of a ledger out of somebody's table: its heads are the names of the fields in either
// language, choices stand in words, people and organisations by their names. Every line is taken,
// there already, or refused with its line, its column, the reason and the remedy; a dry run says
// the same without changing anything. The real run is one transaction, and doing it again adds
// nothing:
//
// a line is there already where a row of the same organisation that has not ended says the same in
// every cell that the line fills. What was added to that row by hand does not make it another. A
// line that bears a row's own id and says something else is refused: rows are changed one by one,
// so that nobody undoes by an old file what others wrote since.

#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "usecases/office.h"
#include "usecases/page.h"
#include "usecases/tables.h"

namespace anxiao::usecases {

inline constexpr std::size_t kRowsImportedMost = 5000;

struct RowsAsk {
  std::string attachment = {};  // SHA-256 of the file
  std::string name = {};        // as the file is called
  // Whose the rows are where the file does not say it, and under which all of them must be.
  std::string organisation = {};
  bool dry_run = true;
};
BOOST_DESCRIBE_STRUCT(RowsAsk, (), (attachment, name, organisation, dry_run))

// A refusal of one line: `key`, `clause`, `wants` and `args` as of any other.
struct RefusedLine {
  std::size_t line = 0;
  std::string column;  // its head in the file; empty: the line as a whole
  std::string value;   // what stands there
  std::string key;
  std::string field;
  std::string clause;
  std::vector<std::string> wants;
  boost::json::object args;
  std::string detail;  // in English
};
BOOST_DESCRIBE_STRUCT(RefusedLine, (),
                      (line, column, value, key, field, clause, wants, args, detail))

struct ReadColumn {
  std::string head;
  std::string field;  // empty: nothing is read from it
};
BOOST_DESCRIBE_STRUCT(ReadColumn, (), (head, field))

struct RowsImported {
  std::size_t rows = 0;
  std::size_t taken = 0;    // fit to be made
  std::size_t created = 0;  // made; 0 in a dry run
  std::size_t there = 0;    // there already
  // Of those taken, lines of the same title as a row that is there and says something else.
  std::vector<std::size_t> alike;
  std::vector<RefusedLine> refused;
  std::vector<ReadColumn> columns;
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(RowsImported, (),
                      (rows, taken, created, there, alike, refused, columns, as_of))

// Refuses as a whole: `import.personal_ledger`, `import.no_head` where the column of a field that
// must be given is missing, `import.too_many_rows`, `ledger.not_kept_here` and `authority.forbidden`.
Result<RowsImported> import_rows(Transaction& transaction, const Office& office,
                                 const std::string& ledger, const RowsAsk& ask, const Table& table);
// What a dry run says, from a reader: nobody who writes waits for it.
Result<RowsImported> preview_rows(Reader& reader, const Office& office, const std::string& ledger,
                                  const RowsAsk& ask, const Table& table);

}  // namespace anxiao::usecases
