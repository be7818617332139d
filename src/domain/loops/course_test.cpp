#include "domain/loops/course.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/loops/small_chart.h"

namespace anxiao::loops {
namespace {

using namespace anxiao::loops::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const pack::Chart kChart = small_chart();

Instant hours(double count) { return kMorning.plus_ms(static_cast<std::int64_t>(count * kHourMs)); }

// A matter that is walked, and the moves as a store would keep them.
struct Life {
  Matter matter = unopened();
  std::vector<CourseMove> moves;

  void take(const Step& asked) {
    auto moved = walk(kChart, matter, asked);
    ASSERT_TRUE(moved) << asked.move << ": " << (moved ? "" : moved.error().detail);
    matter = after(kChart, matter, *moved);
    moves.push_back({.move = moved->move,
                     .from = moved->from,
                     .to = moved->to,
                     .passed = moved->passed,
                     .actor = moved->step.actor.person,
                     .holder = moved->holder,
                     .happened_at = moved->step.at,
                     .known_at = moved->step.at,
                     .level = moved->level,
                     .due = moved->due});
  }

  Course read(Instant now) const { return course_of(kChart, moves, now); }
};

const CourseStage& row(const Course& course, const std::string& stage) {
  for (const auto& each : course.stages)
    if (each.stage == stage) return each;
  throw Fault("no such stage");
}

std::vector<std::string> states(const Course& course) {
  std::vector<std::string> found;
  for (const auto& each : course.stages)
    found.push_back(boost::describe::enum_to_string(each.state, ""));
  return found;
}

Life until_mend() {
  Life life;
  life.take(step("find", "ann", "worker", hours(0), {{"title", "a tile"}}));
  life.take(step("weigh", "ann", "worker", hours(1), {{"p", 10}, {"q", 10}}));
  life.take(step("tell_by_hand", "bob", "head", hours(2), {{"how_told", "rang"}}));
  return life;
}

Life until_check() {
  auto life = until_mend();
  life.take(step("plan", "ann", "worker", hours(4), {{"measures", "glue"}, {"funds", 1}}));
  life.take(step("mend", "ann", "worker", hours(10), {{"photos_after", kPhoto}}));
  return life;
}

TEST(Course, OfNothingIsAllAhead) {
  auto course = course_of(kChart, {}, kMorning);
  EXPECT_THAT(states(course), ElementsAre("ahead", "ahead", "ahead", "ahead", "ahead", "ahead"));
  EXPECT_THAT(course.holdings, IsEmpty());
}

TEST(Course, ShowsWhatIsDoneWhatIsNowAndWhatIsAhead) {
  auto course = until_mend().read(hours(5));
  EXPECT_THAT(states(course), ElementsAre("done", "done", "done", "current", "ahead", "ahead"));
  const auto& mend = row(course, "mend");
  EXPECT_EQ(mend.entered, hours(2));
  EXPECT_EQ(mend.term_hours, 48);
  EXPECT_EQ(mend.due, hours(50));
  EXPECT_EQ(mend.took_ms, 3 * kHourMs);
  EXPECT_FALSE(mend.late);
  EXPECT_FALSE(mend.left);
}

TEST(Course, AStagePassedOnTheWayIsDoneInNoTime) {
  const auto course = until_mend().read(hours(5));
  const auto& look = row(course, "look");
  EXPECT_EQ(look.entered, hours(0));
  EXPECT_EQ(look.left, hours(0));
  EXPECT_EQ(look.took_ms, 0);
  EXPECT_EQ(look.by, "ann");
  EXPECT_EQ(look.move, "find");
}

TEST(Course, AStageTookTheTimeBetweenComingAndLeaving) {
  const auto course = until_mend().read(hours(5));
  const auto& weigh = row(course, "weigh");
  EXPECT_EQ(weigh.took_ms, kHourMs);
  EXPECT_EQ(weigh.left, hours(1));
  EXPECT_EQ(weigh.by, "ann");
  EXPECT_EQ(weigh.due, hours(12));
}

TEST(Course, AMoveThatStaysLeavesNothing) {
  auto life = until_mend();
  life.take(step("plan", "ann", "worker", hours(4), {{"funds", 1}}));
  const auto course = life.read(hours(5));
  EXPECT_EQ(row(course, "mend").entered, hours(2));
  EXPECT_EQ(row(course, "mend").visits, 1);
}

TEST(Course, ALateStageIsLateBeforeAndAfterItIsLeft) {
  auto life = until_mend();
  EXPECT_FALSE(row(life.read(hours(50)), "mend").late);
  EXPECT_TRUE(row(life.read(hours(51)), "mend").late);
  life.take(step("plan", "ann", "worker", hours(60), {{"measures", "glue"}, {"funds", 1}}));
  life.take(step("mend", "ann", "worker", hours(61), {{"photos_after", kPhoto}}));
  EXPECT_TRUE(row(life.read(hours(62)), "mend").late);
  EXPECT_FALSE(row(life.read(hours(62)), "check").late);
}

TEST(Course, AReturnPutsWhatLiesBeyondAheadAgainAndAddsTheTimes) {
  auto life = until_check();
  life.take(step("refuse", "bob", "head", hours(12), {{"reason", "loose"}}));
  auto course = life.read(hours(15));
  EXPECT_THAT(states(course), ElementsAre("done", "done", "done", "current", "ahead", "ahead"));
  const auto& mend = row(course, "mend");
  EXPECT_EQ(mend.visits, 2);
  EXPECT_EQ(mend.entered, hours(12));
  EXPECT_EQ(mend.took_ms, (8 + 3) * kHourMs);
  EXPECT_EQ(row(course, "check").took_ms, 2 * kHourMs);
  EXPECT_EQ(row(course, "check").by, "");
  life.take(step("mend", "ann", "worker", hours(20), {{"photos_after", kPhoto}}));
  life.take(step("accept", "bob", "head", hours(21)));
  course = life.read(hours(22));
  EXPECT_THAT(states(course), ElementsAre("done", "done", "done", "done", "done", "current"));
  EXPECT_EQ(row(course, "check").by, "bob");
}

TEST(Course, WhatWasMendedAtOnceSkipsTheStagesBetween) {
  Life life;
  life.matter.level = "low";
  life.take(step("find", "ann", "worker", hours(0), {{"title", "a tile"}}));
  life.take(step("at_once", "ann", "worker", hours(1), {{"photos_after", kPhoto}}));
  EXPECT_THAT(states(life.read(hours(2))),
              ElementsAre("done", "done", "skipped", "skipped", "current", "ahead"));
}

TEST(Course, OfAClosedMatterStandsStill) {
  auto life = until_check();
  life.take(step("accept", "bob", "head", hours(12)));
  life.take(step("close", "dot", "district", hours(13)));
  auto course = life.read(hours(500));
  EXPECT_THAT(states(course), ElementsAre("done", "done", "done", "done", "done", "done"));
  EXPECT_EQ(row(course, "close").took_ms, kHourMs);
  EXPECT_EQ(course.holdings.back().held_ms, 13 * kHourMs);
  EXPECT_EQ(course.holdings.back().until, hours(13));
}

TEST(Course, OfADroppedMatterSkipsTheRest) {
  Life life;
  life.take(step("signal", "ann", "worker", hours(0)));
  life.take(step("drop", "ann", "worker", hours(1), {{"reason", "a false alarm"}}));
  EXPECT_THAT(states(life.read(hours(2))),
              ElementsAre("done", "skipped", "skipped", "skipped", "skipped", "skipped"));
}

TEST(Course, ADeferralMovesTheDueTimeOfTheStage) {
  auto life = until_mend();
  life.take(step("ask", "ann", "worker", hours(3), {{"until", "2026-03-20"}, {"reason", "rain"}}));
  life.take(step("grant", "bob", "head", hours(4)));
  auto course = life.read(hours(60));
  EXPECT_EQ(row(course, "mend").due, parse_instant("2026-03-21T00:00:00Z").value());
  EXPECT_FALSE(row(course, "mend").late);
}

TEST(Holdings, CountTheTimeEachHeldTheMatter) {
  auto life = until_mend();
  life.take(step("pass_on", "bob", "head", hours(5), {{"department", kOutside}}));
  life.take(step("hand_back", "oli", "outsider", hours(12)));
  auto holdings = life.read(hours(20)).holdings;
  ASSERT_EQ(holdings.size(), 3u);
  EXPECT_EQ(holdings[0].holder, kSchool);
  EXPECT_EQ(holdings[0].held_ms, 5 * kHourMs);
  EXPECT_EQ(holdings[1].holder, kOutside);
  EXPECT_EQ(holdings[1].until, hours(12));
  EXPECT_EQ(holdings[1].held_ms, 7 * kHourMs);
  EXPECT_EQ(holdings[2].holder, kSchool);
  EXPECT_FALSE(holdings[2].until);
  EXPECT_EQ(holdings[2].held_ms, 8 * kHourMs);
}

TEST(Course, AClockThatJumpedBackGivesNoTimeBelowNothing) {
  auto life = until_mend();
  life.moves.back().happened_at = hours(-3);
  for (const auto& each : life.read(hours(-5)).stages)
    EXPECT_GE(each.took_ms.value_or(0), 0) << each.stage;
  for (const auto& each : life.read(hours(-5)).holdings) EXPECT_GE(each.held_ms, 0);
}

}  // namespace
}  // namespace anxiao::loops
