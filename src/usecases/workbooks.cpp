#include "usecases/workbooks.h"

#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace anxiao::usecases {
namespace {

constexpr std::size_t kCharactersOfACell = 32'000;
constexpr std::size_t kCharactersOfAPrompt = 250;
constexpr std::size_t kCharactersOfATitle = 30;
constexpr std::size_t kCharactersOfASheetName = 31;
constexpr double kWidthLeast = 9, kWidthMost = 42;

// No more than so many characters, none of them cut in two.
std::string cut(std::string_view text, std::size_t most) {
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) continue;
    if (characters++ == most) return std::string(text.substr(0, at));
  }
  return std::string(text);
}

std::string sheet_name(const std::string& name) {
  std::string out = cut(name, kCharactersOfASheetName);
  std::ranges::replace_if(
      out, [](char c) { return std::string_view("[]:*?/\\'").find(c) != std::string_view::npos; },
      ' ');
  return out.empty() ? "Sheet" : out;
}

// A Chinese character is as wide as two letters.
double width_of(std::string_view text) {
  double width = 2;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    width += byte < 0x80 ? 1.0 : (byte & 0xc0) == 0x80 ? 0.0 : 2.0;
  }
  return width;
}

// The library writes to a file only; it is gone when this is.
class TemporaryFile {
 public:
  TemporaryFile() {
    path_ = (std::filesystem::temp_directory_path() / "anxiao-XXXXXX").string();
    const int opened = ::mkstemp(path_.data());
    if (opened < 0) throw std::runtime_error("no temporary file can be made for a workbook");
    ::close(opened);
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }
  std::string bytes() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

 private:
  std::string path_;
};

void expect(lxw_error error) {
  if (error != LXW_NO_ERROR) throw std::runtime_error(lxw_strerror(error));
}

class Writing {
 public:
  explicit Writing(const std::string& path) : book_(workbook_new(path.c_str())) {
    if (!book_) throw std::runtime_error("a workbook cannot be begun");
    head_ = format(LXW_BORDER_THIN);
    format_set_bold(head_);
    format_set_text_wrap(head_);
    format_set_bg_color(head_, 0xE7F0EF);
    wanted_ = format(LXW_BORDER_THIN);
    format_set_bold(wanted_);
    format_set_text_wrap(wanted_);
    format_set_bg_color(wanted_, 0xF6E3C5);
    text_ = workbook_add_format(book_);
    format_set_text_wrap(text_);
    format_set_align(text_, LXW_ALIGN_VERTICAL_TOP);
    // A column of texts stays one: a number typed into it keeps its zeros.
    format_set_num_format(text_, "@");
    for (auto [kind, code] :
         {std::pair{CellKind::whole, "0"}, std::pair{CellKind::number, "General"},
          std::pair{CellKind::money, "#,##0.00"}, std::pair{CellKind::day, "yyyy-mm-dd"}}) {
      auto* made = workbook_add_format(book_);
      format_set_num_format(made, code);
      format_set_align(made, LXW_ALIGN_VERTICAL_TOP);
      numbers_[static_cast<std::size_t>(kind)] = made;
    }
  }
  ~Writing() {
    if (book_) workbook_close(book_);
  }
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;

  void add(const WorkbookSheet& sheet) {
    auto* page = workbook_add_worksheet(book_, sheet_name(sheet.name).c_str());
    if (!page) throw std::runtime_error("a sheet cannot be begun");
    worksheet_freeze_panes(page, 1, 0);
    const auto columns = static_cast<lxw_col_t>(sheet.columns.size());
    for (lxw_col_t at = 0; at < columns; ++at) add_column(page, sheet, at);
    lxw_row_t line = 0;
    for (const auto& row : sheet.rows) {
      ++line;
      for (lxw_col_t at = 0; at < row.size(); ++at) add_cell(page, sheet, line, at, row[at]);
    }
    if (line > 0 && columns > 0)
      worksheet_autofilter(page, 0, 0, line, static_cast<lxw_col_t>(columns - 1));
  }

  void finish() {
    auto* book = book_;
    book_ = nullptr;
    expect(workbook_close(book));
  }

 private:
  lxw_format* format(std::uint8_t border) {
    auto* made = workbook_add_format(book_);
    format_set_border(made, border);
    format_set_align(made, LXW_ALIGN_VERTICAL_CENTER);
    return made;
  }

  lxw_format* format_of(CellKind kind) const {
    return kind == CellKind::text ? text_ : numbers_[static_cast<std::size_t>(kind)];
  }

  void add_column(lxw_worksheet* page, const WorkbookSheet& sheet, lxw_col_t at) {
    const auto& column = sheet.columns[at];
    double width = width_of(column.head) + 1;
    for (std::size_t line = 0; line < std::min<std::size_t>(sheet.rows.size(), 200); ++line)
      if (at < sheet.rows[line].size())
        if (const auto* text = std::get_if<std::string>(&sheet.rows[line][at]))
          width = std::max(width, width_of(*text));
    if (column.kind == CellKind::day) width = std::max(width, 12.0);
    worksheet_set_column(page, at, at, std::clamp(width, kWidthLeast, kWidthMost),
                         format_of(column.kind));
    expect(worksheet_write_string(page, 0, at, cut(column.head, kCharactersOfACell).c_str(),
                                  column.wanted ? wanted_ : head_));
    if (sheet.rows.empty()) prepare(page, column, at);
  }

  // Says what is wanted where it is entered, and lists what may stand there.
  static void prepare(lxw_worksheet* page, const WorkbookColumn& column, lxw_col_t at) {
    if (column.prompt.empty() && column.choices.empty()) return;
    lxw_data_validation rule{};
    auto title = cut(column.head, kCharactersOfATitle);
    auto prompt = cut(column.prompt, kCharactersOfAPrompt);
    auto range = column.choices;
    rule.validate = LXW_VALIDATION_TYPE_ANY;
    if (!range.empty()) {
      rule.validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
      rule.value_formula = range.data();
      rule.show_error = column.only_choices ? LXW_VALIDATION_ON : LXW_VALIDATION_OFF;
    }
    rule.ignore_blank = LXW_VALIDATION_ON;
    if (!prompt.empty()) {
      rule.show_input = LXW_VALIDATION_ON;
      rule.input_title = title.data();
      rule.input_message = prompt.data();
    }
    expect(worksheet_data_validation_range(page, 1, at, kRowsPrepared, at, &rule));
  }

  void add_cell(lxw_worksheet* page, const WorkbookSheet& sheet, lxw_row_t line, lxw_col_t at,
                const WorkbookCell& cell) {
    const auto kind = at < sheet.columns.size() ? sheet.columns[at].kind : CellKind::text;
    if (const auto* number = std::get_if<double>(&cell)) {
      expect(worksheet_write_number(page, line, at, *number, format_of(kind)));
      return;
    }
    const auto& text = std::get<std::string>(cell);
    if (text.empty()) return;
    expect(worksheet_write_string(page, line, at, cut(text, kCharactersOfACell).c_str(), text_));
  }

  lxw_workbook* book_ = nullptr;
  lxw_format* head_ = nullptr;
  lxw_format* wanted_ = nullptr;
  lxw_format* text_ = nullptr;
  std::array<lxw_format*, 5> numbers_{};
};

}  // namespace

std::string quoted_sheet_name(const std::string& name) { return "'" + sheet_name(name) + "'"; }

std::string column_letters(std::size_t column) {
  std::string letters;
  for (++column; column > 0; column = (column - 1) / 26)
    letters.insert(letters.begin(), static_cast<char>('A' + (column - 1) % 26));
  return letters;
}

std::string write_workbook(const std::vector<WorkbookSheet>& sheets) {
  TemporaryFile file;
  Writing writing(file.path());
  for (const auto& sheet : sheets) writing.add(sheet);
  writing.finish();
  return file.bytes();
}

}  // namespace anxiao::usecases
