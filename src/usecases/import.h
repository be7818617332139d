// Organisations out of somebody's table: names of schools, each with its district, perhaps a code
// and a kind. Every row is either taken or refused with its line and the reason; a dry run says
// the same without changing anything. The real run is one transaction, and doing it again adds
// nothing.

#pragma once

#include <boost/describe.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usecases/office.h"
#include "usecases/page.h"
#include "usecases/progress.h"
#include "usecases/tables.h"

namespace anxiao::usecases {

// Heads of the file's columns, where they are not those the pack knows.
struct ImportColumns {
  std::optional<std::string> name;
  std::optional<std::string> district;
  std::optional<std::string> code;
  std::optional<std::string> kind;
};
BOOST_DESCRIBE_STRUCT(ImportColumns, (), (name, district, code, kind))

struct ImportAsk {
  std::string attachment = {};  // SHA-256 of the file
  std::string name = {};        // as the file is called
  bool dry_run = true;
  std::optional<std::map<std::string, std::string>> district_map = {};  // in the file → its id here
  std::optional<std::string> all_into = {};  // every row goes to this district
  std::vector<std::string> kinds = {};       // only these; empty: every kind of school
  std::optional<ImportColumns> columns = {};
};
BOOST_DESCRIBE_STRUCT(ImportAsk, (),
                      (attachment, name, dry_run, district_map, all_into, kinds, columns))

struct RefusedRow {
  std::size_t line = 0;
  std::string reason;  // import.unknown_district, …
  std::string value;   // what in the row it is about
  std::string detail;  // in English
};
BOOST_DESCRIBE_STRUCT(RefusedRow, (), (line, reason, value, detail))

struct ImportDistrict {
  std::string name;
  std::size_t count = 0;
  std::optional<Ref> organisation;
};
BOOST_DESCRIBE_STRUCT(ImportDistrict, (), (name, count, organisation))

struct ImportKind {
  std::string kind;  // empty: no kind could be told
  std::size_t count = 0;
};
BOOST_DESCRIBE_STRUCT(ImportKind, (), (kind, count))

struct Imported {
  std::size_t rows = 0;
  std::size_t taken = 0;    // fit to be made
  std::size_t created = 0;  // made; 0 in a dry run
  std::vector<RefusedRow> refused;
  std::vector<ImportDistrict> districts;
  std::vector<ImportKind> kinds;
  std::map<std::string, std::string> columns;  // what was read → head of the column in the file
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(Imported, (),
                      (rows, taken, created, refused, districts, kinds, columns, as_of))

// Refuses as a whole: a file that is no table, one without a column of names (`import.no_column`),
// and a district or kind named by the caller that is none or not his (`authority.forbidden`,
// `import.no_district`, `organisation.unknown_kind`).
Result<Imported> import_organisations(Transaction& transaction, const Office& office,
                                      const ImportAsk& ask, const Table& table,
                                      const Progress& progress = {});
Result<Imported> import_organisations(Transaction& transaction, const Office& office,
                                      const ImportAsk& ask, std::string_view bytes,
                                      const Progress& progress = {});

// What a dry run says, from a reader: nobody who writes waits for it.
Result<Imported> preview_import(Reader& reader, const Office& office, const ImportAsk& ask,
                                const Table& table, const Progress& progress = {});

// The kind that a name shows by the pack's marks: the longest decides, an ending before a word
// inside. Empty where none does.
std::string kind_of_name(const pack::Pack& pack, std::string_view name);

}  // namespace anxiao::usecases
