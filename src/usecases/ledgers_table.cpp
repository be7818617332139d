#include "usecases/ledgers_table.h"

#include <algorithm>

#include "domain/facts/fields.h"
#include "usecases/ledgers_rows.h"
#include "usecases/ledgers_words.h"
#include "usecases/tables.h"
#include "usecases/workbooks.h"

namespace anxiao::usecases {
namespace {

namespace json = boost::json;

// Where the list of choices begins in the sheet that explains a template.
constexpr std::size_t kFirstChoiceColumn = 3;

CellKind kind_of(const pack::Field& field) {
  if (field.type == "day") return CellKind::day;
  if (field.type == "money") return CellKind::money;
  if (field.type == "integer" || field.type == "photos") return CellKind::whole;
  return field.type == "number" ? CellKind::number : CellKind::text;
}

WorkbookCell sheet_cell(const pack::Pack& pack, const pack::Field& field, const LedgerRow& row,
                        std::string_view language) {
  const auto* value = row.fields.if_contains(field.id);
  if (!value) return std::string();
  if (value->is_number()) return value->to_number<double>();
  if (field.type == "photos" && value->is_array() && !value->get_array().empty())
    return static_cast<double>(value->get_array().size());
  if (field.type == "day" && value->is_string())
    if (const auto day = parse_day(value->get_string()))
      return static_cast<double>(day->number + kExcelDayOf1970);
  return cell_of(pack, field, row, language);
}

// A moment without the fractions of its seconds, which nobody entered.
std::string moment_text(std::string_view moment) {
  return std::string(moment.substr(0, 10)) + " " + std::string(moment.substr(11, 5));
}

// Of what an import can read: a photograph does not fit into a cell.
std::vector<const pack::Field*> entered_fields(const pack::Ledger& ledger) {
  std::vector<const pack::Field*> out;
  for (const auto& field : ledger.fields)
    if (field.type != "photos" && field.type != "matter") out.push_back(&field);
  return out;
}

struct Template {
  const pack::Ledger* ledger = nullptr;
  bool for_several = false;
};

Result<Template> template_of(const Office& office, const std::string& id) {
  TRY_LET(ledger, ledger_named(office, id));
  TRY(organisations::may_somewhere(office.pack, office.actor, ledger->noun, "create"));
  TRY(check_no_personal(*ledger));
  const auto scopes = organisations::scopes(office.pack, office.actor, ledger->noun, "create");
  const bool for_several = scopes.size() > 1 || std::ranges::any_of(scopes, [](const auto& scope) {
                             return !scope.exact;
                           });
  return Template{ledger, for_several};
}

std::string example_of(const Office& office, const pack::Field& field, std::string_view language) {
  if (field.type == "day") return format_day(office.zone.day_of(office.now));
  if (field.type == "moment") return moment_text(office.zone.format(office.now));
  if (field.type == "money") return "1200.00";
  if (field.type == "integer" || field.type == "number") return "12";
  if (field.type == "flag")
    return table_word(office.pack, "yes", language) + " / " +
           table_word(office.pack, "no", language);
  return {};
}

std::string how_of(const Office& office, const pack::Field& field, std::string_view language) {
  std::string how = words_in(field.hint, language);
  const auto example = example_of(office, field, language);
  if (!example.empty()) how += (how.empty() ? "" : " · ") + example;
  return how;
}

std::vector<std::string> choices_of(const Office& office, const pack::Field& field,
                                    std::string_view language) {
  std::vector<std::string> out;
  if (field.type == "flag")
    return {table_word(office.pack, "yes", language), table_word(office.pack, "no", language)};
  for (const auto& choice : field.choices) out.push_back(words_in(choice.second, language));
  return out;
}

}  // namespace

Result<std::string> rows_as_csv(const Office& office, const std::string& id,
                                const std::vector<LedgerRow>& rows, std::string_view language) {
  TRY_LET(ledger, ledger_named(office, id));
  const auto word = [&](const char* list) { return table_word(office.pack, list, language); };
  std::vector<std::string> heads = {word("organisation")};
  for (const auto& field : ledger->fields) heads.push_back(words_in(field.name, language));
  heads.insert(heads.end(), {word("since"), word("until"), word("row")});
  std::string out(kCsvMark);
  out += csv_line(heads);
  for (const auto& row : rows) {
    std::vector<std::string> cells = {row.organisation.name};
    for (const auto& field : ledger->fields)
      cells.push_back(cell_of(office.pack, field, row, language));
    cells.insert(cells.end(),
                 {moment_text(row.since), row.until ? moment_text(*row.until) : "", row.id});
    out += csv_line(cells);
  }
  return out;
}

Result<std::string> rows_as_xlsx(const Office& office, const std::string& id,
                                 const std::vector<LedgerRow>& rows, std::string_view language) {
  TRY_LET(ledger, ledger_named(office, id));
  const auto word = [&](const char* list) { return table_word(office.pack, list, language); };
  WorkbookSheet sheet{.name = words_in(ledger->name, language), .columns = {}, .rows = {}};
  sheet.columns.push_back({.head = word("organisation")});
  for (const auto& field : ledger->fields)
    sheet.columns.push_back({.head = words_in(field.name, language), .kind = kind_of(field)});
  for (const char* list : {"since", "until", "row"}) sheet.columns.push_back({.head = word(list)});
  for (const auto& row : rows) {
    std::vector<WorkbookCell> cells = {row.organisation.name};
    for (const auto& field : ledger->fields)
      cells.push_back(sheet_cell(office.pack, field, row, language));
    cells.emplace_back(moment_text(row.since));
    cells.emplace_back(row.until ? moment_text(*row.until) : "");
    cells.emplace_back(row.id);
    sheet.rows.push_back(std::move(cells));
  }
  return write_workbook({sheet});
}

Result<std::string> template_as_xlsx(const Office& office, const std::string& id,
                                     std::string_view language) {
  TRY_LET(wanted, template_of(office, id));
  const auto word = [&](const char* list) { return table_word(office.pack, list, language); };
  WorkbookSheet sheet{.name = words_in(wanted.ledger->name, language), .columns = {}, .rows = {}};
  WorkbookSheet notes{.name = word("notes"),
                      .columns = {{.head = word("field")},
                                  {.head = word("wanted")},
                                  {.head = word("how")},
                                  {.head = word("choices")}},
                      .rows = {}};
  const auto mark = [&](bool is_wanted) { return is_wanted ? word("yes") : std::string(); };
  if (wanted.for_several) {
    sheet.columns.push_back({.head = word("organisation"), .wanted = true});
    notes.rows.push_back({word("organisation"), mark(true), std::string()});
  }
  for (const auto* field : entered_fields(*wanted.ledger)) {
    WorkbookColumn column{.head = words_in(field->name, language),
                          .kind = kind_of(*field),
                          .wanted = field->required,
                          .prompt = how_of(office, *field, language)};
    std::vector<WorkbookCell> note = {column.head, mark(field->required), column.prompt};
    const auto choices = choices_of(office, *field, language);
    for (const auto& choice : choices) note.emplace_back(choice);
    if (!choices.empty()) {
      const auto line = std::to_string(notes.rows.size() + 2);
      const auto last = column_letters(kFirstChoiceColumn + choices.size() - 1);
      column.choices = "=" + quoted_sheet_name(notes.name) + "!$" +
                       column_letters(kFirstChoiceColumn) + "$" + line + ":$" + last + "$" + line;
      column.only_choices = field->type != "text";
    }
    notes.rows.push_back(std::move(note));
    sheet.columns.push_back(std::move(column));
  }
  return write_workbook({sheet, notes});
}

Result<std::string> template_as_csv(const Office& office, const std::string& id,
                                    std::string_view language) {
  TRY_LET(wanted, template_of(office, id));
  std::vector<std::string> heads;
  if (wanted.for_several) heads.push_back(table_word(office.pack, "organisation", language));
  for (const auto* field : entered_fields(*wanted.ledger))
    heads.push_back(words_in(field->name, language));
  return std::string(kCsvMark) + csv_line(heads);
}

}  // namespace anxiao::usecases
