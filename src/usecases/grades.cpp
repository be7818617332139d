#include "usecases/grades.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>

#include "base/ids.h"
#include "domain/grades/grade.h"
#include "usecases/matter_rows.h"
#include "usecases/organisations.h"
#include "usecases/reach.h"

namespace anxiao::usecases {

namespace {

using pack::Counted;
using standing::Matrix;
using standing::State;

constexpr const char* kNoun = "grades";
constexpr const char* kAny = "any";
constexpr const char* kLate = "late";
// Days of school terms are counted back over vacations too; no further than this.
constexpr int kDaysMost = 400;

// What a calendar says to grades; schools that changed nothing share one.
struct TermsSeen {
  Day quiet_from;
  std::vector<grades::InspectionTerm> terms;
};

struct School {
  std::string id, kind, path;
  Day since;
  std::optional<double> size;
  std::shared_ptr<const duties::SchoolCalendar> calendar;
  const TermsSeen* seen = nullptr;
  grades::Figures figures;
  grades::Reporting reporting;
  std::optional<Day> visited;
  std::optional<grades::Silence> silence;
  grades::Graded graded;
  Day due;
};

struct Found {
  std::vector<School> schools;
  std::map<const duties::SchoolCalendar*, TermsSeen> seen;
};

Result<const pack::Grading*> grading_of(const Office& office) {
  if (office.pack.grading) return office.pack.grading.get();
  return Refusal{.why = Why::not_found,
                 .key = "grades.none",
                 .detail = "the pack in use grades nobody",
                 .args = {}};
}

double rounded(double number) { return std::round(number * 100) / 100; }

bool is_counted(const pack::Grading& grading, const std::string& kind) {
  return std::ranges::find(grading.kinds, kind) != grading.kinds.end();
}

// Whether it says only that matters of a loop are late, and another part weighs those already: one
// late matter is not to weigh once for itself and once more for every requirement that it breaks.
bool weighs_elsewhere(const pack::Grading& grading, const pack::Requirement& requirement) {
  return std::ranges::all_of(requirement.checks, [&](const pack::Check& check) {
    return check.kind == pack::CheckKind::deadline &&
           std::ranges::any_of(grading.parts, [&](const pack::GradePart& part) {
             return part.of == Counted::open && part.loop == check.loop;
           });
  });
}

// For every requirement and state, the places of the weight in each part of standing.
class StandingWeights {
 public:
  StandingWeights(const pack::Grading& grading, const standing::Plan& plan) {
    for (const auto& each : plan.requirements())
      elsewhere_.push_back(weighs_elsewhere(grading, *each.requirement));
    for (std::size_t part = 0; part < grading.parts.size(); ++part)
      if (grading.parts[part].of == Counted::standing) add(grading.parts[part], part, plan);
  }
  // Calls `each(part, weight)` for what weighs.
  template <class Each>
  void of(std::uint16_t requirement, State state, const Each& each) const {
    if (elsewhere_[requirement]) return;
    for (const auto& table : tables_) {
      const auto place =
          table.places[table.heavier[requirement] ? 1 : 0][static_cast<std::size_t>(state)];
      if (place >= 0) each(table.part, static_cast<std::size_t>(place));
    }
  }

 private:
  struct Table {
    std::size_t part = 0;
    std::vector<bool> heavier;  // by requirement
    std::array<std::array<int, standing::kStates>, 2> places{};
  };
  void add(const pack::GradePart& part, std::size_t at, const standing::Plan& plan) {
    Table table;
    table.part = at;
    for (const auto& requirement : plan.requirements())
      table.heavier.push_back(std::ranges::find(part.clauses, requirement.clause) !=
                              part.clauses.end());
    for (const bool heavier : {false, true})
      for (std::size_t state = 0; state < standing::kStates; ++state) {
        const auto* weight = part.weight(standing::word_of(static_cast<State>(state)), heavier);
        table.places[heavier ? 1 : 0][state] =
            weight ? static_cast<int>(weight - part.weights.data()) : -1;
      }
    tables_.push_back(std::move(table));
  }
  std::vector<Table> tables_;
  std::vector<bool> elsewhere_;  // by requirement
};

std::optional<double> size_of(const pack::Grading& grading, const boost::json::object& facets) {
  if (!grading.quiet) return std::nullopt;
  const auto* value = facets.if_contains(grading.quiet->facet);
  if (!value || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

// Every graded school at and under the node, with what it does not keep.
std::vector<School> schools_under(Reader& reader, const Office& office,
                                  const pack::Grading& grading, Standings& standings,
                                  const std::string& node) {
  std::vector<School> schools;
  standings.with(reader, office.now, [&](const Matrix& matrix) {
    const auto& plan = matrix.plan();
    const StandingWeights weights(grading, plan);
    matrix.each_under(node, [&](const standing::Subject& subject, std::string_view path,
                                std::span<const State> states) {
      if (!is_counted(grading, subject.kind)) return;
      School school{.id = subject.id,
                    .kind = subject.kind,
                    .path = std::string(path),
                    .since = office.zone.day_of(subject.since),
                    .size = size_of(grading, subject.facets),
                    .calendar = {},
                    .seen = nullptr,
                    .figures = grades::Figures(grading),
                    .reporting = {},
                    .visited = {},
                    .silence = {},
                    .graded = {},
                    .due = {}};
      const auto& asked = plan.kind(subject.kind).requirements;
      for (std::size_t at = 0; at < states.size(); ++at)
        weights.of(asked[at], states[at], [&](std::size_t part, std::size_t weight) {
          school.figures.counts[part][weight] += 1;
        });
      schools.push_back(std::move(school));
    });
  });
  return schools;
}

// The day from which so many days of terms lie behind today, today one of them.
Day terms_back(const duties::SchoolCalendar& calendar, Day today, int days) {
  int least = 0, most = kDaysMost;
  while (least < most) {
    const int middle = (least + most) / 2;
    if (calendar.count(pack::Days::term, today.plus(-middle), today, false) >= days)
      most = middle;
    else
      least = middle + 1;
  }
  return today.plus(-least);
}

TermsSeen seen_by(const pack::Grading& grading, const duties::SchoolCalendar& calendar, Day today) {
  TermsSeen seen{.quiet_from = today, .terms = {}};
  if (grading.quiet) seen.quiet_from = terms_back(calendar, today, grading.quiet->days);
  for (const auto& term : calendar.terms()) seen.terms.push_back({term.from, term.to});
  return seen;
}

void look_at_calendars(Reader& reader, const Office& office, const pack::Grading& grading,
                       Found& found) {
  expect(office.calendars != nullptr, "whoever asks for grades has calendars");
  const Day today = office.zone.day_of(office.now);
  for (auto& school : found.schools) {
    school.calendar = office.calendars->of(reader, office.pack, school.kind, school.path);
    auto [known, fresh] = found.seen.try_emplace(school.calendar.get());
    if (fresh) known->second = seen_by(grading, *school.calendar, today);
    school.seen = &known->second;
  }
}

void take_misses(const pack::GradePart& part, Day today, const GradeFacts::School& facts,
                 const School& school, std::vector<std::int64_t>& counts) {
  const Day from = today.plus(1 - part.days);
  for (const auto& miss : facts.misses) {
    if (miss.day < from || miss.day > today) continue;
    if (miss.ends_with_a_closure && school.calendar->is_closed(miss.day)) continue;
    counts[0] += 1;
  }
}

std::size_t weight_of_level(const pack::GradePart& part, const std::string& level) {
  const auto* weight = part.weight(level);
  if (!weight) weight = part.weight(kAny);
  return weight ? static_cast<std::size_t>(weight - part.weights.data()) : part.weights.size();
}

void take_opened(const pack::GradePart& part, std::size_t loop, Day today,
                 const GradeFacts::School& facts, std::vector<std::int64_t>& counts) {
  const Day from = today.plus(1 - part.days);
  for (const auto& opened : facts.opened) {
    if (opened.loop != loop || opened.day < from || opened.day > today) continue;
    if (std::ranges::find(part.not_stages, opened.stage) != part.not_stages.end()) continue;
    const auto weight = weight_of_level(part, opened.level);
    if (weight < counts.size()) counts[weight] += 1;
  }
}

// What was missed and opened of late, the last inspection, what is reported.
void take_facts(Reader& reader, const Office& office, const pack::Grading& grading,
                GradeFacts& facts, std::vector<School>& schools) {
  const Day today = office.zone.day_of(office.now);
  const auto loops = GradeFacts::loops_of(office.pack);
  const auto place_of_loop = [&](const std::string& loop) {
    return static_cast<std::size_t>(std::ranges::find(loops, loop) - loops.begin());
  };
  facts.with(reader, office.now, [&](const GradeFacts::Schools& known) {
    static const GradeFacts::School kNothing;
    for (auto& school : schools) {
      const auto held = known.find(school.id);
      const auto& of_school = held == known.end() ? kNothing : held->second;
      school.visited = of_school.visited;
      for (std::size_t at = 0; at < grading.parts.size(); ++at) {
        const auto& part = grading.parts[at];
        auto& counts = school.figures.counts[at];
        if (part.of == Counted::misses) take_misses(part, today, of_school, school, counts);
        if (part.of == Counted::opened)
          take_opened(part, place_of_loop(part.loop), today, of_school, counts);
      }
      if (!grading.quiet) continue;
      const Day from = school.seen->quiet_from;
      const auto loop = place_of_loop(grading.quiet->loop);
      school.reporting = {.size = school.size,
                          .reports = std::ranges::count_if(of_school.opened,
                                                           [&](const auto& opened) {
                                                             return opened.loop == loop &&
                                                                    opened.day >= from &&
                                                                    opened.day <= today;
                                                           }),
                          .whole = school.since <= from,
                          .found = of_school.found && *of_school.found >= from};
    }
  });
}

// What is open now, by level.
void take_open(const Office& office, const pack::Grading& grading, Sums& sums, School& school) {
  std::map<std::string, std::vector<Sum>> by_loop;
  const auto of = [&](const std::string& loop) -> const std::vector<Sum>& {
    const auto [known, fresh] = by_loop.try_emplace(loop);
    if (fresh) known->second = sums.at(school.id, loop, office.now, true);
    return known->second;
  };
  for (std::size_t at = 0; at < grading.parts.size(); ++at) {
    const auto& part = grading.parts[at];
    if (part.of != Counted::open) continue;
    auto& counts = school.figures.counts[at];
    const auto* late = part.weight(kLate);
    for (const auto& sum : of(part.loop)) {
      const auto weight = weight_of_level(part, sum.level);
      if (weight < counts.size()) counts[weight] += sum.count;
      if (late) counts[static_cast<std::size_t>(late - part.weights.data())] += sum.late;
    }
  }
  for (std::size_t rule = 0; rule < grading.not_better.size(); ++rule) {
    const auto& each = grading.not_better[rule];
    for (const auto& sum : of(each.loop))
      if (std::ranges::find(each.levels, sum.level) != each.levels.end())
        school.figures.open[rule] += sum.count;
  }
}

void find_quiet(const pack::Grading& grading, std::vector<School>& schools) {
  if (!grading.quiet) return;
  std::map<std::pair<std::string_view, std::string_view>, std::vector<std::size_t>> groups;
  for (std::size_t place = 0; place < schools.size(); ++place)
    groups[{district_of(schools[place].id), schools[place].kind}].push_back(place);
  for (const auto& [group, members] : groups) {
    std::vector<grades::Reporting> reporting;
    for (const auto place : members) reporting.push_back(schools[place].reporting);
    const auto found = grades::silences(*grading.quiet, reporting);
    for (std::size_t at = 0; at < members.size(); ++at) schools[members[at]].silence = found[at];
  }
}

std::string node_of_district(Reader& reader, const std::string& district) {
  std::string node;
  reader.query("SELECT organisation FROM districts WHERE district = $1", {district},
               [&](const Row& row) { node = row.text(0); });
  return node;
}

// All that is graded at and under the place; a school is told quiet among those of its district.
Found found_at(Reader& reader, const Office& office, const pack::Grading& grading,
               const GradeSources& sources, const OrganisationPlace& place) {
  Found found;
  const auto node = place.parent.empty() ? place.id : node_of_district(reader, place.district);
  found.schools = schools_under(reader, office, grading, sources.standings, node);
  look_at_calendars(reader, office, grading, found);
  take_facts(reader, office, grading, sources.facts, found.schools);
  find_quiet(grading, found.schools);
  if (node != place.id)
    std::erase_if(found.schools,
                  [&](const School& school) { return !school.path.starts_with(place.path); });
  const Day today = office.zone.day_of(office.now);
  for (auto& school : found.schools) {
    take_open(office, grading, sources.sums, school);
    school.graded = grades::grade_of(grading, school.figures);
    school.due = grades::inspection_due(grading.grades[school.graded.grade], school.seen->terms,
                                        school.visited, school.since, today);
  }
  return found;
}

Result<OrganisationPlace> place_graded(Reader& reader, const Office& office,
                                       const std::string& organisation) {
  auto place = place_of(reader, organisation, office.now);
  if (!place) return not_found("organisations");
  TRY(may_read_whole(reader, office, kNoun, *place));
  return std::move(*place);
}

std::vector<GradeCount> scale_of(const pack::Grading& grading) {
  std::vector<GradeCount> scale;
  for (const auto& grade : grading.grades)
    scale.push_back({.grade = grade.id,
                     .name = grade.name,
                     .sign = grade.sign,
                     .up_to = grade.up_to,
                     .inspect = grade.inspect,
                     .inspect_days = grade.inspect_days,
                     .count = 0});
  return scale;
}

std::string measure_of(const pack::Grading& grading) {
  return grading.in_percent ? "percent" : "points";
}

InspectionView inspection_of(const School& school, Day today) {
  return {.last = school.visited ? std::optional(format_day(*school.visited)) : std::nullopt,
          .due = format_day(school.due),
          .overdue = school.due < today};
}

std::optional<QuietView> quiet_of(const School& school, Day today) {
  if (!school.silence) return std::nullopt;
  return QuietView{.hazards = school.silence->reports,
                   .peers_median = school.silence->peers_median,
                   .peers = school.silence->peers,
                   .from = format_day(school.seen->quiet_from),
                   .to = format_day(today)};
}

GradeLine line_of(Reader& reader, const pack::Grading& grading, const School& school, Day today) {
  GradeLine line{.organisation = {school.id, organisation_name(reader, school.id)},
                 .kind = school.kind,
                 .grade = grading.grades[school.graded.grade].id,
                 .points = rounded(school.graded.points),
                 .percent = rounded(school.graded.percent),
                 .held_down = school.graded.grade != school.graded.by_points,
                 .parts = {},
                 .inspection = inspection_of(school, today),
                 .quiet = quiet_of(school, today)};
  for (std::size_t part = 0; part < grading.parts.size(); ++part)
    line.parts.push_back(
        {.part = grading.parts[part].id, .points = rounded(school.graded.parts[part].counted)});
  return line;
}

bool is_wanted(const GradeFilter& filter, const pack::Grading& grading, const School& school,
               Day today) {
  if (!filter.grade.empty() && grading.grades[school.graded.grade].id != filter.grade) return false;
  if (filter.quiet && !school.silence) return false;
  return !filter.overdue || school.due < today;
}

// The requirements that a weight of standing counts.
std::vector<std::vector<std::vector<std::string>>> requirements_counted(
    Reader& reader, const Office& office, const pack::Grading& grading, Standings& standings,
    const School& school) {
  std::vector<std::vector<std::vector<std::string>>> named;
  for (const auto& part : grading.parts) named.emplace_back(part.weights.size());
  standings.with(reader, office.now, [&](const Matrix& matrix) {
    const auto& plan = matrix.plan();
    const StandingWeights weights(grading, plan);
    for (const auto at : plan.kind(school.kind).requirements)
      weights.of(at, matrix.state_of(school.id, at), [&](std::size_t part, std::size_t weight) {
        named[part][weight].push_back(plan.requirements()[at].requirement->id);
      });
  });
  return named;
}

GradedPartView part_view(const pack::GradePart& part, const std::vector<std::int64_t>& counts,
                         const grades::GradedPart& graded,
                         std::vector<std::vector<std::string>>& requirements, Day today) {
  GradedPartView view{.part = part.id,
                      .name = part.name,
                      .of = pack::word_of(part.of),
                      .loop = part.loop.empty() ? std::nullopt : std::optional(part.loop),
                      .from = {},
                      .to = {},
                      .lines = {},
                      .sum = rounded(graded.sum),
                      .points = rounded(graded.counted),
                      .most = part.most};
  if (part.days > 0) {
    view.from = format_day(today.plus(1 - part.days));
    view.to = format_day(today);
  }
  for (std::size_t at = 0; at < part.weights.size(); ++at)
    view.lines.push_back({.what = part.weights[at].what,
                          .heavier = part.weights[at].heavier,
                          .count = counts[at],
                          .each = part.weights[at].points,
                          .points = rounded(graded.points[at]),
                          .term = part.weights[at].term,
                          .requirements = std::move(requirements[at])});
  return view;
}

std::vector<HeldDownView> held_down_of(const pack::Grading& grading, const School& school) {
  std::vector<HeldDownView> views;
  for (const auto rule : school.graded.held_down) {
    const auto& each = grading.not_better[rule];
    views.push_back({.grade = each.grade,
                     .why = each.why,
                     .loop = each.loop,
                     .levels = each.levels,
                     .count = school.figures.open[rule],
                     .at_least = each.at_least,
                     .term = each.term});
  }
  return views;
}

}  // namespace

Result<GradesView> read_grades(Reader& reader, const Office& office, const GradeSources& sources,
                               const std::string& organisation, const GradeFilter& filter) {
  TRY_LET(place, place_graded(reader, office, organisation));
  TRY_LET(grading, grading_of(office));
  if (!filter.grade.empty() && !grading->grade(filter.grade))
    return Refusal{.why = Why::malformed,
                   .key = "grades.unknown_grade",
                   .detail = "no grade is called so",
                   .field = "grade",
                   .args = {{"grade", filter.grade}}};
  const Day today = office.zone.day_of(office.now);
  auto found = found_at(reader, office, *grading, sources, place);
  GradesView view{.organisation = {place.id, place.name},
                  .kind = place.kind,
                  .measure = measure_of(*grading),
                  .most = grading->most(),
                  .counts = scale_of(*grading),
                  .graded = static_cast<std::int64_t>(found.schools.size()),
                  .overdue = 0,
                  .quiet = 0,
                  .items = {},
                  .all = 0,
                  .next = {},
                  .as_of = office.zone.format(office.now)};
  std::vector<const School*> wanted;
  for (const auto& school : found.schools) {
    view.counts[school.graded.grade].count += 1;
    view.overdue += school.due < today ? 1 : 0;
    view.quiet += school.silence ? 1 : 0;
    if (is_wanted(filter, *grading, school, today)) wanted.push_back(&school);
  }
  std::ranges::sort(wanted, [](const School* one, const School* other) {
    if (one->graded.points != other->graded.points)
      return one->graded.points > other->graded.points;
    return one->id < other->id;
  });
  view.all = static_cast<std::int64_t>(wanted.size());
  std::size_t from = 0;
  if (filter.paging.after)
    from = static_cast<std::size_t>((*filter.paging.after)[0].to_number<std::int64_t>());
  const auto until = std::min(wanted.size(), from + filter.paging.limit);
  for (auto at = from; at < until; ++at)
    view.items.push_back(line_of(reader, *grading, *wanted[at], today));
  if (until < wanted.size()) view.next = cursor_of({static_cast<std::int64_t>(until)});
  return view;
}

Result<GradeWhy> explain_grade(Reader& reader, const Office& office, const GradeSources& sources,
                               const std::string& organisation) {
  TRY_LET(place, place_graded(reader, office, organisation));
  TRY_LET(grading, grading_of(office));
  auto found = found_at(reader, office, *grading, sources, place);
  const auto here = std::ranges::find(found.schools, place.id, &School::id);
  if (here == found.schools.end())
    return Refusal{.why = Why::not_found,
                   .key = "grades.not_graded",
                   .detail = "organisations of this kind are not graded",
                   .args = {{"kind", place.kind}}};
  const auto& school = *here;
  const auto& graded = school.graded;
  const Day today = office.zone.day_of(office.now);
  GradeWhy why{.organisation = {place.id, place.name},
               .kind = place.kind,
               .measure = measure_of(*grading),
               .grade = grading->grades[graded.grade].id,
               .grade_by_points = grading->grades[graded.by_points].id,
               .points = rounded(graded.points),
               .percent = rounded(graded.percent),
               .most = grading->most(),
               .parts = {},
               .held_down = held_down_of(*grading, school),
               .inspection = inspection_of(school, today),
               .quiet = quiet_of(school, today),
               .scale = scale_of(*grading),
               .as_of = office.zone.format(office.now)};
  why.scale[graded.grade].count = 1;
  auto requirements = requirements_counted(reader, office, *grading, sources.standings, school);
  for (std::size_t part = 0; part < grading->parts.size(); ++part)
    why.parts.push_back(part_view(grading->parts[part], school.figures.counts[part],
                                  graded.parts[part], requirements[part], today));
  return why;
}

}  // namespace anxiao::usecases
