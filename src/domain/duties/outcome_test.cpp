#include "domain/duties/outcome.h"

#include "domain/duties/test_school.h"

namespace anxiao::duties {
namespace {

Instant at(const char* text) { return country().at(text); }

Occurrence patrol(const SchoolCalendar& calendar, const char* period = "2026-03-04") {
  return *occurrence_of(*country().pack->duty("key_place_patrol"), school("primary"), calendar,
                        period);
}

Occurrence inspection(const std::vector<Closure>& closures = {}) {
  return *occurrence_of(*country().pack->duty("daily_inspection"), school("primary"),
                        country().calendar("primary", {}, closures), "2026-03-04");
}

std::string state(const Occurrence& occurrence, const std::vector<Given>& answers, const char* now,
                  bool excused = false) {
  return word_of(outcome_of(occurrence, answers, excused, at(now)).state);
}

Given given(const char* happened, const char* known = nullptr) {
  return {at(happened), at(known ? known : happened)};
}

TEST(Outcome, IsExpectedThenOpenThenMissed) {
  EXPECT_EQ(state(inspection(), {}, "2026-03-03T23:59"), "expected");
  EXPECT_EQ(state(inspection(), {}, "2026-03-04T00:00"), "open");
  EXPECT_EQ(state(inspection(), {}, "2026-03-04T23:59"), "open");
  EXPECT_EQ(state(inspection(), {}, "2026-03-05T00:00"), "missed");
}

TEST(Outcome, IsDoneWithAsManyAnswersAsAreWanted) {
  const auto occurrence = patrol(country().calendar("primary"));
  ASSERT_EQ(occurrence.times, 5);
  std::vector<Given> answers(4, given("2026-03-04T08:00"));
  EXPECT_EQ(state(occurrence, answers, "2026-03-04T12:00"), "open");
  EXPECT_EQ(state(occurrence, answers, "2026-03-05T12:00"), "missed");
  answers.push_back(given("2026-03-04T18:00"));
  EXPECT_EQ(state(occurrence, answers, "2026-03-04T18:00"), "done");
}

TEST(Outcome, IsLateWhereAnAnswerHappenedAfterTheWindow) {
  EXPECT_EQ(state(inspection(), {given("2026-03-05T00:00")}, "2026-03-05T01:00"), "late");
  EXPECT_EQ(state(inspection(), {given("2026-03-03T20:00")}, "2026-03-03T20:00"), "done");
}

TEST(Outcome, IsDoneWhereAnAnswerBecameKnownOnlyLater) {
  const std::vector<Given> answers = {given("2026-03-04T16:00", "2026-03-06T08:00")};
  EXPECT_EQ(state(inspection(), answers, "2026-03-05T08:00"), "missed");
  const auto outcome = outcome_of(inspection(), answers, false, at("2026-03-06T08:00"));
  EXPECT_EQ(outcome.state, State::done);
  EXPECT_TRUE(outcome.known_late);
  EXPECT_FALSE(outcome_of(inspection(), {given("2026-03-04T16:00")}, false, at("2026-03-06T08:00"))
                   .known_late);
}

TEST(Outcome, OfAnExcuseWeighsLessThanAnAnswerInTimeAndMoreThanALateOne) {
  EXPECT_EQ(state(inspection(), {}, "2026-03-03T12:00", true), "excused");
  EXPECT_EQ(state(inspection(), {}, "2026-03-05T12:00", true), "excused");
  EXPECT_EQ(state(inspection(), {given("2026-03-05T08:00")}, "2026-03-05T12:00", true), "excused");
  EXPECT_EQ(state(inspection(), {given("2026-03-04T08:00")}, "2026-03-05T12:00", true), "done");
}

TEST(Outcome, OfAClosureDeclaredAfterwardsKeepsTheAnswersAndExcusesTheRest) {
  const auto closed = inspection({{day("2026-03-04"), day("2026-03-04")}});
  EXPECT_EQ(closed.waived, Waiver::closure);
  EXPECT_EQ(state(closed, {given("2026-03-04T07:40")}, "2026-03-04T09:00"), "done");
  EXPECT_EQ(state(closed, {}, "2026-03-04T09:00"), "excused");
  EXPECT_EQ(state(closed, {}, "2026-03-06T09:00"), "excused");
}

Holding holds(const char* person, const char* post, const char* since = "2020-01-01T00:00",
              const char* until = nullptr) {
  return {person, post, at(since), until ? std::optional(at(until)) : std::nullopt};
}

std::string text_of(const Owner& owner) {
  std::string text = owner.post + ":";
  for (const auto& person : owner.people) text += " " + person;
  for (const auto& post : owner.vacant) text += " -" + post;
  return text;
}

TEST(Owner, IsWhoeverHeldThePostInTheLastMomentOfTheWindow) {
  const auto occurrence = patrol(country().calendar("primary"));
  const std::vector<Holding> holdings = {
      holds("li", "guard", "2020-01-01T00:00", "2026-03-04T12:00"),
      holds("wu", "guard", "2026-03-04T12:00", "2026-03-05T00:00"),
      holds("he", "guard", "2026-03-05T00:00"), holds("qin", "principal")};
  EXPECT_EQ(text_of(owner_of(occurrence, holdings)), "guard: wu");
}

TEST(Owner, IsEverybodyWhoHoldsThePost) {
  EXPECT_EQ(text_of(owner_of(patrol(country().calendar("primary")),
                             {holds("li", "guard"), holds("wu", "guard"), holds("li", "guard")})),
            "guard: li wu");
}

TEST(Owner, OfAVacantPostIsWhoShouldHaveFilledIt) {
  const auto occurrence = patrol(country().calendar("primary"));
  EXPECT_EQ(text_of(owner_of(occurrence, {holds("qin", "principal")})),
            "principal: qin -guard -safety_manager");
  EXPECT_EQ(text_of(owner_of(occurrence, {})), ": -guard -safety_manager -principal");
  // A principal's own duty that nobody could have done is his superior's.
  const auto meeting = *occurrence_of(*country().pack->duty("safety_meeting"), school("primary"),
                                      country().calendar("primary"), "2026-03");
  EXPECT_EQ(text_of(owner_of(meeting, {holds("zhao", "district_safety_officer")})),
            "district_safety_officer: zhao -principal");
}

TEST(Owner, WithTwoPostsOwnsADutyOnceByTheFirstOfThem) {
  EXPECT_EQ(text_of(owner_of(patrol(country().calendar("primary")),
                             {holds("li", "principal"), holds("li", "safety_manager")})),
            "safety_manager: li -guard");
}

TEST(Owner, IsTheSubstituteOfTheDay) {
  const auto calendar = country().calendar("primary");
  const std::vector<Holding> holdings = {holds("li", "guard")};
  const std::vector<Substitute> wu = {{"wu", "li", day("2026-03-04"), day("2026-03-04")}};
  EXPECT_EQ(text_of(owner_of(patrol(calendar), holdings, wu)), "guard: wu");
  EXPECT_EQ(text_of(owner_of(patrol(calendar, "2026-03-05"), holdings, wu)), "guard: li");
  auto chain = wu;
  chain.push_back({"he", "wu", day("2026-03-01"), day("2026-03-31")});
  EXPECT_EQ(text_of(owner_of(patrol(calendar), holdings, chain)), "guard: he");
  chain.push_back({"li", "he", day("2026-03-01"), day("2026-03-31")});
  EXPECT_EQ(text_of(owner_of(patrol(calendar), holdings, chain)), "guard: li");
}

TEST(Owner, OfANightIsTheSubstituteOfItsEvening) {
  const auto round =
      *occurrence_of(*country().pack->duty("night_fire_patrol"), school("boarding_middle"),
                     country().calendar("boarding_middle"), "2026-03-04N2");
  EXPECT_EQ(text_of(owner_of(round, {holds("li", "guard")},
                             {{"wu", "li", day("2026-03-04"), day("2026-03-04")}})),
            "guard: wu");
  // Who came to the post after midnight owns what was due until the morning.
  EXPECT_EQ(text_of(owner_of(round, {holds("li", "guard", "2020-01-01T00:00", "2026-03-05T00:00"),
                                     holds("wu", "guard", "2026-03-05T00:00")})),
            "guard: wu");
}

}  // namespace
}  // namespace anxiao::duties
