#include "domain/duties/calendar.h"

#include "domain/duties/test_school.h"

namespace anxiao::duties {
namespace {

TEST(SchoolCalendar, HasLessonsOnWorkedDaysOfTheTerm) {
  const auto calendar = country().calendar("primary");
  EXPECT_TRUE(calendar.is_school_day(day("2026-03-02")));
  EXPECT_FALSE(calendar.is_school_day(day("2026-03-01")));  // before the term
  EXPECT_FALSE(calendar.is_school_day(day("2026-03-07")));  // a Saturday
  EXPECT_FALSE(calendar.is_school_day(day("2026-05-04")));  // a holiday
  EXPECT_TRUE(calendar.is_school_day(day("2026-05-09")));   // a Saturday worked for it
  EXPECT_FALSE(calendar.is_school_day(day("2026-02-28")));  // worked, but in the vacation
  EXPECT_TRUE(calendar.is_school_day(day("2024-02-29")));   // a leap day
}

TEST(SchoolCalendar, NamesTheTermOfADay) {
  const auto calendar = country().calendar("primary");
  ASSERT_TRUE(calendar.term_of(day("2026-03-02")));
  EXPECT_EQ(calendar.term_of(day("2026-03-02"))->id, "2026-S1");
  EXPECT_EQ(calendar.term_of(day("2026-07-10"))->id, "2026-S1");
  EXPECT_FALSE(calendar.term_of(day("2026-07-11")));
  EXPECT_FALSE(calendar.term_of(day("2020-07-11")));
  EXPECT_FALSE(calendar.term("2020-S1"));
}

TEST(SchoolCalendar, TakesTheLastWordFromTheSchoolItself) {
  const Changes district{
      .terms = {{"2026-S1", day("2026-03-09"), day("2026-07-10")}},
      .days = {{day("2026-03-14"), true}, {day("2026-03-16"), false}, {day("2026-03-17"), false}}};
  const Changes own{.terms = {{"2026-S1", day("2026-03-09"), day("2026-07-03")}},
                    .days = {{day("2026-03-16"), true}}};
  const auto calendar = country().calendar("primary", {district, own});
  EXPECT_FALSE(calendar.is_school_day(day("2026-03-02")));
  EXPECT_TRUE(calendar.is_school_day(day("2026-03-14")));
  EXPECT_TRUE(calendar.is_school_day(day("2026-03-16")));
  EXPECT_FALSE(calendar.is_school_day(day("2026-03-17")));
  EXPECT_FALSE(calendar.is_school_day(day("2026-07-06")));
}

TEST(SchoolCalendar, LosesTheDaysOfAClosure) {
  const Changes extra{.terms = {}, .days = {{day("2026-06-13"), true}}};
  const auto calendar =
      country().calendar("primary", {extra}, {{day("2026-06-11"), day("2026-06-13")}});
  EXPECT_TRUE(calendar.is_closed(day("2026-06-11")));
  EXPECT_FALSE(calendar.is_school_day(day("2026-06-11")));
  EXPECT_FALSE(calendar.is_school_day(day("2026-06-13")));
  EXPECT_FALSE(calendar.is_closed(day("2026-06-14")));
  EXPECT_EQ(calendar.count(pack::Days::school, day("2026-06-08"), day("2026-06-14")), 3);
  EXPECT_EQ(calendar.count(pack::Days::school, day("2026-06-08"), day("2026-06-14"), false), 6);
  EXPECT_EQ(calendar.count(pack::Days::term, day("2026-06-08"), day("2026-06-14")), 4);
  EXPECT_EQ(calendar.count(pack::Days::all, day("2026-06-08"), day("2026-06-14")), 7);
}

TEST(SchoolCalendar, KnowsWhereItsKnowledgeEnds) {
  const auto calendar = country().calendar("primary");
  EXPECT_TRUE(calendar.knows(day("2027-12-31")));
  EXPECT_FALSE(calendar.knows(day("2028-01-01")));  // no holidays yet
  EXPECT_FALSE(calendar.knows(day("2040-01-01")));
  EXPECT_FALSE(calendar.is_school_day(day("2040-01-03")));
  EXPECT_EQ(calendar.count(pack::Days::vacation, day("2040-01-01"), day("2040-02-01")), 0);
  EXPECT_EQ(calendar.country().start_of(day("2040-01-01")).ms,
            country().zone.start_of(day("2040-01-01")).ms);
  const auto nothing = SchoolCalendar::compose(country().days, {}, "primary");
  EXPECT_FALSE(nothing->is_school_day(day("2026-03-02")));
  EXPECT_EQ(nothing->count(pack::Days::term, day("2026-03-02"), day("2026-03-02")), 0);
}

std::string refused(const Changes& change, const std::vector<Closure>& closures = {}) {
  const auto composed = SchoolCalendar::compose(country().days, country().pack->school_years,
                                                "primary", {change}, closures);
  return composed ? "" : composed.error().key;
}

TEST(SchoolCalendar, RefusesTermsThatCannotBe) {
  EXPECT_EQ(refused({.terms = {{"2026-S9", day("2026-03-02"), day("2026-07-10")}}, .days = {}}),
            "calendar.term_unknown");
  EXPECT_EQ(refused({.terms = {{"2026-S1", day("2026-07-10"), day("2026-03-02")}}, .days = {}}),
            "calendar.term_misplaced");
  EXPECT_EQ(refused({.terms = {{"2026-S1", day("2026-03-02"), day("2026-09-02")}}, .days = {}}),
            "calendar.term_misplaced");
  EXPECT_EQ(refused({.terms = {{"2026-S1", day("2026-01-15"), day("2026-07-10")}}, .days = {}}),
            "calendar.term_misplaced");
  EXPECT_EQ(refused({}, {{day("2026-06-12"), day("2026-06-11")}}), "calendar.closure_backwards");
}

}  // namespace
}  // namespace anxiao::duties
