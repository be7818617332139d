#include "usecases/standings.h"

#include <algorithm>

#include "base/ids.h"
#include "base/text.h"
#include "usecases/matter_rows.h"

namespace anxiao::usecases {

namespace json = boost::json;
using standing::Matrix;

namespace {

std::vector<std::string> nodes_of(std::string_view path) {
  std::vector<std::string> nodes;
  for (const auto& each : split(path, '/'))
    if (!each.empty()) nodes.emplace_back(each);
  return nodes;
}

std::vector<std::string> all_districts(Reader& reader) {
  std::vector<std::string> districts;
  reader.query("SELECT district FROM districts ORDER BY district", {},
               [&](const Row& row) { districts.emplace_back(row.text(0)); });
  return districts;
}

// The day and the hour from which terms run until the next begins.
struct Runs {
  standing::Span now, before;
};

Runs running(const std::vector<std::pair<Day, Day>>& stretches, Day day) {
  Runs runs;
  for (std::size_t place = 0; place < stretches.size(); ++place) {
    if (stretches[place].first > day) break;
    const Day until =
        place + 1 < stretches.size() ? stretches[place + 1].first : stretches[place].second.plus(1);
    runs.now = {stretches[place].first, until};
    if (place > 0) runs.before = {stretches[place - 1].first, stretches[place].first};
  }
  return runs;
}

std::optional<std::int64_t> term_in(const json::object& data, std::string_view open,
                                    std::string_view due) {
  const auto* flag = data.if_contains(open);
  if (!flag || !flag->is_bool() || !flag->get_bool()) return std::nullopt;
  const auto* value = data.if_contains(due);
  return value && value->is_int64() ? value->get_int64() : standing::kNever;
}

}  // namespace

Standings::Standings(const Zone& zone, Calendars& calendars) : zone_(zone), calendars_(calendars) {}

void Standings::rebuild(Reader& reader, std::shared_ptr<const pack::Pack> pack, Instant now) {
  std::lock_guard lock(guard_);
  pack_ = std::move(pack);
  calendar_of_.clear();
  periods_.clear();
  dirty_.clear();
  dirty_districts_.clear();
  matrix_ = std::make_unique<Matrix>(
      std::make_shared<standing::Plan>(pack_), zone_,
      [this](const standing::Subject& subject, Day day) { return periods_of(subject, day); });
  for (const auto& district : all_districts(reader)) read_district(reader, district, now);
  matrix_->turn(now);
}

void Standings::read_district(Reader& reader, const std::string& district, Instant now) {
  read_organisations(reader, district, {}, now);
  read_rows(reader, district, {});
  read_holders(reader, district, {}, now);
  read_duties(reader, district, {});
  read_matters(reader, district, {});
}

void Standings::read_organisations(Reader& reader, const std::string& district,
                                   const std::string& only, Instant now) {
  struct Found {
    std::string id, kind, path;
    json::object facets;
    Instant since;
    bool living;
  };
  std::vector<Found> found;
  reader.query(
      "SELECT id, kind, path, facets, since, until FROM organisations WHERE district = $1"
      " AND (CAST($2 AS TEXT) = '' OR id = $2)",
      {district, only}, [&](const Row& row) {
        const auto until = row.maybe_integer(5);
        found.push_back({std::string(row.text(0)),
                         std::string(row.text(1)),
                         std::string(row.text(2)),
                         object_of(row.text(3)),
                         {row.integer(4)},
                         !until || *until > now.ms});
      });
  for (const auto& each : found) {
    if (!each.living) {
      matrix_->remove(each.id);
      calendar_of_.erase(each.id);
      continue;
    }
    calendar_of_[each.id] = calendars_.of(reader, *pack_, each.kind, each.path);
    matrix_->put(each.id, each.kind, each.facets, each.since, nodes_of(each.path));
  }
}

void Standings::read_rows(Reader& reader, const std::string& district, const std::string& only) {
  for (const auto& ledger : matrix_->plan().ledgers())
    reader.query(
        "SELECT organisation, id, fields FROM ledger_rows WHERE district = $1 AND ledger = $2"
        " AND (CAST($3 AS TEXT) = '' OR organisation = $3) AND until IS NULL",
        {district, ledger.id, only}, [&](const Row& row) {
          matrix_->put_row(std::string(row.text(0)), ledger.id, row.text(1),
                           object_of(row.text(2)));
        });
}

void Standings::read_holders(Reader& reader, const std::string& district, const std::string& only,
                             Instant now) {
  reader.query(
      "SELECT organisation, post, COUNT(DISTINCT person) FROM postings WHERE district = $1"
      " AND (CAST($2 AS TEXT) = '' OR organisation = $2) AND (until IS NULL OR until > $3)"
      " GROUP BY organisation, post",
      {district, only, now.ms}, [&](const Row& row) {
        matrix_->set_holders(std::string(row.text(0)), row.text(1),
                             static_cast<std::size_t>(row.integer(2)));
      });
}

void Standings::read_duties(Reader& reader, const std::string& district, const std::string& only) {
  reader.query(
      "SELECT organisation, duty, MAX(happened_at) FROM answers WHERE district = $1"
      " AND (CAST($2 AS TEXT) = '' OR organisation = $2) GROUP BY organisation, duty",
      {district, only}, [&](const Row& row) {
        matrix_->duty_done(std::string(row.text(0)), row.text(1), {row.integer(2)});
      });
  reader.query(
      "SELECT m.organisation, m.duty, MAX(m.closed_at) FROM misses m WHERE m.district = $1"
      " AND (CAST($2 AS TEXT) = '' OR m.organisation = $2)"
      " AND NOT EXISTS (SELECT 1 FROM excuses e WHERE e.district = m.district"
      " AND e.organisation = m.organisation AND e.period = m.period AND e.duty = m.duty"
      " AND e.point = m.point AND e.state = 'approved')"
      " GROUP BY m.organisation, m.duty",
      {district, only}, [&](const Row& row) {
        matrix_->duty_missed(std::string(row.text(0)), row.text(1), {row.integer(2)});
      });
}

void Standings::read_matters(Reader& reader, const std::string& district, const std::string& only) {
  for (const auto& chart : pack_->charts)
    reader.query(
        "SELECT organisation, due_at FROM matters WHERE district = $1 AND loop = $2"
        " AND (CAST($3 AS TEXT) = '' OR organisation = $3) AND open = TRUE",
        {district, chart.id, only}, [&](const Row& row) {
          matrix_->matter_due(std::string(row.text(0)), chart.id, std::nullopt,
                              row.maybe_integer(1).value_or(standing::kNever));
        });
}

standing::Periods Standings::periods_of(const standing::Subject& subject, Day day) {
  const auto found = calendar_of_.find(subject.id);
  if (found == calendar_of_.end() || !found->second) return {};
  const auto& calendar = *found->second;
  const auto [known, fresh] = periods_.try_emplace({&calendar, day.number});
  if (!fresh) return known->second;
  std::vector<std::pair<Day, Day>> terms, years;
  for (const auto& term : calendar.terms()) terms.emplace_back(term.from, term.to);
  for (const auto& year : calendar.school_years()) years.emplace_back(year.from, year.to);
  const auto term = running(terms, day), year = running(years, day);
  known->second = {.term = term.now,
                   .term_before = term.before,
                   .school_year = year.now,
                   .school_year_before = year.before,
                   .in_known_years = calendar.knows(day)};
  return known->second;
}

// --- the journal ---

void Standings::heard(std::span<const Entry> entries) {
  std::lock_guard lock(guard_);
  if (!matrix_) return;
  for (const auto& entry : entries) hear(entry);
}

void Standings::hear(const Entry& entry) {
  const bool of_organisation =
      entry.kind == "OrganisationEntered" || entry.kind == "OrganisationChanged";
  const auto& id = of_organisation ? entry.subject : entry.organisation;
  // Once it is to be read again, it is to be read as it is after everything heard of it.
  if (const auto waits = dirty_.find(id); waits != dirty_.end()) {
    waits->second = entry.seq;
    return;
  }
  if (of_organisation || entry.kind == "PostGiven" || entry.kind == "PostEnded" ||
      entry.kind == "ExcuseDecided")
    dirty_[id] = entry.seq;
  else if (entry.kind == "DutyAnswered")
    hear_answer(entry);
  else if (entry.kind == "MatterMoved")
    hear_matter(entry);
  else if (entry.kind.starts_with("Row"))
    hear_row(entry);
  else if (entry.kind == "DutyMissed")
    matrix_->duty_missed(entry.organisation, text_at(entry.data, "duty"), entry.happened_at);
}

void Standings::hear_answer(const Entry& entry) {
  matrix_->duty_done(entry.organisation, text_at(entry.data, "duty"), entry.happened_at);
}

void Standings::hear_matter(const Entry& entry) {
  matrix_->matter_due(entry.organisation, text_at(entry.data, "loop"),
                      term_in(entry.data, "open_before", "due_before"),
                      term_in(entry.data, "open", "due_at"));
}

void Standings::hear_row(const Entry& entry) {
  const auto ledger = text_at(entry.data, "ledger");
  if (ledger == kClosures || ledger == kCalendarDays || ledger == kCalendarTerms) {
    // It may be a district's, or the whole city's.
    dirty_districts_[entry.district] = entry.seq;
    return;
  }
  if (entry.kind == "RowEnded" || entry.kind == "RowForgotten") {
    matrix_->drop_row(entry.organisation, ledger, entry.subject);
    return;
  }
  const auto* fields = entry.data.if_contains("fields");
  if (fields && fields->is_object())
    matrix_->put_row(entry.organisation, ledger, entry.subject, fields->get_object());
}

void Standings::read_again(Reader& reader, Instant now) {
  const auto is_seen = [&](const std::string& district, std::int64_t seq) {
    bool seen = false;
    reader.query("SELECT 1 FROM journal WHERE district = $1 AND seq = $2", {district, seq},
                 [&](const Row&) { seen = true; });
    return seen;
  };
  for (auto waits = dirty_districts_.begin(); waits != dirty_districts_.end();) {
    if (!is_seen(waits->first, waits->second)) {
      ++waits;
      continue;
    }
    periods_.clear();
    // The city's own rows are everybody's.
    std::string root;
    reader.query("SELECT district FROM organisations WHERE district = $1 AND parent IS NULL",
                 {waits->first}, [&](const Row& row) { root = row.text(0); });
    const auto districts =
        root.empty() ? std::vector<std::string>{waits->first} : all_districts(reader);
    for (const auto& district : districts) read_organisations(reader, district, {}, now);
    waits = dirty_districts_.erase(waits);
  }
  for (auto waits = dirty_.begin(); waits != dirty_.end();) {
    const auto& id = waits->first;
    const std::string district(district_of(id));
    if (!is_seen(district, waits->second)) {
      ++waits;
      continue;
    }
    matrix_->remove(id);
    read_organisations(reader, district, id, now);
    read_rows(reader, district, id);
    read_holders(reader, district, id, now);
    read_duties(reader, district, id);
    read_matters(reader, district, id);
    waits = dirty_.erase(waits);
  }
}

void Standings::bring_up(Reader& reader, Instant now) {
  expect(matrix_ != nullptr, "standing is built before it is asked for");
  read_again(reader, now);
  matrix_->turn(now);
  if (periods_.size() > kPeriodsKept) periods_.clear();
}

}  // namespace anxiao::usecases
