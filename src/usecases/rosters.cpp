#include "usecases/rosters.h"

#include <algorithm>
#include <map>
#include <set>

#include "domain/duties/task.h"
#include "usecases/duty_grounds.h"
#include "usecases/matter_rows.h"
#include "usecases/organisations.h"
#include "usecases/query.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

struct DayOfDuty {
  const pack::Duty* duty = nullptr;
  Day day;
  bool expected = false;
  bool hole = false;
  std::vector<std::string> people;
};

bool keeps_roster(const duties::Ground& ground, const std::string& duty) {
  return std::ranges::any_of(ground.rosters,
                             [&](const duties::Rostered& each) { return each.duty == duty; });
}

// The expected occurrences by their day. Of a night with rounds the first stands for all.
std::map<Day, duties::Occurrence> expected_days(const pack::Duty& duty, const DutyGround& here,
                                                Day from, Day to) {
  std::map<Day, duties::Occurrence> days;
  for (auto& each : duties::expected(duty, here.ground.subject, *here.calendar, from, to))
    if (from <= each.first && each.first <= to) days.emplace(each.first, std::move(each));
  return days;
}

std::vector<DayOfDuty> days_of(const pack::Duty& duty, const DutyGround& here, Day from, Day to) {
  std::vector<DayOfDuty> out;
  const bool kept = keeps_roster(here.ground, duty.id);
  const auto expected = expected_days(duty, here, from, to);
  for (Day day = from; day <= to; day = day.plus(1)) {
    DayOfDuty made{.duty = &duty, .day = day, .people = {}};
    if (const auto found = expected.find(day); found != expected.end()) {
      made.expected = true;
      auto owner = duties::owner_at(found->second, nullptr, here.ground);
      const bool by_roster = owner.post.empty() && !owner.people.empty();
      made.hole = !by_roster && kept;
      if (by_roster) made.people = std::move(owner.people);
    } else {
      made.people = duties::rostered_on(here.ground.rosters, here.ground.substitutes, duty.id, day);
    }
    out.push_back(std::move(made));
  }
  return out;
}

std::vector<RosterHole> holes_of(const Office& office, const DutyGround& here, Day from, Day to) {
  std::vector<RosterHole> holes;
  for (const auto& duty : office.pack.duties) {
    if (!duty.rostered || !duties::applies(duty, here.ground.subject)) continue;
    for (const auto& each : days_of(duty, here, from, to))
      if (each.hole) holes.push_back({&duty, each.day, here.organisation});
  }
  std::ranges::stable_sort(holes, {}, &RosterHole::day);
  return holes;
}

// A row of the ledger of rosters, as far as it is asked which days it names somebody for.
struct RosterRow {
  std::string id;
  duties::Rostered rostered;
};

std::vector<RosterRow> rows_of(Reader& reader, const OrganisationPlace& place) {
  std::vector<RosterRow> rows;
  Query(
      "SELECT id, fields FROM ledger_rows WHERE district = ? AND ledger = ? AND organisation = ?"
      " AND until IS NULL ORDER BY id",
      {place.district, kRosters, place.id})
      .run(reader, [&](const Row& row) {
        const auto fields = json::parse(row.text(1)).as_object();
        const auto from = parse_day(text_at(fields, "from")), to = parse_day(text_at(fields, "to"));
        if (!from || !to) return;
        RosterRow made{.id = std::string(row.text(0)),
                       .rostered = {.duty = text_at(fields, "duty"),
                                    .person = text_at(fields, "person"),
                                    .from = *from,
                                    .to = *to,
                                    .weekdays = {}}};
        for (char c : text_at(fields, "weekdays"))
          if (c >= '1' && c <= '7') made.rostered.weekdays.push_back(c - '0');
        rows.push_back(std::move(made));
      });
  return rows;
}

std::vector<std::string> naming(const std::vector<RosterRow>& rows, const std::string& duty,
                                Day day) {
  std::vector<std::string> ids;
  for (const auto& row : rows)
    if (!duties::rostered_on({row.rostered}, {}, duty, day).empty()) ids.push_back(row.id);
  return ids;
}

void add_duty(Roster& roster, const pack::Duty& duty) {
  const auto is_it = [&](const RosterDuty& each) { return each.duty == duty.id; };
  if (std::ranges::none_of(roster.duties, is_it))
    roster.duties.push_back({duty.id, duty.name, pack::word_of(duty.cycle)});
}

void add_own_days(Reader& reader, const Office& office, const OrganisationPlace& place, Day from,
                  Day to, Roster& roster) {
  const auto here = ground_of(reader, office, place.id, from, to);
  if (!here) return;
  const auto rows = rows_of(reader, place);
  std::vector<std::string> people;
  for (const auto& duty : office.pack.duties) {
    if (!duty.rostered || !duties::applies(duty, here->ground.subject)) continue;
    add_duty(roster, duty);
    for (auto& each : days_of(duty, *here, from, to)) {
      RosterDay made{.organisation = here->organisation,
                     .duty = duty.id,
                     .day = format_day(each.day),
                     .people = {},
                     .rows = naming(rows, duty.id, each.day),
                     .expected = each.expected,
                     .hole = each.hole};
      for (auto& person : each.people) {
        people.push_back(person);
        made.people.push_back({person, {}});
      }
      roster.items.push_back(std::move(made));
    }
  }
  auto names = names_of_people(reader, people);
  for (auto& item : roster.items)
    for (auto& person : item.people) person.name = names[person.id];
}

Refusal too_long(int most) {
  return {.why = Why::malformed,
          .key = "roster.too_long",
          .detail = "the days asked for run backwards or are too many",
          .field = "to",
          .args = {{"most", most}}};
}

}  // namespace

std::vector<RosterHole> roster_holes(Reader& reader, const Office& office,
                                     const std::string& organisation, Day from, Day to) {
  const auto place = place_of(reader, organisation, office.now);
  if (!place || !place->living || place->kind == kMunicipalityKind) return {};
  if (place->kind != kDistrictKind) {
    const auto here = ground_of(reader, office, organisation, from, to);
    return here ? holes_of(office, *here, from, to) : std::vector<RosterHole>{};
  }
  std::vector<RosterHole> holes;
  for (const auto& here : grounds_of(reader, office, place->district, from, to))
    std::ranges::move(holes_of(office, here, from, to), std::back_inserter(holes));
  std::ranges::stable_sort(holes, {}, &RosterHole::day);
  return holes;
}

Result<Roster> read_roster(Reader& reader, const Office& office, const std::string& organisation,
                           std::string_view from, std::string_view to) {
  TRY_LET(place, living_place(reader, organisation, office.now, "for"));
  TRY(organisations::may(office.pack, office.actor, "tasks", "read", place.place()));
  TRY_LET(first, parse_day(from));
  TRY_LET(last, parse_day(to));
  const bool whole_district = place.kind == kDistrictKind;
  const int most = whole_district ? kHoleDaysMost : kRosterDaysMost;
  if (last < first || last.number - first.number >= most) return too_long(most);
  Roster roster{.duties = {}, .items = {}, .as_of = office.zone.format(office.now)};
  if (!whole_district) {
    add_own_days(reader, office, place, first, last, roster);
    return roster;
  }
  for (const auto& hole : roster_holes(reader, office, place.id, first, last)) {
    add_duty(roster, *hole.duty);
    roster.items.push_back({.organisation = hole.organisation,
                            .duty = hole.duty->id,
                            .day = format_day(hole.day),
                            .people = {},
                            .rows = {},
                            .expected = true,
                            .hole = true});
  }
  return roster;
}

}  // namespace anxiao::usecases
