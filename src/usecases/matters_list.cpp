#include "usecases/matters_list.h"

#include <algorithm>
#include <functional>
#include <set>

#include "base/ids.h"
#include "base/json_map.h"
#include "usecases/matter_waiting.h"
#include "usecases/query.h"
#include "usecases/tables.h"

namespace anxiao::usecases {

namespace json = boost::json;
using organisations::Scope;

namespace {

// A scope of more organisations than this is read by its paths, not one by one.
constexpr std::size_t kOrganisationsMost = 64;

constexpr std::string_view kLine =
    "SELECT m.id, m.title, m.organisation, o.name, m.district, m.category, m.level, m.assessed,"
    " m.stage, m.opened_at, m.entered_at, m.due_at, m.open, m.closed_at, m.holder, h.name,"
    " m.answerable, a.name, m.lapses, m.fields->'photos_before'->>0, m.version FROM matters m"
    " LEFT JOIN organisations o ON o.district = m.district AND o.id = m.organisation"
    " LEFT JOIN organisations h ON h.district = substr(m.holder, 1, 6) AND h.id = m.holder"
    " LEFT JOIN people a ON a.district = substr(m.answerable, 1, 6) AND a.id = m.answerable";

// What is read along one index: a district, or what one organisation in it has or holds.
struct Slice {
  std::string district;
  std::string organisation;
  std::string holder;
  std::string path;  // beginning of the paths, where it is narrower than the above
};

// Scopes with a condition of their own; a list is what lies in any of them.
struct Part {
  std::vector<Scope> scopes;
  std::function<void(Query&)> also = {};
};

std::optional<Instant> instant_at(const Row& row, int column) {
  auto ms = row.maybe_integer(column);
  return ms ? std::optional(Instant{*ms}) : std::nullopt;
}

MatterLine line_from(const Row& row, std::string_view loop) {
  MatterLine line{.id = std::string(row.text(0)),
                  .loop = std::string(loop),
                  .title = std::string(row.text(1)),
                  .organisation = {std::string(row.text(2)), row.maybe_text(3).value_or("")},
                  .district = std::string(row.text(4)),
                  .category = std::string(row.text(5)),
                  .level = std::string(row.text(6)),
                  .assessed = row.flag(7),
                  .stage = std::string(row.text(8)),
                  .opened_at = {row.integer(9)},
                  .entered_at = {row.integer(10)},
                  .due_at = instant_at(row, 11),
                  .open = row.flag(12),
                  .closed_at = instant_at(row, 13),
                  .holder = {std::string(row.text(14)), row.maybe_text(15).value_or("")},
                  .answerable = {},
                  .lapses = row.integer(18),
                  .photo = row.maybe_text(19).value_or(""),
                  .version = row.integer(20)};
  if (auto person = row.text(16); !person.empty())
    line.answerable = Ref{std::string(person), row.maybe_text(17).value_or("")};
  return line;
}

// --- what is asked for, as parts ---

std::vector<Scope> scopes_by(const Office& office, const pack::Chart& chart,
                             const organisations::Posting& posting) {
  auto alone = office.actor;
  alone.postings = {posting};
  return organisations::scopes(office.pack, alone, chart.noun, "read");
}

std::vector<std::string> levels_told(const pack::Chart& chart, const std::string& post) {
  std::vector<std::string> levels;
  for (const auto& [level, posts] : chart.tells)
    if (std::ranges::find(posts, post) != posts.end()) levels.push_back(level);
  return levels;
}

void told_by(Query& query, const std::vector<std::string>& levels) {
  query.add(" AND m.assessed AND m.level IN (");
  for (std::size_t i = 0; i < levels.size(); ++i) query.add(i ? ", ?" : "?", {levels[i]});
  query.add(")");
}

std::vector<Part> parts_of(const Office& office, const pack::Chart& chart,
                           const MatterFilter& filter) {
  if (!filter.waiting && !filter.told)
    return {{.scopes = organisations::scopes(office.pack, office.actor, chart.noun, "read")}};
  std::vector<Part> parts;
  for (const auto& posting : office.actor.postings) {
    auto scopes = scopes_by(office, chart, posting);
    if (scopes.empty()) continue;
    if (filter.waiting) {
      parts.push_back(
          {std::move(scopes), [&](Query& query) { waiting_by(query, office, chart, posting); }});
    } else if (auto levels = levels_told(chart, posting.post); !levels.empty()) {
      parts.push_back({std::move(scopes), [levels](Query& query) { told_by(query, levels); }});
    }
  }
  return parts;
}

// --- slices ---

std::vector<std::string> districts_of(Reader& reader) {
  std::vector<std::string> districts;
  reader.query("SELECT district FROM districts ORDER BY district", {},
               [&](const Row& row) { districts.emplace_back(row.text(0)); });
  return districts;
}

bool is_whole_district(Reader& reader, const Scope& scope) {
  bool whole = false;
  reader.query("SELECT organisation FROM districts WHERE district = $1", {scope.district},
               [&](const Row& row) { whole = row.text(0) == scope.organisation; });
  return whole;
}

void slice_subtree(Reader& reader, const Scope& scope, std::vector<Slice>& slices) {
  std::vector<std::string> organisations;
  Query query("SELECT o.id FROM organisations o WHERE TRUE");
  under(query, scope.district, scope.path, "o");
  query.add(" LIMIT ?", {static_cast<std::int64_t>(kOrganisationsMost + 1)});
  query.run(reader, [&](const Row& row) { organisations.emplace_back(row.text(0)); });
  if (organisations.size() > kOrganisationsMost) {
    slices.push_back(
        {.district = scope.district, .organisation = {}, .holder = {}, .path = scope.path});
    return;
  }
  for (auto& id : organisations)
    slices.push_back(
        {.district = scope.district, .organisation = std::move(id), .holder = {}, .path = {}});
}

// `at` is the path that was asked for; empty for everything.
void slice(Reader& reader, const Scope& scope, const std::string& at, std::vector<Slice>& slices) {
  if (scope.held) {
    for (auto& district : districts_of(reader))
      slices.push_back({std::move(district), {}, scope.organisation, at});
  } else if (organisations::is_root(scope)) {
    for (auto& district : districts_of(reader)) slices.push_back({std::move(district), {}, {}, {}});
  } else if (scope.exact) {
    slices.push_back({scope.district, scope.organisation, {}, {}});
  } else if (is_whole_district(reader, scope)) {
    slices.push_back({scope.district, {}, {}, {}});
  } else {
    slice_subtree(reader, scope, slices);
  }
}

// The part of a scope that lies at or under an organisation.
std::optional<Scope> narrowed(const Scope& scope, const Scope& at) {
  if (scope.held) return scope;
  if (scope.path.starts_with(at.path)) return scope;
  if (!scope.exact && at.path.starts_with(scope.path)) return at;
  return std::nullopt;
}

Result<std::vector<Part>> narrow(Reader& reader, const pack::Chart& chart, std::vector<Part> parts,
                                 const std::string& organisation, std::string& path) {
  reader.query("SELECT path FROM organisations WHERE district = $1 AND id = $2",
               {std::string(district_of(organisation)), organisation},
               [&](const Row& row) { path = row.text(0); });
  if (path.empty()) return not_found("organisations");
  Scope at{.district = std::string(district_of(organisation)),
           .organisation = organisation,
           .path = path};
  bool any = false;
  for (auto& part : parts) {
    std::vector<Scope> kept;
    for (const auto& scope : part.scopes)
      if (auto inside = narrowed(scope, at)) kept.push_back(std::move(*inside));
    part.scopes = std::move(kept);
    any = any || !part.scopes.empty();
  }
  if (!any)
    return Refusal{.why = Why::forbidden,
                   .key = "authority.forbidden",
                   .detail = "no post of the actor may read matters there",
                   .args = {{"noun", chart.noun}, {"action", "read"}}};
  return parts;
}

// One query that is to be run: the slice, its part's condition, and whether open or closed.
struct Run {
  Slice slice;
  const std::function<void(Query&)>* also;
  bool open;
};

// Everything a list is read from.
class Reading {
 public:
  Reading(const Office& office, const pack::Chart& chart, const MatterFilter& filter)
      : office_(office), chart_(chart), filter_(filter) {}

  Result<void> prepare(Reader& reader) {
    parts_ = parts_of(office_, chart_, filter_);
    std::string path;
    if (!filter_.organisation.empty()) {
      TRY_LET(parts, narrow(reader, chart_, std::move(parts_), filter_.organisation, path));
      parts_ = std::move(parts);
    }
    for (const auto& part : parts_)
      for (const auto& scope : part.scopes) {
        std::vector<Slice> slices;
        slice(reader, scope, path, slices);
        overlap_ = overlap_ || scope.held;
        for (auto& each : slices) {
          if (filter_.state != "closed") runs_.push_back({each, &part.also, true});
          if (filter_.state != "open") runs_.push_back({each, &part.also, false});
        }
      }
    overlap_ = (overlap_ || parts_.size() > 1) && runs_.size() > 1;
    return {};
  }

  const std::vector<Run>& runs() const { return runs_; }
  // Whether a matter may be in more than one run.
  bool overlap() const { return overlap_; }

  Query query(std::string_view select, const Run& run) const {
    Query query(select);
    query.add(" WHERE m.district = ? AND m.loop = ? AND m.open = ?",
              {run.slice.district, chart_.id, run.open});
    if (!run.slice.organisation.empty())
      query.add(" AND m.organisation = ?", {run.slice.organisation});
    if (!run.slice.holder.empty()) query.add(" AND m.holder = ?", {run.slice.holder});
    if (!run.slice.path.empty()) under(query, run.slice.district, run.slice.path, "m");
    if (!filter_.stage.empty()) query.add(" AND m.stage = ?", {filter_.stage});
    if (!filter_.level.empty()) query.add(" AND m.level = ?", {filter_.level});
    if (filter_.late) query.add(" AND m.due_at < ? AND m.open", {office_.now.ms});
    if (filter_.since) query.add(" AND m.opened_at >= ?", {filter_.since->ms});
    if (!filter_.text.empty()) containing(query, filter_.text, "m.title");
    if (*run.also) (*run.also)(query);
    return query;
  }

 private:
  const Office& office_;
  const pack::Chart& chart_;
  const MatterFilter& filter_;
  std::vector<Part> parts_;
  std::vector<Run> runs_;
  bool overlap_ = false;
};

bool is_newer(const MatterLine& one, const MatterLine& other) {
  if (one.opened_at != other.opened_at) return one.opened_at > other.opened_at;
  return one.id > other.id;
}

std::vector<MatterLine> newest(Reader& reader, const Reading& reading, const std::string& loop,
                               const Paging& paging) {
  std::vector<MatterLine> lines;
  for (const auto& run : reading.runs()) {
    auto query = reading.query(kLine, run);
    if (paging.after)
      query.add(" AND (m.opened_at, m.id) < (?, ?)",
                {paging.after->at(0).as_int64(), std::string(paging.after->at(1).as_string())});
    query.add(" ORDER BY m.opened_at DESC, m.id DESC LIMIT ?",
              {static_cast<std::int64_t>(paging.limit) + 1});
    query.run(reader, [&](const Row& row) { lines.push_back(line_from(row, loop)); });
  }
  if (reading.runs().size() < 2) return lines;
  std::ranges::sort(lines, is_newer);
  auto repeated = std::ranges::unique(lines, {}, &MatterLine::id);
  lines.erase(repeated.begin(), repeated.end());
  return lines;
}

Refusal bad_filter(std::string_view field, std::string_view expected) {
  return {.why = Why::malformed,
          .key = "list.filter_malformed",
          .detail = std::string(field) + ": expected " + std::string(expected),
          .field = std::string(field),
          .args = {{"expected", expected}}};
}

Result<bool> flag_of(std::string_view text, std::string_view field) {
  if (text.empty() || text == "false") return false;
  if (text == "true") return true;
  return bad_filter(field, "true or false");
}

const std::string& said(const pack::Words& words, std::string_view language) {
  return language == "en" ? words.en : words.zh;
}

}  // namespace

Result<MatterFilter> filter_of(const Office& office, const FilterText& text) {
  MatterFilter filter;
  TRY_LET(paging, paging_of(text.limit, text.cursor, "is"));
  filter.paging = std::move(paging);
  filter.organisation = text.organisation;
  filter.stage = text.stage;
  filter.level = text.level;
  filter.text = text.text;
  if (!text.state.empty()) filter.state = text.state;
  if (filter.state != "open" && filter.state != "closed" && filter.state != "all")
    return bad_filter("state", "open, closed or all");
  TRY_LET(late, flag_of(text.late, "late"));
  filter.late = late;
  if (!text.waiting.empty() && text.waiting != "me" && text.waiting != office.actor.person)
    return bad_filter("waiting", "me");
  filter.waiting = !text.waiting.empty();
  return filter;
}

Result<Page<MatterLine>> list_matters(Reader& reader, const Office& office, std::string_view loop,
                                      const MatterFilter& filter) {
  TRY_LET(chart, chart_of(office.pack, loop));
  Reading reading(office, *chart, filter);
  TRY(reading.prepare(reader));
  Page<MatterLine> page;
  page.items = newest(reader, reading, chart->id, filter.paging);
  if (page.items.size() > filter.paging.limit) {
    page.items.erase(page.items.begin() + static_cast<std::ptrdiff_t>(filter.paging.limit),
                     page.items.end());
    const auto& last = page.items.back();
    page.next = cursor_of({last.opened_at.ms, last.id});
  }
  return page;
}

Result<std::int64_t> count_matters(Reader& reader, const Office& office, std::string_view loop,
                                   const MatterFilter& filter) {
  TRY_LET(chart, chart_of(office.pack, loop));
  Reading reading(office, *chart, filter);
  TRY(reading.prepare(reader));
  std::int64_t count = 0;
  std::set<std::string> seen;
  for (const auto& run : reading.runs()) {
    if (reading.overlap())
      reading.query("SELECT m.id FROM matters m", run).run(reader, [&](const Row& row) {
        seen.emplace(row.text(0));
      });
    else
      reading.query("SELECT count(*) FROM matters m", run).run(reader, [&](const Row& row) {
        count += row.integer(0);
      });
  }
  return count + static_cast<std::int64_t>(seen.size());
}

std::vector<std::string> organisations_of(const std::vector<MatterLine>& lines) {
  std::vector<std::string> ids;
  for (const auto& line : lines) ids.push_back(line.organisation.id);
  return ids;
}

Result<ExportedMatters> export_matters(Reader& reader, const Office& office, std::string_view loop,
                                       MatterFilter filter, std::string_view language) {
  TRY_LET(chart, chart_of(office.pack, loop));
  filter.paging = {.limit = kExportRowsMost, .after = {}};
  TRY_LET(page, list_matters(reader, office, loop, filter));
  std::string out(kCsvMark);
  out += csv_line({"id", "organisation", "title", "category", "level", "assessed", "stage",
                   "opened_at", "entered_at", "due_at", "late", "lapses", "closed_at", "holder",
                   "answerable"});
  auto when = [&](const std::optional<Instant>& at) {
    return at ? office.zone.format(*at) : std::string();
  };
  for (const auto& line : page.items) {
    const auto* level = chart->level(line.level);
    const auto* stage = chart->stage(line.stage);
    auto category = chart->category_words.find(line.category);
    out += csv_line(
        {line.id, line.organisation.name, line.title,
         category == chart->category_words.end() ? line.category : said(category->second, language),
         level ? said(level->name, language) : line.level, line.assessed ? "true" : "false",
         stage ? said(stage->name, language) : line.stage, when(line.opened_at),
         when(line.entered_at), when(line.due_at), is_late(line, office.now) ? "true" : "false",
         std::to_string(line.lapses), when(line.closed_at), line.holder.name,
         line.answerable ? line.answerable->name : std::string()});
  }
  return ExportedMatters{std::move(out), organisations_of(page.items)};
}

json::object page_json(const Page<MatterLine>& page, const Office& office) {
  json::array items;
  items.reserve(page.items.size());
  for (const auto& line : page.items) items.push_back(json_of(line, office));
  return {{"items", std::move(items)},
          {"next", page.next ? json::value(*page.next) : json::value(nullptr)},
          {"as_of", office.zone.format(office.now)}};
}

std::string page_text(const Page<MatterLine>& page, const Office& office) {
  std::string out;
  out.reserve(128 + page.items.size() * 768);
  out += "{\"items\":[";
  bool first = true;
  for (const auto& line : page.items) {
    if (!first) out += ',';
    first = false;
    append_text(out, summary_of(line, office));
  }
  out += "],\"next\":";
  append_text(out, page.next);
  out += ",\"as_of\":";
  append_text(out, office.zone.format(office.now));
  out += '}';
  return out;
}

}  // namespace anxiao::usecases
