#include "usecases/duty_grounds.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/ids.h"
#include "base/text.h"
#include "usecases/calendars.h"
#include "usecases/matter_rows.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

// A period's name is asked for in pieces, so that a statement has a known number of parameters.
constexpr std::size_t kPeriodsAtOnce = 32;

std::optional<Day> day_at(const json::object& fields, std::string_view key) {
  auto day = parse_day(text_at(fields, key));
  return day ? std::optional(*day) : std::nullopt;
}

// A list, or a text with commas between.
std::vector<std::string> words_at(const json::object& fields, std::string_view key) {
  std::vector<std::string> words;
  const auto* value = fields.if_contains(key);
  if (value && value->is_array()) {
    for (const auto& each : value->get_array())
      if (each.is_string()) words.emplace_back(each.get_string());
  } else if (value && value->is_string()) {
    for (const auto& each : split(value->get_string(), ','))
      if (auto word = trimmed(each); !word.empty()) words.emplace_back(word);
  }
  return words;
}

std::vector<int> weekdays_at(const json::object& fields) {
  std::vector<int> days;
  for (const auto& word : words_at(fields, "weekdays"))
    if (word.size() == 1 && word[0] >= '1' && word[0] <= '7') days.push_back(word[0] - '0');
  return days;
}

class Reading {
 public:
  // `only` empty: every organisation of the district.
  Reading(Reader& reader, const Office& office, std::string district, std::string only, Day from,
          Day to)
      : reader_(reader),
        office_(office),
        district_(std::move(district)),
        only_(std::move(only)),
        from_(from),
        to_(to) {
    expect(office.calendars != nullptr, "whoever asks of duties has calendars");
  }

  std::vector<DutyGround> grounds(bool ended_too) {
    read_organisations(ended_too);
    return read_all();
  }

  // The days are those of the occurrence, and its period is the only one.
  Result<OccurrenceGround> occurrence(const pack::Duty& duty, const std::string& period) {
    read_organisations(true);
    if (found_.empty()) return not_found("organisations");
    const auto& here = found_.front();
    TRY_LET(named, duties::occurrence_of(duty, here.ground.subject, *here.calendar, period));
    from_ = named.first;
    to_ = named.last;
    periods_ = {period};
    return OccurrenceGround{.here = std::move(read_all().front()), .occurrence = named};
  }

 private:
  std::vector<DutyGround> read_all() {
    if (found_.empty()) return {};
    read_rows();
    read_holdings();
    read_answers();
    read_excuses();
    return std::move(found_);
  }

  DutyGround* of(std::string_view organisation) {
    const auto place = places_.find(std::string(organisation));
    return place == places_.end() ? nullptr : &found_[place->second];
  }

  bool has_duty(const std::string& kind) const {
    return std::ranges::any_of(office_.pack.duties, [&](const pack::Duty& duty) {
      return std::ranges::any_of(duty.at, [&](const pack::Selector& at) {
        return std::ranges::find(at.kinds, kind) != at.kinds.end();
      });
    });
  }

  void read_organisations(bool ended_too) {
    reader_.query(
        "SELECT id, name, kind, path, facets, since, until FROM organisations"
        " WHERE district = $1 AND (CAST($2 AS TEXT) = '' OR id = $2) ORDER BY path",
        {district_, only_}, [&](const Row& row) {
          const auto until = row.maybe_integer(6);
          const std::string kind(row.text(2));
          if (only_.empty() && (!has_duty(kind) || (until && !ended_too))) return;
          DutyGround made;
          made.organisation = {std::string(row.text(0)), std::string(row.text(1))};
          made.district = district_;
          made.kind = kind;
          made.path = row.text(3);
          auto& ground = made.ground;
          ground.organisation = made.organisation.id;
          ground.since = {row.integer(5)};
          ground.subject = {.kind = kind,
                            .facets = object_of(row.text(4)),
                            .opened = duties::first_whole_day(ground.since, office_.zone),
                            .ended = std::nullopt};
          if (until) ground.subject.ended = office_.zone.day_of({*until});
          places_[made.organisation.id] = found_.size();
          found_.push_back(std::move(made));
        });
    for (auto& each : found_)
      each.calendar = office_.calendars->of(reader_, office_.pack, each.kind, each.path);
  }

  void read_rows() {
    // Points that are gone by now may have been there while the window was open.
    reader_.query(
        "SELECT organisation, ledger, id, title, fields, since, until FROM ledger_rows"
        " WHERE district = $1 AND ledger IN ($2, $3, $4)"
        " AND (CAST($5 AS TEXT) = '' OR organisation = $5) AND (until IS NULL OR until > $6)"
        " ORDER BY title, id",
        {district_, kPoints, kSubstitutes, kRosters, only_,
         office_.calendars->country()->start_of(from_).ms},
        [&](const Row& row) {
          auto* made = of(row.text(0));
          if (!made) return;
          const auto fields = object_of(row.text(4));
          if (row.text(1) == kPoints) {
            add_point(*made, row, fields);
            return;
          }
          const auto from = day_at(fields, "from"), to = day_at(fields, "to");
          // What was taken back holds no more.
          if (!from || !to || !row.is_null(6)) return;
          if (row.text(1) == kSubstitutes)
            made->ground.substitutes.push_back(
                {text_at(fields, "person"), text_at(fields, "absent"), *from, *to});
          else
            made->ground.rosters.push_back({text_at(fields, "duty"), text_at(fields, "person"),
                                            *from, *to, weekdays_at(fields)});
        });
  }

  static void add_point(DutyGround& made, const Row& row, const json::object& fields) {
    duties::Place place{.id = std::string(row.text(2)),
                        .checklists = words_at(fields, "checklists"),
                        .person = text_at(fields, "person"),
                        .since = {row.integer(5)},
                        .until = std::nullopt};
    if (const auto until = row.maybe_integer(6)) place.until = Instant{*until};
    made.point_names[place.id] = row.text(3);
    made.ground.places.push_back(std::move(place));
  }

  // Posts of the organisation itself, and of those above it that some duty may fall to.
  void read_holdings() {
    std::unordered_map<std::string, std::vector<duties::Holding>> held;
    const auto take = [&](const Row& row) {
      duties::Holding holding{.person = std::string(row.text(1)),
                              .post = std::string(row.text(2)),
                              .since = {row.integer(3)},
                              .until = std::nullopt};
      if (const auto until = row.maybe_integer(4)) holding.until = Instant{*until};
      held[std::string(row.text(0))].push_back(std::move(holding));
    };
    constexpr const char* kSelect =
        "SELECT organisation, person, post, since, until FROM postings WHERE district = $1"
        " AND (CAST($2 AS TEXT) = '' OR organisation = $2) AND (until IS NULL OR until > $3)"
        " ORDER BY since, id";
    const auto since = office_.calendars->country()->start_of(from_.plus(-1)).ms;
    reader_.query(kSelect, {district_, only_, since}, take);
    std::set<std::string> above;
    for (const auto& each : found_)
      for (const auto& id : split(each.path, '/'))
        if (!id.empty() && id != each.organisation.id) above.insert(std::string(id));
    for (const auto& id : above)
      if (!held.contains(id) && (!only_.empty() || district_of(id) != district_))
        reader_.query(kSelect, {std::string(district_of(id)), id, since}, take);
    for (auto& each : found_)
      for (const auto& id : split(each.path, '/')) {
        const auto known = held.find(std::string(id));
        if (known == held.end()) continue;
        const bool own = id == each.organisation.id;
        for (const auto& holding : known->second)
          if (own || falls_to(holding.post)) each.ground.holdings.push_back(holding);
      }
  }

  bool falls_to(const std::string& post) {
    const auto [known, fresh] = falls_.try_emplace(post, false);
    if (fresh)
      known->second = std::ranges::any_of(office_.pack.duties, [&](const pack::Duty& duty) {
        return std::ranges::find(duty.when_vacant, post) != duty.when_vacant.end();
      });
    return known->second;
  }

  std::vector<std::string> periods() const {
    std::set<std::string> all;
    std::set<const duties::SchoolCalendar*> asked;
    for (const auto& each : found_) {
      if (!asked.insert(each.calendar.get()).second) continue;
      for (const auto& duty : office_.pack.duties)
        for (const auto& period : duties::periods_of(duty, *each.calendar, from_, to_))
          all.insert(period);
    }
    return {all.begin(), all.end()};
  }

  // Asks for the periods piece by piece, between the two parts of the statement.
  void by_period(const std::string& before, const std::string& after,
                 const std::function<void(const Row&)>& take) {
    if (periods_.empty()) periods_ = periods();
    for (std::size_t first = 0; first < periods_.size(); first += kPeriodsAtOnce) {
      std::string sql = before;
      std::vector<Value> values{district_, only_};
      for (std::size_t place = 0; place < kPeriodsAtOnce; ++place) {
        sql += (place ? ", $" : "$") + std::to_string(place + 3);
        // The last piece is filled up with its own last period.
        values.emplace_back(periods_[std::min(first + place, periods_.size() - 1)]);
      }
      reader_.query(sql + after, std::span<const Value>(values), take);
    }
  }

  void read_answers() {
    by_period(only_.empty()
                  ? "SELECT organisation, id, duty, period, point, happened_at, known_at, person"
                    " FROM answers WHERE district = $1 AND CAST($2 AS TEXT) = '' AND period IN ("
                  : "SELECT organisation, id, duty, period, point, happened_at, known_at, person"
                    " FROM answers WHERE district = $1 AND organisation = $2 AND period IN (",
              ")", [&](const Row& row) {
                auto* made = of(row.text(0));
                if (!made) return;
                made->ground.answers.push_back({.id = std::string(row.text(1)),
                                                .duty = std::string(row.text(2)),
                                                .period = std::string(row.text(3)),
                                                .place = std::string(row.text(4)),
                                                .happened_at = {row.integer(5)},
                                                .known_at = {row.integer(6)},
                                                .person = std::string(row.text(7))});
              });
  }

  void read_excuses() {
    by_period(
        "SELECT organisation, id, duty, period, point FROM excuses WHERE district = $1"
        " AND (CAST($2 AS TEXT) = '' OR organisation = $2) AND period IN (",
        ") AND state = 'approved'", [&](const Row& row) {
          auto* made = of(row.text(0));
          if (!made) return;
          made->ground.excuses.push_back({.id = std::string(row.text(1)),
                                          .duty = std::string(row.text(2)),
                                          .period = std::string(row.text(3)),
                                          .place = std::string(row.text(4))});
        });
  }

  Reader& reader_;
  const Office& office_;
  const std::string district_, only_;
  Day from_, to_;
  std::vector<DutyGround> found_;
  std::unordered_map<std::string, std::size_t> places_;
  std::map<std::string, bool> falls_;
  std::vector<std::string> periods_;
};

}  // namespace

std::optional<DutyGround> ground_of(Reader& reader, const Office& office,
                                    const std::string& organisation, Day from, Day to) {
  Reading reading(reader, office, std::string(district_of(organisation)), organisation, from, to);
  auto grounds = reading.grounds(true);
  if (grounds.empty()) return std::nullopt;
  return std::move(grounds.front());
}

Result<OccurrenceGround> ground_of_occurrence(Reader& reader, const Office& office,
                                              const std::string& organisation,
                                              const pack::Duty& duty, const std::string& period) {
  const auto today = office.zone.day_of(office.now);
  return Reading(reader, office, std::string(district_of(organisation)), organisation, today, today)
      .occurrence(duty, period);
}

std::vector<DutyGround> grounds_of(Reader& reader, const Office& office,
                                   const std::string& district, Day from, Day to, bool ended_too) {
  return Reading(reader, office, district, {}, from, to).grounds(ended_too);
}

std::map<std::string, std::string> names_of_people(Reader& reader,
                                                   const std::vector<std::string>& ids) {
  std::map<std::string, std::string> names;
  for (const auto& id : ids) {
    const auto [known, fresh] = names.try_emplace(id);
    if (!fresh) continue;
    reader.query("SELECT name FROM people WHERE district = $1 AND id = $2",
                 {std::string(district_of(id)), id},
                 [&](const Row& row) { known->second = row.text(0); });
  }
  return names;
}

}  // namespace anxiao::usecases
