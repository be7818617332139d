#include "domain/standing/running.h"

#include <gtest/gtest.h>

namespace anxiao::standing {
namespace {

Day day(const char* text) { return *parse_day(text); }

const std::vector<Stretch> kTerms = {{day("2025-09-01"), day("2026-01-30")},
                                     {day("2026-03-02"), day("2026-07-10")}};
const std::vector<Stretch> kYears = {{day("2025-09-01"), day("2026-08-31")}};

Periods on(const char* text) {
  return running_on(day(text), kTerms, kYears,
                    [](Day each) { return each >= day("2025-09-01") && each < day("2026-09-01"); });
}

TEST(RunningOn, ATermRunsUntilTheNextBegins) {
  const auto vacation = on("2026-02-15");
  EXPECT_EQ(vacation.term.from, day("2025-09-01"));
  EXPECT_EQ(vacation.term.until, day("2026-03-02"));
  EXPECT_EQ(vacation.changes_on, day("2026-03-02"));
  const auto spring = on("2026-04-01");
  EXPECT_EQ(spring.term.from, day("2026-03-02"));
  EXPECT_EQ(spring.term_before.from, day("2025-09-01"));
  EXPECT_EQ(spring.school_year.until, day("2026-09-01"));
}

TEST(RunningOn, WhatTheCalendarDoesNotKnowIsNotKnown) {
  EXPECT_TRUE(on("2026-08-31").in_known_years);
  EXPECT_EQ(on("2026-08-31").changes_on, day("2026-09-01"));
  EXPECT_FALSE(on("2026-09-01").in_known_years);
}

}  // namespace
}  // namespace anxiao::standing
