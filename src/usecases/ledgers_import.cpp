#include "usecases/ledgers_import.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/ids.h"
#include "base/text.h"
#include "domain/facts/fields.h"
#include "domain/facts/row_guards.h"
#include "usecases/kept.h"
#include "usecases/ledgers_cells.h"
#include "usecases/ledgers_rows.h"
#include "usecases/ledgers_words.h"
#include "usecases/query.h"

namespace anxiao::usecases {
namespace {

namespace json = boost::json;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// A head as it is compared: without the mark of what is required.
std::string plain_head(std::string_view head) {
  head = trimmed(head);
  while (!head.empty() && (head.back() == '*' || head.back() == ' ')) head.remove_suffix(1);
  return lower(head);
}

bool is_named(const pack::Field& field, std::string_view head) {
  const auto plain = plain_head(head);
  return plain == lower(field.name.zh) || plain == lower(field.name.en) || plain == field.id;
}

struct Column {
  const pack::Field* field = nullptr;
  std::string head;
};

// What a line says, or why it says nothing.
struct Cells {
  std::string organisation;
  std::string row;  // its id, where the file was given out from here
  std::vector<std::pair<const Column*, std::string>> fields;
};

Refusal about(const char* key, const char* detail, const std::string& field, json::object args) {
  return {
      .why = Why::refused, .key = key, .detail = detail, .field = field, .args = std::move(args)};
}

// Those who may be meant by a name, read once.
class Named {
 public:
  Named(Reader& reader, const Office& office) : reader_(reader), office_(office) {}

  // Somebody whose name it is and who works at the organisation or above it; alone of that name.
  Result<std::string> person(const std::string& name, const OrganisationPlace& at,
                             const std::string& field) {
    if (!people_) read_people();
    std::set<std::string> here, above;
    for (auto [each, end] = people_->equal_range(name); each != end; ++each) {
      if (each->second.path == at.path)
        here.insert(each->second.id);
      else if (at.path.starts_with(each->second.path))
        above.insert(each->second.id);
    }
    const auto& meant = here.empty() ? above : here;
    if (meant.size() == 1) return *meant.begin();
    if (meant.empty())
      return about("import.nobody", "nobody of that name is known at the organisation", field,
                   {{"name", name}, {"organisation", at.name}});
    return about("import.several_people", "several people there bear that name", field,
                 {{"name", name}, {"organisation", at.name}});
  }

  // An organisation by its name or code, of the kinds that the field takes.
  Result<std::string> organisation(const std::string& name, const pack::Field& field,
                                   const std::string& at) {
    TRY_LET(found, one_of(readable(), name, at, [&](const OrganisationPlace& each) {
              return field.kinds.empty() ||
                     std::ranges::find(field.kinds, each.kind) != field.kinds.end();
            }));
    return found->id;
  }

  // Whose a row is: one that keeps the ledger, where the actor may enter rows.
  Result<const OrganisationPlace*> keeper(const pack::Ledger& ledger,
                                          const OrganisationPlace& under, const std::string& name) {
    if (!keepers_) {
      keepers_.emplace();
      Query query = living();
      within(query, organisations::scopes(office_.pack, office_.actor, ledger.noun, "create"), "o");
      // A district's own partition is its own: the whole city is all of them.
      if (!under.parent.empty()) usecases::under(query, under.district, under.path, "o");
      fill(query, *keepers_);
    }
    return one_of(*keepers_, name, "organisation", [&](const OrganisationPlace& each) {
      return check_kept_by(ledger, each.kind).has_value();
    });
  }

 private:
  using Places = std::multimap<std::string, OrganisationPlace>;
  struct Person {
    std::string id;
    std::string path;
  };

  Query living() const {
    return Query(
        "SELECT o.id, o.district, o.parent, o.path, o.kind, o.name, o.code FROM districts d"
        " JOIN organisations o ON o.district = d.district WHERE (o.until IS NULL OR o.until > ?)",
        {office_.now.ms});
  }

  void fill(const Query& query, Places& into) {
    query.run(reader_, [&](const Row& row) {
      OrganisationPlace place{.id = std::string(row.text(0)),
                              .district = std::string(row.text(1)),
                              .parent = std::string(row.text(2)),
                              .path = std::string(row.text(3)),
                              .kind = std::string(row.text(4)),
                              .name = std::string(row.text(5)),
                              .living = true};
      if (const auto code = row.maybe_text(6); code && !code->empty()) into.emplace(*code, place);
      auto name = place.name;
      into.emplace(std::move(name), std::move(place));
    });
  }

  const Places& readable() {
    if (readable_) return *readable_;
    readable_.emplace();
    Query query = living();
    within(query, organisations::scopes(office_.pack, office_.actor, "organisations", "read"), "o");
    fill(query, *readable_);
    return *readable_;
  }

  template <class Fits>
  static Result<const OrganisationPlace*> one_of(const Places& places, const std::string& name,
                                                 const std::string& field, const Fits& fits) {
    std::map<std::string, const OrganisationPlace*> meant;
    for (auto [each, end] = places.equal_range(name); each != end; ++each)
      if (fits(each->second)) meant.emplace(each->second.id, &each->second);
    if (meant.size() == 1) return meant.begin()->second;
    if (meant.empty())
      return about("import.no_organisation", "no such organisation is within reach", field,
                   {{"name", name}});
    return about("import.several_organisations", "several organisations bear that name", field,
                 {{"name", name}});
  }

  // By name: where they belong, and where they hold a post.
  void read_people() {
    people_.emplace();
    const auto scopes = organisations::scopes(office_.pack, office_.actor, "people", "read");
    const auto take = [&](const Row& row) {
      people_->emplace(std::string(row.text(1)),
                       Person{std::string(row.text(0)), std::string(row.text(2))});
    };
    Query home(
        "SELECT p.id, p.name, p.path FROM districts d JOIN people p ON p.district = d.district"
        " WHERE p.active");
    within(home, scopes, "p");
    home.run(reader_, take);
    Query posted(
        "SELECT p.id, p.name, t.path FROM districts d JOIN postings t ON t.district = d.district"
        " JOIN people p ON p.district = t.person_district AND p.id = t.person"
        " WHERE p.active AND (t.until IS NULL OR t.until > ?)",
        {office_.now.ms});
    within(posted, scopes, "t");
    posted.run(reader_, take);
  }

  Reader& reader_;
  const Office& office_;
  std::optional<std::multimap<std::string, Person>> people_;
  std::optional<Places> readable_, keepers_;
};

// The rows of organisations as they are, and those that this file has added to them.
class Present {
 public:
  Present(Reader& reader, const Office& office, const pack::Ledger& ledger)
      : reader_(reader), office_(office), ledger_(ledger) {}

  struct Held {
    json::object fields;
    bool from_file = false;
  };

  // One that says the same in every field that is given.
  const Held* saying(const OrganisationPlace& at, const json::object& given) {
    for (const auto& held : of(at)[title_of(ledger_, given)])
      if (std::ranges::all_of(given, [&](const auto& each) {
            const auto* value = held.fields.if_contains(each.key());
            return value && is_same(*value, each.value());
          }))
        return &held;
    return nullptr;
  }

  bool has_title(const OrganisationPlace& at, const json::object& given) {
    const auto title = title_of(ledger_, given);
    return !title.empty() && !of(at)[title].empty();
  }

  void add(const OrganisationPlace& at, const json::object& fields) {
    of(at)[title_of(ledger_, fields)].push_back({fields, true});
  }

 private:
  using ByTitle = std::map<std::string, std::vector<Held>>;

  static bool is_same(const json::value& one, const json::value& other) {
    if (one.is_number() && other.is_number())
      return one.to_number<double>() == other.to_number<double>();
    return one == other;
  }

  ByTitle& of(const OrganisationPlace& at) {
    auto [place, fresh] = rows_.try_emplace(at.id);
    if (fresh)
      Query(
          "SELECT fields FROM ledger_rows WHERE district = ? AND ledger = ? AND organisation = ?"
          " AND (until IS NULL OR until > ?)",
          {at.district, ledger_.id, at.id, office_.now.ms})
          .run(reader_, [&](const Row& row) {
            json::error_code error;
            auto fields = json::parse(row.text(0), error);
            if (error || !fields.is_object()) return;
            auto title = title_of(ledger_, fields.get_object());
            place->second[std::move(title)].push_back({std::move(fields.get_object()), false});
          });
    return place->second;
  }

  Reader& reader_;
  const Office& office_;
  const pack::Ledger& ledger_;
  std::map<std::string, ByTitle> rows_;
};

class Importing {
 public:
  // Without a transaction nothing is made.
  Importing(Reader& reader, Transaction* transaction, const Office& office,
            const pack::Ledger& ledger, const RowsAsk& ask, const Table& table)
      : reader_(reader),
        transaction_(transaction),
        office_(office),
        ledger_(ledger),
        ask_(ask),
        table_(table),
        named_(reader, office),
        present_(reader, office, ledger) {}

  Result<RowsImported> run() {
    TRY(prepare());
    out_.rows = table_.rows.size();
    for (const auto& row : table_.rows) take(row);
    out_.as_of = office_.zone.format(office_.now);
    return std::move(out_);
  }

 private:
  Result<void> prepare() {
    TRY(check_no_personal(ledger_));
    TRY_LET(place, living_place(reader_, ask_.organisation, office_.now, "organisation"));
    at_ = std::move(place);
    TRY(organisations::may(office_.pack, office_.actor, ledger_.noun, "create", at_.place()));
    if (table_.rows.size() > kRowsImportedMost)
      return Refusal{.why = Why::too_large,
                     .key = "import.too_many_rows",
                     .detail = "the table has too many rows for one ledger",
                     .field = "attachment",
                     .args = {{"most", kRowsImportedMost}}};
    read_heads();
    for (const auto& field : ledger_.fields)
      if (field.required && !has_column(field)) return no_column(field.name);
    if (organisation_ < 0 && !check_kept_by(ledger_, at_.kind))
      return no_column({table_word(office_.pack, "organisation", "zh"),
                        table_word(office_.pack, "organisation", "en")});
    return {};
  }

  bool has_column(const pack::Field& field) const {
    return std::ranges::any_of(columns_,
                               [&](const Column& column) { return column.field == &field; });
  }

  Refusal no_column(const pack::Words& words) const {
    std::string heads;
    for (const auto& head : table_.columns) heads += (heads.empty() ? "" : ", ") + head;
    return {.why = Why::refused,
            .key = "import.no_head",
            .detail = "the file has no column " + words.en,
            .field = "attachment",
            .args = {{"column", {{"zh", words.zh}, {"en", words.en}}}, {"columns", heads}}};
  }

  void read_heads() {
    for (std::size_t at = 0; at < table_.columns.size(); ++at) {
      Column column{nullptr, table_.columns[at]};
      for (const auto& field : ledger_.fields)
        if (!column.field && is_named(field, column.head) && !has_column(field) &&
            field.type != "photos" && field.type != "matter")
          column.field = &field;
      std::string reads = column.field ? column.field->id : "";
      const auto plain = plain_head(column.head);
      if (!column.field && organisation_ < 0 &&
          is_table_word(office_.pack, "organisation", plain)) {
        organisation_ = static_cast<int>(at);
        reads = "organisation";
      } else if (!column.field && row_ < 0 && is_table_word(office_.pack, "row", plain)) {
        row_ = static_cast<int>(at);
        reads = "row";
      }
      out_.columns.push_back({column.head, std::move(reads)});
      columns_.push_back(std::move(column));
    }
  }

  void refuse(const TableRow& row, const Refusal& refusal) {
    RefusedLine line{.line = row.line,
                     .column = {},
                     .value = {},
                     .key = refusal.key,
                     .field = refusal.field,
                     .clause = refusal.clause,
                     .wants = refusal.wants,
                     .args = refusal.args,
                     .detail = refusal.detail};
    for (std::size_t at = 0; at < columns_.size(); ++at) {
      const bool is_it = columns_[at].field ? refusal.field == "fields." + columns_[at].field->id
                                            : refusal.field == "organisation" &&
                                                  static_cast<int>(at) == organisation_;
      if (!is_it) continue;
      line.column = columns_[at].head;
      line.value = row.cells[at];
    }
    out_.refused.push_back(std::move(line));
  }

  Result<const OrganisationPlace*> whose(const TableRow& row) {
    const auto name =
        organisation_ < 0 ? std::string{} : row.cells[static_cast<std::size_t>(organisation_)];
    if (name.empty() || name == at_.name) {
      if (check_kept_by(ledger_, at_.kind)) return &at_;
      if (name.empty())
        return about("import.whose", "the line does not say whose it is", "organisation", {});
    }
    return named_.keeper(ledger_, at_, name);
  }

  Result<json::value> value_of(const pack::Field& field, const std::string& text,
                               const OrganisationPlace& at) {
    if (trimmed(text).empty()) return json::value(nullptr);
    if (field.type == "person") {
      TRY_LET(id, named_.person(text, at, "fields." + field.id));
      return json::value(id);
    }
    if (field.type == "organisation") {
      TRY_LET(id, named_.organisation(text, field, "fields." + field.id));
      return json::value(id);
    }
    return value_of_cell(office_.pack, office_.zone, field, text);
  }

  Result<json::object> fields_of(const TableRow& row, const OrganisationPlace& at) {
    json::object given;
    for (std::size_t place = 0; place < columns_.size(); ++place) {
      const auto* field = columns_[place].field;
      if (!field) continue;
      TRY_LET(value, value_of(*field, row.cells[place], at));
      if (!value.is_null()) given[field->id] = std::move(value);
    }
    TRY_LET(fields, facts::check_fields(ledger_.fields, given));
    TRY(facts::check_guards(ledger_, fields));
    return fields;
  }

  // A row that was given out bears its id; it is there, and changed by hand only.
  bool bears_its_id(const TableRow& row) {
    const auto id = row_ < 0 ? std::string{} : row.cells[static_cast<std::size_t>(row_)];
    if (!is_id(id)) return false;
    const auto found = find_row(reader_, office_, ledger_, id);
    return found && !found->row.until &&
           organisations::may(office_.pack, office_.actor, ledger_.noun, "read",
                              {.path = found->path})
               .has_value();
  }

  void take(const TableRow& row) {
    if (row.broken)
      return refuse(row, about("import.bad_line",
                               "the row has more cells than columns, or no good text", "", {}));
    const auto at = whose(row);
    if (!at) return refuse(row, at.error());
    const auto fields = fields_of(row, **at);
    if (!fields) return refuse(row, fields.error());
    if (const auto* held = present_.saying(**at, *fields)) {
      if (!held->from_file) {
        ++out_.there;
        return;
      }
      return refuse(row, about("import.same_row_above", "the same stands further up", "", {}));
    }
    if (bears_its_id(row))
      return refuse(row, about("import.row_differs",
                               "the row is there and says something else; change it there", "",
                               {{"title", title_of(ledger_, *fields)}}));
    if (present_.has_title(**at, *fields)) out_.alike.push_back(row.line);
    present_.add(**at, *fields);
    ++out_.taken;
    if (!transaction_) return;
    keep_row(*transaction_, office_, ledger_, **at, new_id((*at)->district, office_.now), *fields,
             {{"file", ask_.name}, {"attachment", ask_.attachment}, {"line", row.line}});
    ++out_.created;
  }

  Reader& reader_;
  Transaction* transaction_;
  const Office& office_;
  const pack::Ledger& ledger_;
  const RowsAsk& ask_;
  const Table& table_;
  Named named_;
  Present present_;
  OrganisationPlace at_;
  std::vector<Column> columns_;
  int organisation_ = -1, row_ = -1;
  RowsImported out_;
};

}  // namespace

Result<RowsImported> import_rows(Transaction& transaction, const Office& office,
                                 const std::string& id, const RowsAsk& ask, const Table& table) {
  TRY_LET(ledger, ledger_named(office, id));
  return Importing(transaction, ask.dry_run ? nullptr : &transaction, office, *ledger, ask, table)
      .run();
}

Result<RowsImported> preview_rows(Reader& reader, const Office& office, const std::string& id,
                                  const RowsAsk& ask, const Table& table) {
  TRY_LET(ledger, ledger_named(office, id));
  return Importing(reader, nullptr, office, *ledger, ask, table).run();
}

}  // namespace anxiao::usecases
