// What is expected, against a slow enumeration that looks at every day by itself; then what was
// decided about single cases.

#include "domain/duties/duty.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "domain/duties/test_school.h"
#include "domain/organisations/selection.h"

namespace anxiao::duties {
namespace {

using pack::Cycle;

// Shapes that no duty of the pack has, or not in every combination.
std::vector<pack::Duty> shapes() {
  std::vector<pack::Duty> made;
  const auto shape = [&](Cycle cycle, pack::Days days) -> pack::Duty& {
    auto& one = made.emplace_back(*country().pack->duty("key_place_patrol"));
    one.id = fmt::format("shape_{}", made.size());
    one.cycle = cycle;
    one.days = days;
    one.times = 3;
    return one;
  };
  for (auto days : {pack::Days::school, pack::Days::term, pack::Days::vacation, pack::Days::all}) {
    shape(Cycle::day, days);
    auto& night = shape(Cycle::night, days);
    night.from_minute = 21 * 60;
    night.to_minute = 30 * 60;
    shape(Cycle::week, days).least_days = 3;
    auto& month = shape(Cycle::month, days);
    month.from_day = 2;
    month.to_day = 30;
    month.months = {2, 6, 12};
    shape(Cycle::half_year, days).from_day = 100;
    shape(Cycle::year, days).to_day = 60;
    shape(Cycle::school_year, days).least_days = 190;
  }
  auto& dates = shape(Cycle::dates, pack::Days::school);
  dates.dates = {{2, 28, 0, 0}, {10, 0, 5, 5}, {1, 0, 7, 1}, {3, 0, 1, -1}, {12, 31, 0, 0}};
  dates.from_day = -10;
  dates.to_day = 3;
  for (const char* event : {"term_start", "term_end", "vacation_start", "holiday_start"}) {
    auto& one = shape(Cycle::event, pack::Days::term);
    one.event = event;
    one.from_day = -5;
    one.to_day = 9;
    one.least_days = 4;
  }
  return made;
}

std::vector<pack::Duty> all_duties() {
  std::vector<pack::Duty> all = shapes();
  all.insert(all.end(), country().pack->duties.begin(), country().pack->duties.end());
  return all;
}

// ---- the slow enumeration: shares with the sources only the civil day and the pack's data ----

struct World {
  Subject subject;
  std::vector<Changes> layers;
  std::vector<Closure> closures;
};

const Day kFirst = day("2023-06-01");

// Texts of the days from kFirst on: `2026-03-02`, `2026-W10`.
const std::vector<std::pair<std::string, std::string>>& day_texts() {
  static const auto texts = [] {
    std::vector<std::pair<std::string, std::string>> made;
    for (Day each = kFirst; each < day("2027-09-01"); each = each.plus(1)) {
      made.emplace_back(format_day(each), iso_week_of(each));
    }
    return made;
  }();
  return texts;
}

class Slow {
 public:
  explicit Slow(World world) : world_(std::move(world)) {
    for (const auto& year : country().pack->school_years) {
      for (auto term : pack::terms_for(year, world_.subject.kind)) {
        for (const auto& layer : world_.layers) {
          for (const auto& change : layer.terms) {
            if (change.term == term.id) term.from = change.from, term.to = change.to;
          }
        }
        terms_.push_back(term);
      }
    }
    for (Day each = kFirst; each < day("2027-09-01"); each = each.plus(1)) {
      days_.push_back(each);
      if (has_lessons(each)) lessons_.insert(each.number);
    }
  }

  // `period|opens|closes|times` of every occurrence open at some time of the three years.
  std::set<std::string> expected(const pack::Duty& duty) const {
    std::set<std::string> found;
    if (!is_for(duty)) return found;
    std::map<std::string, std::vector<Day>> periods;
    for (Day each : days_) {
      for (const auto& [name, days] : periods_of(duty, each)) {
        auto& all = periods[name];
        all.insert(all.end(), days.begin(), days.end());
      }
    }
    for (const auto& [name, days] : periods) add(duty, name, days, found);
    return found;
  }

 private:
  bool is_term(Day each) const {
    for (const auto& term : terms_) {
      if (term.from <= each && each <= term.to) return true;
    }
    return false;
  }

  bool is_closed(Day each) const {
    for (const auto& closure : world_.closures) {
      if (closure.from <= each && each <= closure.to) return true;
    }
    return false;
  }

  bool has_lessons(Day each) const {
    bool lessons = weekday_of(each) < 6;
    for (const auto& year : country().years) {
      for (const auto& holiday : year.holidays) {
        if (holiday.from <= each && each <= holiday.to) lessons = false;
      }
      for (Day worked : year.working_days) {
        if (worked == each) lessons = true;
      }
    }
    lessons = lessons && is_term(each);
    for (const auto& layer : world_.layers) {
      for (const auto& change : layer.days) {
        if (change.day == each) lessons = change.lessons;
      }
    }
    return lessons && !is_closed(each);
  }

  bool is_for(const pack::Duty& duty) const {
    for (const auto& selector : duty.at) {
      bool all = false;
      for (const auto& kind : selector.kinds) all = all || kind == world_.subject.kind;
      for (const auto& condition : selector.where) {
        std::string value;
        for (const char* name : {"any", world_.subject.kind.c_str()}) {
          const auto assumed = condition.assumed.find(name);
          if (assumed != condition.assumed.end()) value = assumed->second;
        }
        if (const auto* said = world_.subject.facets.if_contains(condition.facet)) {
          value = said->is_bool() ? (said->as_bool() ? "true" : "false")
                                  : std::string(said->as_string());
        }
        all = all && value == condition.value;
      }
      if (all) return true;
    }
    return false;
  }

  static bool is_date(const pack::YearDay& rule, Day each) {
    if (month_of(each) != rule.month) return false;
    if (rule.weekday == 0) return day_of_month(each) == rule.day;
    if (weekday_of(each) != rule.weekday) return false;
    if (rule.nth < 0) return month_of(each.plus(7)) != rule.month;
    return (day_of_month(each) - 1) / 7 + 1 == rule.nth;
  }

  static std::vector<Day> around(const pack::Duty& duty, Day anchor) {
    std::vector<Day> days;
    for (int shift = duty.from_day; shift <= duty.to_day; ++shift) {
      days.push_back(anchor.plus(shift));
    }
    return days;
  }

  // The periods that `each` belongs to, or that are called after it, with those of their days that
  // this day brings along.
  std::map<std::string, std::vector<Day>> periods_of(const pack::Duty& duty, Day each) const {
    const auto& [text, week] = day_texts()[each.number - kFirst.number];
    const std::string year = text.substr(0, 4);
    const int month = month_of(each);
    std::map<std::string, std::vector<Day>> found;
    switch (duty.cycle) {
      case Cycle::school_day:
      case Cycle::day:
        found[text] = {each};
        break;
      case Cycle::night:
        for (int round = 1; round <= duty.times; ++round) {
          found[text + "N" + std::to_string(round)] = {each};
        }
        break;
      case Cycle::week:
        found[week] = {each};
        break;
      case Cycle::month:
        found[text.substr(0, 7)] = {each};
        break;
      case Cycle::quarter:
        found[year + "-Q" + (month < 4 ? "1" : month < 7 ? "2" : month < 10 ? "3" : "4")] = {each};
        break;
      case Cycle::half_year:
        found[year + (month < 7 ? "-H1" : "-H2")] = {each};
        break;
      case Cycle::year:
        found[year] = {each};
        break;
      case Cycle::term:
        for (const auto& term : terms_) {
          if (term.from <= each && each <= term.to) found[term.id] = {each};
        }
        break;
      case Cycle::school_year:
        for (const auto& one : country().pack->school_years) {
          if (one.from <= each && each <= one.to) found[one.id] = {each};
        }
        break;
      case Cycle::dates:
        for (const auto& rule : duty.dates) {
          if (is_date(rule, each)) found[text] = around(duty, each);
        }
        break;
      case Cycle::event:
        for (const auto& term : terms_) {
          const bool is_it = duty.event == "term_start" ? each == term.from
                             : duty.event == "term_end"
                                 ? each == term.to
                                 : duty.event == "vacation_start" && each == term.to.plus(1);
          if (is_it) found[duty.event + ":" + term.id] = around(duty, each);
        }
        for (const auto& one : country().years) {
          for (const auto& holiday : one.holidays) {
            if (duty.event == "holiday_start" && each == holiday.from) {
              found[fmt::format("holiday_start:{}-{}", one.year, holiday.id)] = around(duty, each);
            }
          }
        }
        break;
    }
    return found;
  }

  bool counts(const pack::Duty& duty, Day each) const {
    switch (duty.days) {
      case pack::Days::school:
        return lessons_.count((duty.cycle == Cycle::night ? each.plus(1) : each).number) > 0;
      case pack::Days::term:
        return is_term(each) && !is_closed(each);
      case pack::Days::vacation:
        return !is_term(each);
      case pack::Days::all:
        return true;
    }
    return false;
  }

  void add(const pack::Duty& duty, const std::string& name, const std::vector<Day>& all,
           std::set<std::string>& found) const {
    const bool short_period =
        duty.cycle == Cycle::school_day || duty.cycle == Cycle::day || duty.cycle == Cycle::night;
    const bool anchored = duty.cycle == Cycle::dates || duty.cycle == Cycle::event;
    std::vector<Day> days;
    for (std::size_t place = 0; place < all.size(); ++place) {
      const int ordinal = static_cast<int>(place) + 1;
      const bool within =
          short_period || anchored ||
          (ordinal >= duty.from_day && (duty.to_day == 0 || ordinal <= duty.to_day));
      if (within) days.push_back(all[place]);
    }
    if (days.empty()) return;
    if (!duty.months.empty()) {
      bool in_month = false;
      for (int month : duty.months) in_month = in_month || month == month_of(all.front());
      if (!in_month) return;
    }
    // A life that ends before the period does; of a night the morning is part of it.
    const Day end = duty.cycle == Cycle::night ? days.back().plus(1) : days.back();
    if (world_.subject.ended && end >= *world_.subject.ended) return;
    std::erase_if(days, [&](Day each) { return each < world_.subject.opened; });
    if (days.empty()) return;
    int left = 0;
    for (Day each : days) left += counts(duty, each) ? 1 : 0;
    if (left < duty.least_days) return;
    std::int64_t opens = country().zone.start_of(days.front()).ms;
    std::int64_t closes = country().zone.start_of(days.back().plus(1)).ms;
    int times = duty.times;
    if (short_period) {
      const std::int64_t midnight = opens;
      opens = midnight + duty.from_minute * kMinuteMs;
      closes = midnight + duty.to_minute * kMinuteMs;
      if (duty.cycle == Cycle::night) {
        const std::int64_t part = (closes - opens) / times;
        opens += part * (name.back() - '1');
        closes = opens + part;
        times = 1;
      }
    }
    if (opens >= country().at("2027-01-01T00:00").ms) return;
    if (closes <= country().at("2024-01-01T00:00").ms) return;
    found.insert(fmt::format("{}|{}|{}|{}", name, opens, closes, times));
  }

  World world_;
  std::vector<pack::SchoolTerm> terms_;
  std::vector<Day> days_;
  std::set<std::int32_t> lessons_;
};

std::string text_of(const Occurrence& occurrence) {
  return fmt::format("{}|{}|{}|{}", occurrence.period, occurrence.opens_at.ms,
                     occurrence.closes_at.ms, occurrence.times);
}

const Day kFrom = day("2024-01-01"), kTo = day("2026-12-31");

void compare(const World& world) {
  const auto calendar = country().calendar(world.subject.kind, world.layers, world.closures);
  const Slow slow(world);
  std::size_t found = 0;
  const bool with_shapes = world.subject.kind == "primary" || world.subject.ended;
  for (const auto& duty : with_shapes ? all_duties() : country().pack->duties) {
    SCOPED_TRACE(world.subject.kind + " " + duty.id);
    std::set<std::string> quick;
    const auto occurrences = expected(duty, world.subject, calendar, kFrom, kTo);
    for (const auto& each : occurrences) quick.insert(text_of(each));
    EXPECT_EQ(quick.size(), occurrences.size()) << "a period stands twice";
    EXPECT_EQ(quick, slow.expected(duty));
    found += quick.size();
  }
  // Some offices have no duty: what is asked of them is asked otherwise.
  const bool any = std::ranges::any_of(country().pack->duties, [&](const pack::Duty& duty) {
    return std::ranges::any_of(duty.at, [&](const pack::Selector& at) {
      return organisations::is_chosen(at, world.subject.kind, world.subject.facets);
    });
  });
  EXPECT_EQ(found > 0, any) << world.subject.kind;
}

boost::json::object everything() {
  return {{"boarding", true},          {"canteen", true},    {"bus", true},          {"lift", true},
          {"special_equipment", true}, {"tank_water", true}, {"fire_key_unit", true}};
}

std::vector<std::string> school_kinds() {
  std::vector<std::string> kinds;
  for (const auto& kind : country().pack->kinds) {
    if (kind.is_school) kinds.push_back(kind.id);
  }
  return kinds;
}

TEST(Duties, OfThreeYearsAreThoseOfADayByDayEnumerationForEachKindOfSchool) {
  for (const auto& kind : school_kinds()) {
    compare({school(kind), {}, {}});
    compare({school(kind, everything()), {}, {}});
  }
}

TEST(Duties, OfThreeYearsAreExactWithClosuresAndChangedTerms) {
  const Changes district{.terms = {{"2024-S1", day("2024-02-29"), day("2024-07-12")},
                                   {"2025-S2", day("2025-09-08"), day("2026-01-23")}},
                         .days = {{day("2024-03-09"), true},
                                  {day("2025-04-14"), false},
                                  {day("2025-05-14"), false},
                                  {day("2026-08-29"), true}}};
  const Changes own{.terms = {{"2025-S2", day("2025-09-03"), day("2026-01-23")}},
                    .days = {{day("2025-04-14"), true}, {day("2026-05-09"), false}}};
  const std::vector<Closure> closures = {{day("2024-02-29"), day("2024-02-29")},
                                         {day("2025-06-09"), day("2025-06-20")},
                                         {day("2025-10-01"), day("2025-11-30")},
                                         {day("2026-05-09"), day("2026-05-09")}};
  for (const auto& kind : school_kinds()) compare({school(kind), {district, own}, closures});
}

TEST(Duties, OfThreeYearsAreExactForASchoolThatOpensAndClosesInMidTerm) {
  Subject short_lived = school("boarding_middle", everything());
  short_lived.opened = day("2024-10-17");
  short_lived.ended = day("2026-04-15");
  compare({short_lived, {}, {{day("2025-03-03"), day("2025-03-14")}}});
  short_lived.kind = "kindergarten";
  short_lived.opened = day("2024-02-29");
  compare({short_lived, {}, {}});
}

TEST(Duties, OfThreeYearsAreExactForDistrictsAndDepartments) {
  compare({school("district"), {}, {}});
  for (const auto& [office, name] : country().pack->facet("office")->choices) {
    compare({school("department", {{"office", office}}), {}, {}});
  }
}

TEST(Duties, AskedDayByDayAreThoseThatAreOpenOnTheDay) {
  const auto subject = school("boarding_middle", everything());
  const auto calendar = country().calendar(subject.kind);
  for (const auto& duty : all_duties()) {
    SCOPED_TRACE(duty.id);
    const auto whole = expected(duty, subject, calendar, kFrom, day("2024-12-31"));
    std::set<std::string> by_day, by_days;
    for (Day each = kFrom; each <= day("2024-12-31"); each = each.plus(1)) {
      for (const auto& one : expected(duty, subject, calendar, each, each)) {
        EXPECT_LT(one.opens_at, country().zone.start_of(each.plus(1)));
        EXPECT_GT(one.closes_at, country().zone.start_of(each));
        by_day.insert(text_of(one));
      }
    }
    for (const auto& one : whole) by_days.insert(text_of(one));
    EXPECT_EQ(by_day, by_days);
  }
}

TEST(Duties, ThatCloseAreFoundOnceByStretchesThatMeet) {
  const auto subject = school("kindergarten", everything());
  const auto calendar = country().calendar(subject.kind);
  const auto duties = all_duties();
  std::multiset<std::string> found, wanted;
  const Instant begin = country().at("2026-03-01T00:00"), end = country().at("2026-05-01T00:00");
  // Odd lengths, so that borders fall anywhere.
  for (Instant at = begin; at < end;) {
    const Instant next = std::min(at.plus_ms(7 * kHourMs + 13 * kMinuteMs), end);
    for (const auto& one : closed_between(duties, subject, calendar, at, next)) {
      found.insert(one.duty->id + " " + one.period);
    }
    at = next;
  }
  for (const auto& one : expected(duties, subject, calendar, kFrom, kTo)) {
    if (one.closes_at > begin && one.closes_at <= end)
      wanted.insert(one.duty->id + " " + one.period);
  }
  EXPECT_EQ(found, wanted);
  EXPECT_GT(found.size(), 500u);
}

TEST(Duties, CloseOnlyInStretchesInWhichOneMay) {
  const auto calendar = country().calendar("boarding_middle");
  std::size_t quiet = 0;
  for (const auto& duty : all_duties()) {
    const std::vector<pack::Duty> alone{duty};
    const auto found =
        expected(alone, school("boarding_middle"), calendar, day("2026-02-01"), day("2026-04-30"));
    for (const auto& occurrence : found) {
      const auto closing = occurrence.closes_at;
      EXPECT_TRUE(may_close(alone, *country().days, closing.plus_ms(-1), closing))
          << duty.id << " " << occurrence.period;
      EXPECT_TRUE(may_close(alone, *country().days, closing.plus_ms(-kDayMs), closing));
    }
    for (Instant hour = country().at("2026-03-02T00:30:00");
         hour.ms < country().at("2026-03-03T00:30:00").ms; hour = hour.plus_ms(kHourMs))
      quiet += may_close(alone, *country().days, hour, hour.plus_ms(kHourMs)) ? 0 : 1;
  }
  EXPECT_GT(quiet, all_duties().size() * 20);
}

TEST(Duties, AreFoundAgainByTheNameOfTheirPeriod) {
  for (const char* kind : {"boarding_middle", "kindergarten", "district"}) {
    const auto subject = school(kind, everything());
    const auto calendar = country().calendar(kind);
    const auto duties = all_duties();
    for (const auto& one : expected(duties, subject, calendar, kFrom, day("2024-12-31"))) {
      const auto again = occurrence_of(*one.duty, subject, calendar, one.period);
      ASSERT_TRUE(again) << one.duty->id << " " << one.period;
      EXPECT_EQ(text_of(*again), text_of(one));
      EXPECT_EQ(again->waived, Waiver::none);
    }
  }
}

// ---- single cases ----

const pack::Duty& duty(const char* id) { return *country().pack->duty(id); }

std::string waived(const char* id, const Subject& subject, const SchoolCalendar& calendar,
                   const char* period) {
  const auto found = occurrence_of(duty(id), subject, calendar, period);
  return found ? word_of(found->waived) : found.error().key;
}

TEST(Duties, SayWhyAPeriodIsNotExpected) {
  auto subject = school("primary");
  subject.opened = day("2026-03-04");
  subject.ended = day("2026-06-15");
  const auto calendar = country().calendar("primary", {}, {{day("2026-03-11"), day("2026-03-11")}});
  EXPECT_EQ(waived("daily_inspection", subject, calendar, "2026-03-03"), "not_there");
  EXPECT_EQ(waived("daily_inspection", subject, calendar, "2026-03-04"), "none");
  EXPECT_EQ(waived("daily_inspection", subject, calendar, "2026-03-11"), "closure");
  EXPECT_EQ(waived("daily_inspection", subject, calendar, "2026-03-14"), "vacation");
  EXPECT_EQ(waived("daily_inspection", subject, calendar, "2026-06-15"), "not_there");
  EXPECT_EQ(waived("weekly_inspection", subject, calendar, "2026-W10"), "none");
  EXPECT_EQ(waived("monthly_inspection", subject, calendar, "2026-06"), "not_there");
  EXPECT_EQ(waived("kindergarten_drill", subject, calendar, "2026-Q2"), "not_for_it");
  EXPECT_EQ(waived("water_lesson", subject, calendar, "2026-03"), "not_for_it");
}

TEST(Duties, AreNotExpectedBeforeTheyWereInForceOrAfter) {
  const auto subject = school("primary");
  const auto calendar = country().calendar("primary");
  auto changed = duty("weekly_inspection");
  changed.since = day("2026-03-11");
  changed.until = day("2026-03-25");
  std::string periods;
  for (const auto& one : expected(changed, subject, calendar, kFrom, kTo)) {
    periods += one.period + " from " + format_day(one.first) + "; ";
  }
  EXPECT_EQ(periods, "2026-W11 from 2026-03-11; 2026-W12 from 2026-03-16; ");
  EXPECT_EQ(occurrence_of(changed, subject, calendar, "2026-W13")->waived, Waiver::not_in_force);
}

TEST(Duties, OfANightBelongToItsEveningAndFollowIntoTheMorning) {
  const auto subject = school("boarding_middle");
  const auto calendar = country().calendar("boarding_middle");
  const auto& rounds = duty("night_fire_patrol");
  const auto second = occurrence_of(rounds, subject, calendar, "2026-03-02N2");
  ASSERT_TRUE(second);
  EXPECT_EQ(format_day(second->last), "2026-03-02");
  EXPECT_EQ(second->opens_at, country().at("2026-03-03T02:00"));
  EXPECT_EQ(second->closes_at, country().at("2026-03-03T06:00"));
  EXPECT_EQ(second->times, 1);
  std::string open;
  for (const auto& one :
       expected(rounds, subject, calendar, day("2026-03-03"), day("2026-03-03"))) {
    open += one.period + " ";
  }
  // What began at ten in the evening still runs at one in the morning.
  EXPECT_EQ(open, "2026-03-02N1 2026-03-02N2 2026-03-03N1 ");
  // Nobody sleeps at the school from Friday to Sunday; the evening before lessons they do.
  EXPECT_EQ(waived("night_fire_patrol", subject, calendar, "2026-03-06N1"), "vacation");
  EXPECT_EQ(waived("night_fire_patrol", subject, calendar, "2026-03-08N1"), "none");
  EXPECT_EQ(waived("night_fire_patrol", subject, calendar, "2026-03-01N1"), "none");
}

TEST(Duties, AreChosenByWhatASchoolSaysElseByWhatIsAssumedOfItsKind) {
  const auto& night = duty("night_fire_patrol");
  EXPECT_TRUE(applies(night, school("boarding_middle")));
  EXPECT_FALSE(applies(night, school("senior_middle")));
  EXPECT_TRUE(applies(night, school("senior_middle", {{"boarding", true}})));
  EXPECT_FALSE(applies(night, school("boarding_middle", {{"boarding", false}})));
  EXPECT_TRUE(applies(night, school("boarding_middle", {{"boarding", nullptr}})));
  EXPECT_FALSE(applies(duty("police_arrival"), school("department")));
  EXPECT_TRUE(applies(duty("police_arrival"), school("department", {{"office", "police"}})));
}

pack::Duty chosen_by(pack::Condition condition) {
  pack::Duty made = duty("daily_inspection");
  made.at = {{.kinds = {"primary"}, .where = {std::move(condition)}}};
  return made;
}

TEST(Duties, AreChosenByNumbersAndByOneOfSeveral) {
  const auto many = chosen_by(
      {.facet = "pupils", .compare = "at_least", .value = "", .number = 100, .assumed = {}});
  EXPECT_TRUE(applies(many, school("primary", {{"pupils", 100}})));
  EXPECT_FALSE(applies(many, school("primary", {{"pupils", 99.5}})));
  EXPECT_FALSE(applies(many, school("primary")));
  EXPECT_FALSE(applies(many, school("primary", {{"pupils", "many"}})));
  const auto few = chosen_by({.facet = "pupils",
                              .compare = "below",
                              .value = "",
                              .number = 100,
                              .assumed = {{"any", "64"}}});
  EXPECT_TRUE(applies(few, school("primary")));
  EXPECT_FALSE(applies(few, school("primary", {{"pupils", 100}})));
  const auto junior = chosen_by({.facet = "stages",
                                 .compare = "has",
                                 .value = "junior",
                                 .number = 0,
                                 .assumed = {{"primary", "primary,junior"}}});
  EXPECT_TRUE(applies(junior, school("primary")));
  EXPECT_FALSE(applies(junior, school("primary", {{"stages", "primary"}})));
  EXPECT_TRUE(applies(junior, school("primary", {{"stages", "junior,senior"}})));
  EXPECT_TRUE(applies(junior, school("primary", {{"stages", {"primary", "junior"}}})));
  EXPECT_FALSE(applies(junior, school("primary", {{"stages", "juniors"}})));
}

TEST(Duties, KeepToTheirDaysOfALongPeriod) {
  auto early = duty("monthly_inspection");
  early.from_day = 3;
  early.to_day = 10;
  const auto subject = school("primary");
  const auto calendar = country().calendar("primary");
  const auto found = occurrence_of(early, subject, calendar, "2026-03");
  EXPECT_EQ(format_day(found->first), "2026-03-03");
  EXPECT_EQ(found->closes_at, country().at("2026-03-11T00:00"));
  EXPECT_TRUE(expected(early, subject, calendar, day("2026-03-11"), day("2026-03-31")).empty());
  early.from_day = early.to_day = 31;
  EXPECT_EQ(expected(early, subject, calendar, day("2026-04-01"), day("2026-04-30")).size(), 0u);
}

TEST(Duties, OfAnEventFollowItWhereTheTermMoves) {
  const Changes later{.terms = {{"2026-S1", day("2026-03-09"), day("2026-07-10")}}, .days = {}};
  const auto subject = school("primary");
  const auto found = occurrence_of(duty("opening_lesson"), subject,
                                   country().calendar("primary", {later}), "term_start:2026-S1");
  ASSERT_TRUE(found);
  EXPECT_EQ(format_day(found->first), "2026-03-09");
  EXPECT_EQ(format_day(found->last), "2026-03-22");
}

TEST(Duties, RefusePeriodsOfAnotherForm) {
  const auto subject = school("boarding_middle", everything());
  const auto calendar = country().calendar("boarding_middle");
  const std::pair<const char*, std::vector<const char*>> malformed[] = {
      {"daily_inspection", {"", "2026-02-30", "2026-3-2", "2026-W10", "2026-03-02N1"}},
      {"night_fire_patrol",
       {"", "2026-03-02", "2026-03-02N", "2026-03-02N0", "2026-03-02Nx", "2026-03-02N01",
        "2026-03-02N9999", "N1", "2026-03-02N1 "}},
      {"weekly_inspection",
       {"", "2026-W00", "2026-W54", "2025-W53", "2026-10", "2026-W1", "2026-W010"}},
      {"monthly_inspection", {"", "2026-00", "2026-13", "2026-3", "2026", "2026-03-02", "20x6-03"}},
      {"buildings_check", {"", "2026-H0", "2026-H3", "2026-Q1", "2026-H", "2026-H11"}},
      {"fire_equipment_test", {"", "26", "02026", "2026-", "0000"}},
      {"opening_lesson", {"", "term_end:2026-S1", "2026-S1", "term_start"}},
      {"safety_education_day", {"", "2026-03-32", "2026-03"}},
  };
  for (const auto& [id, periods] : malformed) {
    for (const char* period : periods) {
      EXPECT_EQ(waived(id, subject, calendar, period), "duty.period_malformed")
          << id << " " << period;
    }
  }
  const std::pair<const char*, const char*> unknown[] = {
      {"night_fire_patrol", "2026-03-02N3"},  {"fire_lesson", "2020-S1"},
      {"earthquake_drill", "2020-2021"},      {"opening_lesson", "term_start:2020-S1"},
      {"safety_education_day", "2026-03-23"}, {"holiday_reminder", "holiday_start:2026-moon"},
  };
  for (const auto& [id, period] : unknown) {
    EXPECT_EQ(waived(id, subject, calendar, period), "duty.period_unknown") << id << " " << period;
  }
}

TEST(Duties, CountAnOrganisationFromItsFirstWholeDay) {
  EXPECT_EQ(first_whole_day(country().at("2026-03-02T00:00"), country().zone), day("2026-03-02"));
  EXPECT_EQ(first_whole_day(country().at("2026-03-02T00:01"), country().zone), day("2026-03-03"));
}

}  // namespace
}  // namespace anxiao::duties
