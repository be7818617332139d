// XLSX workbooks as they are given out (ECMA-376): sheets with a head, filters and columns wide
// enough to read. Texts are written as texts, so that none of them is ever taken for a formula.
//
// What stands in the cells is not known here.

#pragma once

#include <string>
#include <variant>
#include <vector>

namespace anxiao::usecases {

enum class CellKind { text, whole, number, money, day };

struct WorkbookColumn {
  std::string head;
  CellKind kind = CellKind::text;
  bool wanted = false;      // its head is set apart: the cells must be filled
  std::string prompt = {};  // shown where a cell of it is entered
  std::string choices =
      {};  // the range of cells that list what may stand there, `=Notes!$E$2:$H$2`
  bool only_choices = false;  // anything else is turned away by the spreadsheet
};

// Numbers; days as Excel counts them, by `excel_day`.
using WorkbookCell = std::variant<std::string, double>;

struct WorkbookSheet {
  std::string name;
  std::vector<WorkbookColumn> columns;
  std::vector<std::vector<WorkbookCell>> rows;
};

// The number under which a spreadsheet knows a day, of days since 1970.
inline constexpr int kExcelDayOf1970 = 25569;

// Empty cells of a sheet without rows are ready for so many to be entered.
inline constexpr std::size_t kRowsPrepared = 2000;

// Throws where it cannot be put together: no room for it on disk.
std::string write_workbook(const std::vector<WorkbookSheet>& sheets);

// A name as a formula wants it.
std::string quoted_sheet_name(const std::string& name);
// `AB` of column 27, from 0.
std::string column_letters(std::size_t column);

}  // namespace anxiao::usecases
