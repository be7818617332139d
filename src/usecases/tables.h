// Tables that people keep in files: CSV (RFC 4180) and the first sheet of an XLSX workbook
// (ECMA-376), told apart by their content and not by their name. They come from outside: every
// size is limited, and a file that is cut off or no table at all is refused, never guessed at.
//
// What the columns mean is not known here.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace anxiao::usecases {

inline constexpr std::size_t kTableBytesMost = 64 * 1024 * 1024;  // uncompressed
inline constexpr std::size_t kTableRowsMost = 200'000;
inline constexpr std::size_t kTableColumnsMost = 256;
inline constexpr std::size_t kTableCellBytesMost = 32 * 1024;

struct TableRow {
  std::size_t line = 0;            // in the file, from 1, the head counted
  std::vector<std::string> cells;  // as many as there are columns, without blanks at their ends
  bool broken = false;             // it has more cells than there are columns, or no good text
};

struct Table {
  std::string format;  // csv, xlsx
  std::vector<std::string> columns;
  std::vector<TableRow> rows;  // rows without any text are left out
};

// Refuses `table.malformed` (args.reason: encoding, quotes, workbook, sheet), `table.too_large`
// (args.reason: bytes, rows, columns, cell) and `table.empty`.
Result<Table> read_table(std::string_view bytes);

Result<Table> read_csv(std::string_view bytes);
Result<Table> read_xlsx(std::string_view bytes);

// A cell for a CSV file that will be opened in a spreadsheet: quoted where it must be, and never
// taken for a formula.
std::string csv_cell(std::string_view text);
std::string csv_line(const std::vector<std::string>& cells);
// What such a file begins with, so that a spreadsheet knows it for UTF-8.
inline constexpr std::string_view kCsvMark = "\xef\xbb\xbf";

}  // namespace anxiao::usecases
