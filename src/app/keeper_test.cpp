#include "usecases/keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "app/breaking_store.h"
#include "app/test_matters.h"

namespace anxiao::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Keeper : public TownWithHazards {
 protected:
  std::int64_t keep() { return usecases::keep_terms(town.store, *town.pack, town.zone, town.now); }
  // The hours a stage may last at the matter's level.
  std::int64_t term_ms(const std::string& stage, const std::string& level) {
    const auto& hours = town.pack->chart("hazard")->stage(stage)->term_hours;
    auto found_hours = hours.find(level);
    if (found_hours == hours.end()) found_hours = hours.find("*");
    return static_cast<std::int64_t>(found_hours->second * static_cast<double>(kHourMs));
  }
  std::vector<std::string> posts(const std::string& id) {
    std::vector<std::string> out;
    for (const auto& lapse : shape(*look("officer", id)).lapses) out.push_back(lapse.post);
    return out;
  }
  // A hazard in treatment, orange: its term is long.
  std::string treated() {
    auto id = in_treatment();
    return id;
  }
};

TEST_F(Keeper, DoesNothingBeforeATermHasLapsed) {
  found();
  EXPECT_EQ(keep(), 0);
  EXPECT_THAT(town.lines("TermLapsed"), IsEmpty());
}

TEST_F(Keeper, TellsTheNextPostAtEachLapseAndOnce) {
  auto id = treated();
  auto term = term_ms("treatment", "orange");
  pass(term - 1);
  EXPECT_EQ(keep(), 0);
  pass(1);
  EXPECT_EQ(keep(), 1);
  EXPECT_EQ(keep(), 0);
  EXPECT_THAT(posts(id), ElementsAre("principal"));
  pass(term);
  EXPECT_EQ(keep(), 1);
  EXPECT_THAT(posts(id), ElementsAre("principal", "district_safety_officer"));
  pass(2 * term);
  EXPECT_EQ(keep(), 2);
  EXPECT_THAT(posts(id), ElementsAre("principal", "district_safety_officer", "municipal_leader",
                                     "municipal_leader"));
  auto matter = shape(*look("officer", id));
  EXPECT_EQ(matter.lapses[1].people.at(0).id, town.people["officer"]);
  EXPECT_EQ(matter.lapses[1].organisation.id, town.places["east"]);
  EXPECT_TRUE(matter.late);
  EXPECT_EQ(list("officer")->items[0].lapses, 4);
  EXPECT_THAT(town.lines("TermLapsed"), SizeIs(4));
}

TEST_F(Keeper, RecordsALongSilenceWithEachHourItWasDue) {
  auto id = treated();
  auto term = term_ms("treatment", "orange");
  auto entered = town.now;
  pass(60 * term + kMinuteMs);
  EXPECT_EQ(keep(), 60) << "more than one transaction takes";
  auto lapses = shape(*look("officer", id)).lapses;
  ASSERT_THAT(lapses, SizeIs(60));
  for (std::size_t i = 0; i < lapses.size(); ++i) {
    EXPECT_EQ(lapses[i].number, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(lapses[i].lapsed_at,
              town.zone.format(entered.plus_ms(static_cast<std::int64_t>(i + 1) * term)));
    EXPECT_EQ(lapses[i].known_at, town.zone.format(town.now));
  }
  std::int64_t happened = 0;
  town.store.read([&](usecases::Reader& reader) {
    reader.query("SELECT happened_at FROM journal WHERE kind = 'TermLapsed' ORDER BY seq LIMIT 1",
                 {}, [&](const usecases::Row& row) { happened = row.integer(0); });
  });
  EXPECT_EQ(happened, entered.plus_ms(term).ms);
}

TEST_F(Keeper, PassesOverPostsThatNobodyHolds) {
  auto id = treated();
  town.write([&](usecases::Transaction& t) -> Result<void> {
    t.exec("UPDATE postings SET until = $1 WHERE post = 'principal'", {town.now.ms});
    return {};
  });
  pass(term_ms("treatment", "orange"));
  keep();
  EXPECT_THAT(posts(id), ElementsAre("district_safety_officer"));
}

TEST_F(Keeper, RecordsALapseAlsoWhereNobodyIsLeftToTell) {
  auto id = treated();
  town.write([&](usecases::Transaction& t) -> Result<void> {
    t.exec("UPDATE postings SET until = $1 WHERE post <> 'class_teacher'", {town.now.ms});
    return {};
  });
  pass(term_ms("treatment", "orange"));
  EXPECT_EQ(keep(), 1);
  auto lapses = shape(*look("teacher", id)).lapses;
  ASSERT_THAT(lapses, SizeIs(1));
  EXPECT_EQ(lapses[0].post, "");
  EXPECT_THAT(lapses[0].people, IsEmpty());
  EXPECT_EQ(lapses[0].organisation.id, town.places["school"]);
}

TEST_F(Keeper, TellsTheDepartmentThatHoldsTheMatterFirst) {
  auto id = found(hazard("gate"));
  moved("safety", id, "assess", lec(6, 6, 7));
  moved("principal", id, "pass_on", {{"department", town.places["fire"]}});
  pass(3 * term_ms("monitoring", "orange"));
  EXPECT_EQ(keep(), 3);
  EXPECT_THAT(posts(id),
              ElementsAre("department_officer", "district_safety_officer", "municipal_leader"));
  auto lapses = shape(*look("fireman", id)).lapses;
  EXPECT_EQ(lapses[0].organisation.id, town.places["fire"]);
  std::string holder;
  town.store.read([&](usecases::Reader& reader) {
    reader.query("SELECT holder FROM journal WHERE kind = 'TermLapsed'", {},
                 [&](const usecases::Row& row) { holder = row.text(0); });
  });
  EXPECT_EQ(holder, town.places["fire"]) << "so that its page hears it";
}

TEST_F(Keeper, CountsAnewAtTheNextStageAndAfterADeferral) {
  auto id = treated();
  pass(term_ms("treatment", "orange"));
  EXPECT_EQ(keep(), 1);
  moved("safety", id, "ask_deferral",
        {{"deferral_until", "2027-01-10"}, {"deferral_reason", "配件要等"}});
  moved("officer", id, "grant_deferral");
  EXPECT_EQ(list("officer")->items[0].lapses, 0);
  EXPECT_EQ(keep(), 0);
  town.now = town.zone.start_of(*parse_day("2027-01-11"));
  EXPECT_EQ(keep(), 1);
  auto after = photo("after");
  moved("safety", id, "finish_treatment", {{"photos_after", json::array{after}}});
  pass(term_ms("acceptance", "orange"));
  EXPECT_EQ(keep(), 1);
  EXPECT_THAT(posts(id), ElementsAre("principal", "principal", "principal"));
  std::vector<std::int64_t> numbers;
  for (const auto& lapse : shape(*look("officer", id)).lapses) numbers.push_back(lapse.number);
  EXPECT_THAT(numbers, ElementsAre(1, 1, 1));
}

TEST_F(Keeper, LeavesAClosedMatterAlone) {
  auto id = town.id();
  ASSERT_TRUE(open("safety", id, {{"title", "暴雨预警"}}, "warn"));
  moved("safety", id, "dismiss", {{"reason", "已查无积水"}});
  pass(1000 * kDayMs);
  EXPECT_EQ(keep(), 0);
}

TEST_F(Keeper, MovesOnWhatWaitedForAPost) {
  town.write([&](usecases::Transaction& t) -> Result<void> {
    t.exec("UPDATE postings SET until = $1 WHERE post = 'principal'", {town.now.ms});
    return {};
  });
  auto id = found();
  moved("safety", id, "assess", lec(6, 6, 7));
  EXPECT_EQ(shape(*look("officer", id)).stage, "reporting");
  town.write([&](usecases::Transaction& t) -> Result<void> {
    t.exec("UPDATE postings SET until = NULL WHERE post = 'principal'", {});
    return {};
  });
  pass(term_ms("reporting", "orange") + 1);
  EXPECT_EQ(keep(), 1);
  auto matter = shape(*look("officer", id));
  EXPECT_EQ(matter.stage, "monitoring");
  EXPECT_TRUE(matter.timeline.back().late);
}

TEST_F(Keeper, DoesEachOnceHoweverOftenItIsKilledInBetween) {
  auto one = treated();
  auto other = found(hazard("gate"));
  auto term = term_ms("treatment", "orange");
  pass(3 * term);
  int killed = 0;
  for (int statements = 0;; ++statements) {
    BreakingStore breaking(town.store, statements);
    try {
      usecases::keep_terms(breaking, *town.pack, town.zone, town.now);
      break;
    } catch (const Killed&) {
      ++killed;
    }
    ASSERT_LT(statements, 4000);
  }
  EXPECT_GT(killed, 3);
  EXPECT_EQ(keep(), 0);
  EXPECT_THAT(posts(one), SizeIs(3));
  auto of_other = posts(other);
  EXPECT_EQ(town.lines("TermLapsed").size(), 3 + of_other.size());
  EXPECT_EQ(town.count("lapses"), static_cast<std::int64_t>(3 + of_other.size()));
}

TEST_F(Keeper, DoesEachOnceWhenTwoRunAtOnce) {
  for (int i = 0; i < 40; ++i) found();
  pass(2 * term_ms("assessment", ""));
  std::int64_t counts[2] = {0, 0};
  {
    std::thread other([&] { counts[1] = keep(); });
    counts[0] = keep();
    other.join();
  }
  EXPECT_EQ(counts[0] + counts[1], 80);
  EXPECT_EQ(town.count("lapses"), 80);
  EXPECT_THAT(town.lines("TermLapsed"), SizeIs(80));
}

TEST_F(Keeper, SetsATermAsideThatThePackNoLongerHas) {
  auto id = found();
  pack::Pack without = *town.pack;
  for (auto& chart : without.charts)
    for (auto& stage : chart.stages) stage.term_hours.clear();
  pass(1000 * kDayMs);
  EXPECT_EQ(usecases::keep_terms(town.store, without, town.zone, town.now), 0);
  EXPECT_EQ(keep(), 0);
  EXPECT_TRUE(look("teacher", id));
}

}  // namespace
}  // namespace anxiao::app
