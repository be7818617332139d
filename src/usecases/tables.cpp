#include "usecases/tables.h"

#include <iconv.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <pugixml.hpp>

#include "base/text.h"

namespace anxiao::usecases {
namespace {

// Entries of a workbook; a file of more is no table that anybody keeps.
constexpr zip_int64_t kEntriesMost = 10'000;

Refusal malformed(const char* reason, const char* detail) {
  return {.why = Why::malformed,
          .key = "table.malformed",
          .detail = detail,
          .args = {{"reason", reason}}};
}

Refusal too_large(const char* reason) {
  return {.why = Why::too_large,
          .key = "table.too_large",
          .detail = std::string("the table has too many or too long ") + reason,
          .args = {{"reason", reason},
                   {"bytes", kTableBytesMost},
                   {"rows", kTableRowsMost},
                   {"columns", kTableColumnsMost}}};
}

std::optional<std::string> decoded(std::string_view bytes, const char* from) {
  iconv_t converter = iconv_open("UTF-8", from);
  if (converter == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
  std::unique_ptr<void, int (*)(iconv_t)> closing(converter, iconv_close);
  std::string in(bytes);
  std::string out;
  std::array<char, 16 * 1024> piece{};
  char* next = in.data();
  std::size_t left = in.size();
  while (left > 0) {
    char* to = piece.data();
    std::size_t room = piece.size();
    std::size_t done = iconv(converter, &next, &left, &to, &room);
    out.append(piece.data(), piece.size() - room);
    if (done == static_cast<std::size_t>(-1) && errno != E2BIG) return std::nullopt;
  }
  return out;
}

// UTF-8 with or without its mark, UTF-16 with its mark, else GB18030.
std::optional<std::string> text_of(std::string_view bytes) {
  std::optional<std::string> text;
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) {
    text = decoded(bytes, "UTF-16");
  } else {
    if (bytes.starts_with(kCsvMark)) bytes.remove_prefix(kCsvMark.size());
    if (is_utf8(bytes)) return std::string(bytes);
    text = decoded(bytes, "GB18030");
  }
  if (!text || !is_utf8(*text)) return std::nullopt;
  return text;
}

// Gathers rows into a table: the first with any text is the head.
class Gathering {
 public:
  explicit Gathering(std::string format) { table_.format = std::move(format); }

  Result<void> take(std::size_t line, std::vector<std::string> cells, bool broken) {
    for (auto& cell : cells) {
      auto text = trimmed(cell);
      if (text.size() != cell.size()) cell = std::string(text);
      bytes_ += cell.size();
    }
    while (!cells.empty() && cells.back().empty()) cells.pop_back();
    if (cells.empty() && (!broken || table_.columns.empty())) return {};
    if (cells.size() > kTableColumnsMost) return too_large("columns");
    if (bytes_ > kTableBytesMost) return too_large("bytes");
    if (table_.columns.empty()) {
      table_.columns = std::move(cells);
      return {};
    }
    if (table_.rows.size() == kTableRowsMost) return too_large("rows");
    bool wide = cells.size() > table_.columns.size();
    cells.resize(table_.columns.size());
    table_.rows.push_back({line, std::move(cells), broken || wide});
    return {};
  }

  Result<Table> finish() {
    if (table_.columns.empty())
      return Refusal{
          .why = Why::malformed, .key = "table.empty", .detail = "the file holds no table"};
    return std::move(table_);
  }

 private:
  Table table_;
  std::size_t bytes_ = 0;
};

char separator_of(std::string_view text) {
  std::size_t commas = 0, semicolons = 0, tabs = 0;
  bool quoted = false;
  for (char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    commas += c == ',';
    semicolons += c == ';';
    tabs += c == '\t';
  }
  if (tabs > commas && tabs > semicolons) return '\t';
  return semicolons > commas ? ';' : ',';
}

// One row of a CSV text from `at` on; `at` and `line` move on to the next.
struct CsvRow {
  std::vector<std::string> cells = {};
  bool broken = false;
};

Result<std::string> quoted_cell(std::string_view text, std::size_t& at, std::size_t& line) {
  std::string cell;
  for (++at; at < text.size(); ++at) {
    char c = text[at];
    if (c == '"') {
      if (at + 1 >= text.size() || text[at + 1] != '"') {
        ++at;
        return cell;
      }
      ++at;
    }
    if (c == '\n' || (c == '\r' && (at + 1 >= text.size() || text[at + 1] != '\n'))) ++line;
    cell += c;
    if (cell.size() > kTableCellBytesMost) return too_large("cell");
  }
  return malformed("quotes", "a quoted cell does not end");
}

Result<CsvRow> csv_row(std::string_view text, char separator, std::size_t& at, std::size_t& line) {
  CsvRow row;
  while (true) {
    std::string cell;
    if (at < text.size() && text[at] == '"') {
      TRY_LET(quoted, quoted_cell(text, at, line));
      cell = std::move(quoted);
    }
    while (at < text.size() && text[at] != separator && text[at] != '\n' && text[at] != '\r') {
      row.broken = row.broken || text[at] == '"';
      cell += text[at++];
      if (cell.size() > kTableCellBytesMost) return too_large("cell");
    }
    row.cells.push_back(std::move(cell));
    if (row.cells.size() > kTableColumnsMost * 4) return too_large("columns");
    if (at >= text.size()) return row;
    if (text[at] == separator) {
      ++at;
      continue;
    }
    if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') ++at;
    ++at;
    ++line;
    return row;
  }
}

// Of an element's name, what follows the prefix of its namespace.
std::string_view local_name(const pugi::xml_node& node) {
  std::string_view name = node.name();
  auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child_of(const pugi::xml_node& node, std::string_view name) {
  for (auto child : node.children())
    if (local_name(child) == name) return child;
  return {};
}

class Workbook {
 public:
  static Result<Table> read(std::string_view bytes) {
    Workbook workbook;
    TRY(workbook.open(bytes));
    return workbook.table();
  }

 private:
  struct Closing {
    void operator()(zip_t* archive) const { zip_discard(archive); }
  };
  struct File {
    std::vector<char> bytes = {};
    pugi::xml_document document = {};
  };

  Result<void> open(std::string_view bytes) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (!source) return malformed("workbook", "the file is no workbook");
    zip_t* archive = zip_open_from_source(source, ZIP_RDONLY, &error);
    zip_error_fini(&error);
    if (!archive) {
      zip_source_free(source);
      return malformed("workbook", "the file is no workbook, or is cut off");
    }
    archive_.reset(archive);
    if (zip_get_num_entries(archive, 0) > kEntriesMost) return too_large("bytes");
    return {};
  }

  // The parsed file of that name; empty where there is none. The size that the archive states is
  // not believed: reading stops at the limit whatever it says.
  Result<std::unique_ptr<File>> file(const std::string& name) {
    zip_int64_t index = zip_name_locate(archive_.get(), name.c_str(), ZIP_FL_NOCASE);
    if (index < 0) return std::unique_ptr<File>();
    zip_file_t* opened = zip_fopen_index(archive_.get(), static_cast<zip_uint64_t>(index), 0);
    if (!opened) return malformed("workbook", "a part of the workbook cannot be read");
    std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> closing(opened, zip_fclose);
    auto out = std::make_unique<File>();
    std::array<char, 64 * 1024> piece{};
    while (true) {
      zip_int64_t count = zip_fread(opened, piece.data(), piece.size());
      if (count < 0) return malformed("workbook", "a part of the workbook is damaged");
      if (count == 0) break;
      read_ += static_cast<std::size_t>(count);
      if (read_ > kTableBytesMost) return too_large("bytes");
      out->bytes.insert(out->bytes.end(), piece.data(), piece.data() + count);
    }
    auto parsed = out->document.load_buffer_inplace(
        out->bytes.data(), out->bytes.size(),
        pugi::parse_escapes | pugi::parse_cdata | pugi::parse_eol | pugi::parse_ws_pcdata);
    if (!parsed) return malformed("workbook", "a part of the workbook is no XML");
    return out;
  }

  // The file of the first sheet, by the workbook's own list.
  Result<std::string> first_sheet() {
    TRY_LET(book, file("xl/workbook.xml"));
    TRY_LET(links, file("xl/_rels/workbook.xml.rels"));
    if (!book) return malformed("workbook", "the archive holds no workbook");
    auto sheet = child_of(child_of(child_of(book->document, "workbook"), "sheets"), "sheet");
    std::string link;
    for (auto attribute : sheet.attributes())
      if (std::string_view(attribute.name()).ends_with(":id")) link = attribute.value();
    if (links)
      for (auto each : child_of(links->document, "Relationships").children()) {
        if (link.empty() || link != each.attribute("Id").value()) continue;
        std::string target = each.attribute("Target").value();
        return target.starts_with("/") ? target.substr(1) : "xl/" + target;
      }
    return std::string("xl/worksheets/sheet1.xml");
  }

  Result<void> read_shared() {
    TRY_LET(shared, file("xl/sharedStrings.xml"));
    if (!shared) return {};
    for (auto item : child_of(shared->document, "sst").children())
      if (local_name(item) == "si") shared_.push_back(rich_text(item));
    return {};
  }

  // The text of a shared or inline string: plain, or in runs; how it is pronounced is left out.
  static std::string rich_text(const pugi::xml_node& item) {
    std::string text;
    for (auto part : item.children()) {
      if (local_name(part) == "t") text += part.child_value();
      if (local_name(part) == "r") text += child_of(part, "t").child_value();
    }
    return text;
  }

  // A number as it was typed: a code of digits must not come out as a power of ten.
  static std::string number_text(std::string_view raw) {
    if (raw.find_first_of(".eE") == std::string_view::npos) return std::string(raw);
    double number = 0;
    auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
    if (error != std::errc{} || end != raw.data() + raw.size()) return std::string(raw);
    if (std::abs(number) < 1e15 && number == std::floor(number))
      return std::to_string(static_cast<long long>(number));
    return std::string(raw);
  }

  Result<std::string> cell_text(const pugi::xml_node& cell) const {
    std::string_view type = cell.attribute("t").value();
    if (type == "inlineStr") return rich_text(child_of(cell, "is"));
    std::string_view raw = child_of(cell, "v").child_value();
    if (type == "s") {
      std::size_t number = 0;
      auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
      if (error != std::errc{} || end != raw.data() + raw.size() || number >= shared_.size())
        return malformed("sheet", "a cell names a text that is not there");
      return shared_[number];
    }
    if (type.empty() || type == "n") return number_text(raw);
    return std::string(raw);
  }

  // Column of a reference such as `AB12`, from 0; `otherwise` where there is none.
  static std::size_t column_of(std::string_view reference, std::size_t otherwise) {
    std::size_t column = 0;
    for (char c : reference) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
      if (c < 'A' || c > 'Z') break;
      column = column * 26 + static_cast<std::size_t>(c - 'A' + 1);
      if (column > kTableColumnsMost * 64) break;
    }
    return column == 0 ? otherwise : column - 1;
  }

  Result<std::vector<std::string>> cells_of(const pugi::xml_node& row) const {
    std::vector<std::string> cells;
    std::size_t next = 0;
    for (auto cell : row.children()) {
      if (local_name(cell) != "c") continue;
      std::size_t column = column_of(cell.attribute("r").value(), next);
      next = column + 1;
      TRY_LET(text, cell_text(cell));
      if (text.empty()) continue;
      if (column >= kTableColumnsMost) return too_large("columns");
      if (text.size() > kTableCellBytesMost) return too_large("cell");
      if (cells.size() <= column) cells.resize(column + 1);
      cells[column] = std::move(text);
    }
    return cells;
  }

  Result<Table> table() {
    TRY_LET(name, first_sheet());
    TRY(read_shared());
    TRY_LET(sheet, file(name));
    if (!sheet) return malformed("sheet", "the workbook holds no sheet");
    Gathering gathering("xlsx");
    std::size_t line = 0;
    for (auto row : child_of(child_of(sheet->document, "worksheet"), "sheetData").children()) {
      if (local_name(row) != "row") continue;
      line = std::max<std::size_t>(line + 1, row.attribute("r").as_ullong(0));
      TRY_LET(cells, cells_of(row));
      bool good = std::ranges::all_of(cells, [](const std::string& cell) { return is_utf8(cell); });
      TRY(gathering.take(line, good ? std::move(cells) : std::vector<std::string>{}, !good));
    }
    return gathering.finish();
  }

  std::unique_ptr<zip_t, Closing> archive_;
  std::vector<std::string> shared_;
  std::size_t read_ = 0;
};

bool looks_like_number(std::string_view text) {
  double number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

Result<Table> read_csv(std::string_view bytes) {
  if (bytes.size() > kTableBytesMost) return too_large("bytes");
  auto text = text_of(bytes);
  if (!text) return malformed("encoding", "the text is neither UTF-8 nor GB18030");
  char separator = separator_of(*text);
  Gathering gathering("csv");
  std::size_t at = 0;
  std::size_t line = 1;
  while (at < text->size()) {
    std::size_t first_line = line;
    TRY_LET(row, csv_row(*text, separator, at, line));
    TRY(gathering.take(first_line, std::move(row.cells), row.broken));
  }
  return gathering.finish();
}

Result<Table> read_xlsx(std::string_view bytes) { return Workbook::read(bytes); }

Result<Table> read_table(std::string_view bytes) {
  if (bytes.starts_with("PK\x03\x04")) return read_xlsx(bytes);
  // The workbook of before 2007, a compound file.
  if (bytes.starts_with("\xd0\xcf\x11\xe0"))
    return malformed("workbook", "save the workbook as XLSX or CSV");
  return read_csv(bytes);
}

std::string csv_cell(std::string_view text) {
  std::string out;
  bool formula = !text.empty() && std::strchr("=+-@\t\r", text.front()) && !looks_like_number(text);
  bool quotes = text.find_first_of(",\"\r\n;\t") != std::string_view::npos;
  if (quotes) out += '"';
  if (formula) out += '\'';
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  if (quotes) out += '"';
  return out;
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i) line += ',';
    line += csv_cell(cells[i]);
  }
  return line + "\r\n";
}

}  // namespace anxiao::usecases
