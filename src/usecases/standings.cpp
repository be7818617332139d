#include "usecases/standings.h"

#include <algorithm>

#include "base/ids.h"
#include "base/text.h"
#include "domain/standing/running.h"
#include "usecases/matter_rows.h"
#include "usecases/of_district.h"
#include "usecases/standing_matters.h"

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

// When the term of a matter ends after what was said of it; empty where it is closed.
std::optional<std::int64_t> term_in(const json::object& data) {
  const auto* open = data.if_contains("open");
  if (!open || !open->is_bool() || !open->get_bool()) return std::nullopt;
  const auto at = parse_instant(text_at(data, "due_at"));
  return at ? at->ms : standing::kNever;
}

// Of a row that begins with a matter's id and when its term ends.
standing::Due due_of(const Row& row) {
  return {row.maybe_integer(1).value_or(standing::kNever), standing::short_name(row.text(0))};
}

bool of_calendar(const Entry& entry) {
  if (!entry.kind.starts_with("Row")) return false;
  const auto ledger = text_at(entry.data, "ledger");
  return ledger == kClosures || ledger == kCalendarDays || ledger == kCalendarTerms;
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
  read_up_to_.clear();
  matrix_ = std::make_unique<Matrix>(
      std::make_shared<standing::Plan>(pack_), zone_,
      [this](const standing::Subject& subject, Day day) { return periods_of(subject, day); });
  const auto districts = all_districts(reader);
  for (const auto& district : districts) read_district(reader, district, now);
  // What is held may lie in another district than its holder.
  for (const auto& chart : pack_->charts) read_matters(reader, districts, chart.id);
  matrix_->turn(now);
}

void Standings::read_district(Reader& reader, const std::string& district, Instant now) {
  read_up_to_[district] = last_seq_of(reader, district);
  read_organisations(reader, district, {}, now);
  read_rows(reader, district, {});
  read_holders(reader, district, {}, now);
  read_duties(reader, district, {});
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
      "SELECT id, kind, path, facets, since, until FROM organisations WHERE district = $1" +
          of_one(only, "id"),
      place_in(district, only), [&](const Row& row) {
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
    reader.query("SELECT organisation, id, fields FROM ledger_rows WHERE district = $1" +
                     of_one(only, "organisation") + " AND ledger = " + next_place(only, 1) +
                     " AND until IS NULL",
                 place_in(district, only, {ledger.id}), [&](const Row& row) {
                   matrix_->put_row(std::string(row.text(0)), ledger.id, row.text(1),
                                    object_of(row.text(2)));
                 });
}

void Standings::read_holders(Reader& reader, const std::string& district, const std::string& only,
                             Instant now) {
  reader.query(
      "SELECT organisation, post, COUNT(DISTINCT person) FROM postings WHERE district = $1" +
          of_one(only, "organisation") + " AND (until IS NULL OR until > " + next_place(only, 1) +
          ") GROUP BY organisation, post",
      place_in(district, only, {now.ms}), [&](const Row& row) {
        matrix_->set_holders(std::string(row.text(0)), row.text(1),
                             static_cast<std::size_t>(row.integer(2)));
      });
}

void Standings::read_duties(Reader& reader, const std::string& district, const std::string& only) {
  reader.query("SELECT organisation, duty, MAX(happened_at) FROM answers WHERE district = $1" +
                   of_one(only, "organisation") + " GROUP BY organisation, duty",
               place_in(district, only), [&](const Row& row) {
                 matrix_->duty_done(std::string(row.text(0)), row.text(1), {row.integer(2)});
               });
  reader.query(
      "SELECT m.organisation, m.duty, MAX(m.closed_at) FROM misses m WHERE m.district = $1" +
          of_one(only, "m.organisation") +
          // Done in time and known later: the miss stays on record, and is none.
          " AND (SELECT COUNT(*) FROM answers a WHERE a.district = m.district"
          " AND a.organisation = m.organisation AND a.period = m.period AND a.duty = m.duty"
          " AND a.point = m.point AND a.happened_at < m.closed_at) < m.times"
          " AND NOT EXISTS (SELECT 1 FROM excuses e WHERE e.district = m.district"
          " AND e.organisation = m.organisation AND e.period = m.period AND e.duty = m.duty"
          " AND e.point = m.point AND e.state = 'approved')"
          " GROUP BY m.organisation, m.duty",
      place_in(district, only), [&](const Row& row) {
        matrix_->duty_missed(std::string(row.text(0)), row.text(1), {row.integer(2)});
      });
}

void Standings::read_matters(Reader& reader, const std::vector<std::string>& districts,
                             const std::string& loop) {
  if (matrix_->plan().loop(loop) == standing::kNone) return;
  std::unordered_map<std::string, std::vector<standing::Due>> open;
  for (const auto& district : districts)
    reader.query(
        "SELECT id, due_at, path, holder FROM matters"
        " WHERE district = $1 AND loop = $2 AND open = TRUE",
        {district, loop}, [&](const Row& row) {
          for (const auto& id : counting_at(row.text(2), std::string(row.text(3))))
            if (matrix_->sees_matters(id, loop)) open[id].push_back(due_of(row));
        });
  for (auto& [id, matters] : open) matrix_->set_matters(id, loop, std::move(matters));
}

void Standings::read_matters_of(Reader& reader, const std::string& district,
                                const std::string& id) {
  std::string path;
  reader.query("SELECT path FROM organisations WHERE district = $1 AND id = $2", {district, id},
               [&](const Row& row) { path = row.text(0); });
  for (const auto& chart : pack_->charts) {
    if (!matrix_->sees_matters(id, chart.id)) continue;
    std::vector<standing::Due> open;
    matters_counting_at(district, id, path, chart.id).run(reader, [&](const Row& row) {
      open.push_back(due_of(row));
    });
    matrix_->set_matters(id, chart.id, std::move(open));
  }
}

standing::Periods Standings::periods_of(const standing::Subject& subject, Day day) {
  const auto found = calendar_of_.find(subject.id);
  if (found == calendar_of_.end() || !found->second) return {};
  const auto& calendar = *found->second;
  const auto [known, fresh] = periods_.try_emplace({found->second, day.number});
  if (!fresh) return known->second;
  std::vector<standing::Stretch> terms, years;
  for (const auto& term : calendar.terms()) terms.push_back({term.from, term.to});
  for (const auto& year : calendar.school_years()) years.push_back({year.from, year.to});
  known->second =
      standing::running_on(day, terms, years, [&](Day each) { return calendar.knows(each); });
  return known->second;
}

// --- the journal ---

void Standings::heard(std::span<const Entry> entries) {
  std::lock_guard lock(guard_);
  if (!matrix_) return;
  for (const auto& entry : entries) hear(entry);
}

bool Standings::was_read(const Entry& entry, const std::string& id) {
  for (const auto* of : {&entry.district, &id}) {
    const auto mark = read_up_to_.find(*of);
    if (mark == read_up_to_.end()) continue;
    if (entry.seq <= mark->second) return true;
    read_up_to_.erase(mark);
  }
  return false;
}

bool Standings::waits(const std::string& id, const Entry& entry) {
  const auto waiting = dirty_.find(id);
  if (waiting != dirty_.end()) {
    waiting->second[entry.district] = entry.seq;
    return true;
  }
  if (dirty_districts_.empty() || matrix_->subject(id)) return false;
  // It may be one of those that a district waits with.
  dirty_[id][entry.district] = entry.seq;
  return true;
}

void Standings::hear(const Entry& entry) {
  if (entry.kind == "MatterMoved") {
    hear_matter(entry);
    return;
  }
  const bool of_organisation =
      entry.kind == "OrganisationEntered" || entry.kind == "OrganisationChanged";
  const auto& id = of_organisation ? entry.subject : entry.organisation;
  if (was_read(entry, id)) return;
  if (of_calendar(entry) || entry.kind == "OrganisationsImported") {
    // It may be a district's, or the whole city's.
    dirty_districts_[entry.district] = entry.seq;
    return;
  }
  if (waits(id, entry)) return;
  if (of_organisation || entry.kind == "PostGiven" || entry.kind == "PostEnded" ||
      entry.kind == "ExcuseDecided")
    dirty_[id][entry.district] = entry.seq;
  else if (entry.kind == "DutyAnswered")
    hear_answer(entry);
  else if (entry.kind.starts_with("Row"))
    hear_row(entry);
  else if (entry.kind == "DutyMissed")
    matrix_->duty_missed(entry.organisation, text_at(entry.data, "duty"), entry.happened_at);
}

void Standings::hear_answer(const Entry& entry) {
  const auto* subject = matrix_->subject(entry.organisation);
  const auto duty = matrix_->plan().duty(text_at(entry.data, "duty"));
  // It may show that a window which closed was not missed.
  if (subject && duty != standing::kNone && entry.happened_at.ms < subject->duties[duty].missed_at)
    dirty_[entry.organisation][entry.district] = entry.seq;
  else
    matrix_->duty_done(entry.organisation, text_at(entry.data, "duty"), entry.happened_at);
}

// A move says all that counts of its matter, so one that was read already may be heard: what is
// heard last is what was read.
void Standings::hear_matter(const Entry& entry) {
  const auto loop = text_at(entry.data, "loop");
  if (matrix_->plan().loop(loop) == standing::kNone) return;
  const auto due = term_in(entry.data);
  const auto counting = counting_at(entry.path, text_at(entry.data, "holder"));
  for (const auto& id : counting) {
    if (waits(id, entry)) continue;
    if (due)
      matrix_->put_matter(id, loop, entry.subject, *due);
    else
      matrix_->drop_matter(id, loop, entry.subject);
  }
  const auto before = text_at(entry.data, "holder_before");
  if (!before.empty() && std::ranges::find(counting, before) == counting.end() &&
      !waits(before, entry))
    matrix_->drop_matter(before, loop, entry.subject);
}

void Standings::hear_row(const Entry& entry) {
  const auto ledger = text_at(entry.data, "ledger");
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
    if (!std::ranges::all_of(waits->second, [&](const auto& heard_last) {
          return is_seen(heard_last.first, heard_last.second);
        })) {
      ++waits;
      continue;
    }
    read_up_to_[id] = last_seq_of(reader, district);
    matrix_->remove(id);
    read_organisations(reader, district, id, now);
    read_rows(reader, district, id);
    read_holders(reader, district, id, now);
    read_duties(reader, district, id);
    read_matters_of(reader, district, id);
    waits = dirty_.erase(waits);
  }
}

void Standings::bring_up(Reader& reader, Instant now) {
  expect(matrix_ != nullptr, "standing is built before it is asked for");
  read_again(reader, now);
  // Of two who ask at once the later may have looked at the clock first; that is no clock set back.
  const bool jitters = now < matrix_->turned() && matrix_->turned().ms - now.ms <= kClockJitterMs;
  if (!jitters) matrix_->turn(now);
  if (periods_.size() > kPeriodsKept) periods_.clear();
}

}  // namespace anxiao::usecases
