#include "usecases/import.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/hash.h"
#include "base/ids.h"
#include "base/text.h"
#include "domain/organisations/codes.h"
#include "usecases/organisations.h"
#include "usecases/query.h"

namespace anxiao::usecases {
namespace {

constexpr std::size_t kStepRows = 100;  // told of between

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// Where the columns are; -1 where the file has none.
struct Columns {
  int name = -1, district = -1, division = -1, code = -1, kind = -1;
};

int column_named(const Table& table, const std::string& head) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (lower(table.columns[i]) == lower(head)) return static_cast<int>(i);
  return -1;
}

Result<int> find_column(const pack::Pack& pack, const Table& table, const std::string& what,
                        const std::optional<std::string>& named) {
  if (named && !named->empty()) {
    int column = column_named(table, *named);
    if (column < 0)
      return Refusal{.why = Why::refused,
                     .key = "import.no_column",
                     .detail = "the file has no column " + *named,
                     .field = "columns." + what,
                     .args = {{"column", *named}, {"columns", joined(table.columns)}}};
    return column;
  }
  auto heads = pack.columns.find(what);
  if (heads == pack.columns.end()) return -1;
  for (const auto& head : heads->second)
    if (int column = column_named(table, head); column >= 0) return column;
  return -1;
}

Result<Columns> find_columns(const pack::Pack& pack, const Table& table, const ImportAsk& ask) {
  auto named = ask.columns.value_or(ImportColumns{});
  Columns columns;
  TRY_LET(name, find_column(pack, table, "name", named.name));
  TRY_LET(district, find_column(pack, table, "district", named.district));
  TRY_LET(division, find_column(pack, table, "division", std::nullopt));
  TRY_LET(code, find_column(pack, table, "code", named.code));
  TRY_LET(kind, find_column(pack, table, "kind", named.kind));
  columns = {name, district, division, code, kind};
  if (columns.name < 0)
    return Refusal{.why = Why::refused,
                   .key = "import.no_column",
                   .detail = "no column of the file is known to hold names",
                   .field = "columns.name",
                   .args = {{"column", "name"}, {"columns", joined(table.columns)}}};
  return columns;
}

std::string cell(const TableRow& row, int column) {
  return column < 0 ? std::string{} : row.cells[static_cast<std::size_t>(column)];
}

struct District {
  std::string id;
  std::string district;
  std::string name;
  std::string path;
};

// The districts that the actor may import into.
class Districts {
 public:
  Districts(Reader& reader, const Office& office) : office_(office) {
    Query(
        "SELECT o.id, o.district, o.name, o.path, o.code FROM districts d JOIN organisations o"
        " ON o.district = d.district AND o.id = d.organisation"
        " WHERE o.kind = ? AND (o.until IS NULL OR o.until > ?)",
        {std::string(kDistrictKind), office.now.ms})
        .run(reader, [&](const Row& row) {
          District one{std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                       std::string(row.text(3))};
          if (!may(one)) return;
          by_name_[one.name] = one;
          by_division_[one.district] = one;
          if (auto code = row.maybe_text(4)) by_division_[*code] = one;
        });
  }

  // Of the caller's own naming: refused where it is none or not his.
  Result<District> named(Reader& reader, const std::string& id, const std::string& field) const {
    auto place = place_of(reader, id, office_.now);
    if (!place || !place->living || place->kind != kDistrictKind)
      return Refusal{.why = Why::refused,
                     .key = "import.no_district",
                     .detail = "rows go into a district",
                     .field = field};
    District one{place->id, place->district, place->name, place->path};
    TRY(organisations::may(office_.pack, office_.actor, "organisations", "import",
                           {.path = one.path}));
    return one;
  }

  const District* by_name(const std::string& name) const { return find(by_name_, name); }
  const District* by_division(const std::string& digits) const {
    return find(by_division_, digits);
  }

 private:
  bool may(const District& one) const {
    return organisations::may(office_.pack, office_.actor, "organisations", "import",
                              {.path = one.path})
        .has_value();
  }
  static const District* find(const std::map<std::string, District>& in, const std::string& key) {
    auto found = in.find(key);
    return found == in.end() ? nullptr : &found->second;
  }

  const Office& office_;
  std::map<std::string, District> by_name_, by_division_;
};

// A kind by what the file says of it: its id or its words, else what the name shows, else what
// the file's word shows, else the only kind of the code's category.
std::string kind_of(const pack::Pack& pack, const std::string& said, const std::string& name,
                    const std::string& code) {
  for (const auto& kind : pack.kinds)
    if (!said.empty() &&
        (kind.id == said || kind.name.zh == said || lower(kind.name.en) == lower(said)))
      return kind.id;
  if (auto kind = kind_of_name(pack, name); !kind.empty()) return kind;
  if (auto kind = kind_of_name(pack, said); !kind.empty()) return kind;
  std::string only;
  for (const auto& kind : pack.kinds) {
    if (code.size() < 2 ||
        std::ranges::find(kind.categories, code.substr(0, 2)) == kind.categories.end())
      continue;
    if (!only.empty()) return {};
    only = kind.id;
  }
  return only;
}

class Importing {
 public:
  // Without a transaction nothing is made.
  Importing(Reader& reader, Transaction* transaction, const Office& office, const ImportAsk& ask,
            const Table& table, const Progress& progress)
      : reader_(reader),
        transaction_(transaction),
        office_(office),
        ask_(ask),
        table_(table),
        progress_(progress),
        districts_(reader, office) {}

  Result<Imported> run() {
    TRY(prepare());
    out_.rows = table_.rows.size();
    std::size_t done = 0;
    for (const auto& row : table_.rows) {
      if (done++ % kStepRows == 0)
        progress_.step("rows", static_cast<std::int64_t>(done - 1),
                       static_cast<std::int64_t>(out_.rows));
      take(row);
    }
    progress_.step("rows", static_cast<std::int64_t>(out_.rows),
                   static_cast<std::int64_t>(out_.rows));
    for (auto& [name, district] : found_) out_.districts.push_back(std::move(district));
    for (const auto& [kind, count] : kinds_) out_.kinds.push_back({kind, count});
    out_.as_of = office_.zone.format(office_.now);
    if (out_.created > 0) record();
    return std::move(out_);
  }

 private:
  Result<void> prepare() {
    if (organisations::scopes(office_.pack, office_.actor, "organisations", "import").empty())
      return Refusal{.why = Why::forbidden,
                     .key = "authority.forbidden",
                     .detail = "no post of the actor may import organisations",
                     .args = {{"noun", "organisations"}, {"action", "import"}}};
    TRY_LET(columns, find_columns(office_.pack, table_, ask_));
    columns_ = columns;
    note_column("name", columns_.name);
    note_column("district", columns_.district);
    note_column("division", columns_.division);
    note_column("code", columns_.code);
    note_column("kind", columns_.kind);
    for (const auto& kind : ask_.kinds) {
      if (!office_.pack.kind(kind))
        return Refusal{.why = Why::refused,
                       .key = "organisation.unknown_kind",
                       .detail = "the pack knows no kind " + kind,
                       .field = "kinds",
                       .args = {{"kind", kind}}};
      chosen_.insert(kind);
    }
    for (const auto& kind : office_.pack.kinds)
      if (ask_.kinds.empty() && kind.is_school) chosen_.insert(kind.id);
    if (ask_.all_into && !ask_.all_into->empty()) {
      TRY_LET(all, districts_.named(reader_, *ask_.all_into, "all_into"));
      all_into_ = all;
    }
    if (ask_.district_map)
      for (const auto& [name, id] : *ask_.district_map) {
        TRY_LET(one, districts_.named(reader_, id, "district_map." + name));
        mapped_[name] = one;
      }
    return {};
  }

  void note_column(const std::string& what, int column) {
    if (column >= 0) out_.columns[what] = table_.columns[static_cast<std::size_t>(column)];
  }

  void refuse(const TableRow& row, std::string reason, std::string value, std::string detail) {
    out_.refused.push_back(
        {row.line, "import." + std::move(reason), std::move(value), std::move(detail)});
  }

  const District* district_for(const TableRow& row) {
    std::string name = cell(row, columns_.district);
    std::string digits = cell(row, columns_.division);
    const District* district = nullptr;
    if (all_into_) district = &*all_into_;
    if (auto mapped = mapped_.find(name); !district && mapped != mapped_.end())
      district = &mapped->second;
    if (!district && !name.empty()) district = districts_.by_name(name);
    if (!district && !digits.empty()) district = districts_.by_division(digits);
    auto& found = found_[name.empty() ? digits : name];
    found.name = name.empty() ? digits : name;
    ++found.count;
    if (district) found.organisation = Ref{district->id, district->name};
    return district;
  }

  // What stands in the district already, by name; read once for each.
  std::set<std::string>& names_in(const District& district) {
    auto [place, fresh] = present_.try_emplace(district.id);
    if (fresh)
      Query("SELECT name FROM organisations WHERE district = ? AND parent = ? AND until IS NULL",
            {district.district, district.id})
          .run(reader_, [&](const Row& row) { place->second.insert(std::string(row.text(0))); });
    return place->second;
  }

  void take(const TableRow& row) {
    if (row.broken)
      return refuse(row, "bad_line", "", "the row has more cells than columns, or no good text");
    auto checked = check_name(cell(row, columns_.name), "name");
    if (!checked)
      return refuse(row, cell(row, columns_.name).empty() ? "no_name" : "bad_line",
                    cell(row, columns_.name), checked.error().detail);
    const std::string& name = *checked;
    std::string code = cell(row, columns_.code);
    std::string said = cell(row, columns_.kind);
    const District* district = district_for(row);
    std::string kind = kind_of(office_.pack, said, name, code);
    ++kinds_[kind];
    if (!district)
      return refuse(row, "unknown_district", cell(row, columns_.district),
                    "no district of that name is within reach");
    if (!chosen_.contains(kind))
      return refuse(row, "not_a_chosen_kind", name,
                    kind.empty() ? "its kind cannot be told" : "it is a " + kind);
    const auto* known = office_.pack.kind(kind);
    if (std::ranges::find(known->under, kDistrictKind) == known->under.end())
      return refuse(row, "not_a_chosen_kind", name, "a " + kind + " does not stand in a district");
    if (!code.empty())
      if (auto good = check_codes(office_.pack, *known, district->district, code, {}); !good)
        return refuse(row, "bad_code", code, good.error().detail);
    // A name seen before in this file is a duplicate whether or not it also stood here before.
    if (!seen_.insert(district->id + name).second)
      return refuse(row, "duplicate_in_file", name, "the same name stands further up");
    if (names_in(*district).contains(name))
      return refuse(row, "exists", name, "an organisation of that name is there already");
    ++out_.taken;
    if (!transaction_) return;
    NewOrganisation made{.id = new_id(district->district, office_.now),
                         .parent = district->id,
                         .kind = kind,
                         .name = name,
                         .code = code.empty() ? std::nullopt : std::optional(code),
                         .facets = std::nullopt};
    keep_organisation(*transaction_, office_, made, district->path, "");
    ++created_in_[district->id];
    ++out_.created;
  }

  void record() {
    boost::json::object made;
    for (const auto& [id, count] : created_in_) made[id] = count;
    // The line stands where the rows went; several districts: where the actor's right begins.
    std::string id = created_in_.begin()->first;
    auto place = place_of(reader_, id, office_.now);
    if (created_in_.size() > 1 && place) place = place_of(reader_, place->parent, office_.now);
    if (!place) return;
    transaction_->record({.district = place->district,
                          .organisation = place->id,
                          .path = place->path,
                          .holder = {},
                          .kind = "OrganisationsImported",
                          .noun = "organisations",
                          .subject = place->id,
                          .actor = office_.actor.person,
                          .happened_at = office_.now,
                          .known_at = office_.now,
                          .data = {{"file", ask_.name},
                                   {"attachment", ask_.attachment},
                                   {"rows", out_.rows},
                                   {"created", out_.created},
                                   {"refused", out_.refused.size()},
                                   {"into", made}},
                          .hash = {}});
  }

  Reader& reader_;
  Transaction* transaction_;
  const Office& office_;
  const ImportAsk& ask_;
  const Table& table_;
  const Progress& progress_;
  Districts districts_;
  Columns columns_;
  std::set<std::string> chosen_;
  std::optional<District> all_into_;
  std::map<std::string, District> mapped_;
  std::map<std::string, std::set<std::string>> present_;
  std::set<std::string> seen_;
  std::map<std::string, ImportDistrict> found_;
  std::map<std::string, std::size_t> kinds_;
  std::map<std::string, std::size_t> created_in_;
  Imported out_;
};

}  // namespace

std::string kind_of_name(const pack::Pack& pack, std::string_view name) {
  std::string best;
  std::size_t length = 0;
  bool ending = false;
  // What follows in brackets names a campus, not a kind.
  for (std::string_view bracket : {"(", "\xef\xbc\x88"})
    if (auto at = name.find(bracket); at != std::string_view::npos && at > 0)
      name = name.substr(0, at);
  for (const auto& kind : pack.kinds)
    for (const auto& mark : kind.marks) {
      if (mark.empty() || name.find(mark) == std::string_view::npos) continue;
      bool ends = name.ends_with(mark);
      if (mark.size() < length || (mark.size() == length && (ending || !ends))) continue;
      best = kind.id;
      length = mark.size();
      ending = ends;
    }
  return best;
}

Result<Imported> import_organisations(Transaction& transaction, const Office& office,
                                      const ImportAsk& ask, const Table& table,
                                      const Progress& progress) {
  return Importing(transaction, ask.dry_run ? nullptr : &transaction, office, ask, table, progress)
      .run();
}

Result<Imported> preview_import(Reader& reader, const Office& office, const ImportAsk& ask,
                                const Table& table, const Progress& progress) {
  return Importing(reader, nullptr, office, ask, table, progress).run();
}

Result<Imported> import_organisations(Transaction& transaction, const Office& office,
                                      const ImportAsk& ask, std::string_view bytes,
                                      const Progress& progress) {
  TRY_LET(table, read_table(bytes));
  return import_organisations(transaction, office, ask, table, progress);
}

}  // namespace anxiao::usecases
