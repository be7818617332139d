#include "domain/grades/grade.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace anxiao::grades {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

pack::Weight weight(const std::string& what, double points) {
  return {.what = what, .heavier = false, .term = {}, .points = points};
}

pack::Grade grade(const std::string& id, std::optional<double> up_to, double inspect = 2) {
  pack::Grade made;
  made.id = id;
  made.up_to = up_to;
  made.inspect = inspect;
  return made;
}

// Requirements up to 60 points, hazards up to 40; grades end at 10, 30 and 50 percent.
pack::Grading small_grading() {
  pack::Grading grading;
  pack::GradePart standing;
  standing.id = "standing";
  standing.weights = {weight("missing", 2), weight("late", 1.5), weight("due_soon", 0.1)};
  standing.most = 60;
  pack::GradePart hazards;
  hazards.id = "hazards";
  hazards.of = pack::Counted::open;
  hazards.weights = {weight("red", 4), weight("late", 3)};
  hazards.most = 40;
  grading.parts = {standing, hazards};
  grading.grades = {grade("a", 10), grade("b", 30), grade("c", 50), grade("d", {})};
  pack::NotBetter red;
  red.grade = "d";
  red.at_least = 1;
  grading.not_better = {red};
  return grading;
}

Graded graded(const std::vector<std::vector<std::int64_t>>& counts, std::int64_t red_open = 0) {
  static const auto grading = small_grading();
  Figures figures(grading);
  figures.counts = counts;
  figures.open = {red_open};
  return grade_of(grading, figures);
}

TEST(Grade, IsTheBestWhereNothingIsWrong) {
  const auto best = graded({{0, 0, 0}, {0, 0}});
  EXPECT_EQ(best.points, 0);
  EXPECT_EQ(best.grade, 0u);
  EXPECT_THAT(best.held_down, IsEmpty());
}

TEST(Grade, IsTheSumOfWhatEachThingWeighs) {
  const auto found = graded({{3, 2, 10}, {1, 2}});
  EXPECT_THAT(found.parts[0].points, ElementsAre(6, 3, 1));
  EXPECT_THAT(found.parts[1].points, ElementsAre(4, 6));
  EXPECT_DOUBLE_EQ(found.points, 20);
  EXPECT_DOUBLE_EQ(found.percent, 20);
  EXPECT_EQ(found.grade, 1u);
}

TEST(Grade, EndsWhereItsNumberSaysAndNotBefore) {
  EXPECT_EQ(graded({{5, 0, 0}, {0, 0}}).grade, 0u) << "ten percent";
  EXPECT_EQ(graded({{5, 0, 1}, {0, 0}}).grade, 1u);
  EXPECT_EQ(graded({{25, 0, 0}, {0, 0}}).grade, 2u);
  EXPECT_EQ(graded({{30, 0, 0}, {0, 0}}).grade, 3u);
  // A hundred times a tenth is ten.
  EXPECT_EQ(graded({{0, 0, 100}, {0, 0}}).grade, 0u);
}

TEST(Grade, LetsNoPartWeighMoreThanItsMost) {
  const auto found = graded({{500, 0, 0}, {0, 0}});
  EXPECT_EQ(found.parts[0].sum, 1000);
  EXPECT_EQ(found.parts[0].counted, 60);
  EXPECT_EQ(found.percent, 60);
}

TEST(Grade, IsNoBetterWhileSomethingGraveIsOpen) {
  const auto found = graded({{0, 0, 0}, {1, 0}}, 1);
  EXPECT_EQ(found.by_points, 0u);
  EXPECT_EQ(found.grade, 3u);
  EXPECT_THAT(found.held_down, ElementsAre(0u));
}

pack::Quiet few_peers() {
  pack::Quiet quiet;
  quiet.share = 40;
  quiet.peers = 4;
  quiet.band_ends = {300, 1000};
  return quiet;
}

Reporting reporting(std::int64_t reports, std::optional<double> size = 500) {
  return {.size = size, .reports = reports, .whole = true, .found = false};
}

TEST(Silence, IsASchoolThatReportsClearlyLessThanItsPeers) {
  const auto found = silences(
      few_peers(), {reporting(3), reporting(10), reporting(9), reporting(12), reporting(4)});
  ASSERT_TRUE(found[0]);
  EXPECT_EQ(found[0]->reports, 3);
  EXPECT_EQ(found[0]->peers_median, 9.5);
  EXPECT_EQ(found[0]->peers, 4);
  for (int other : {1, 2, 3, 4}) EXPECT_FALSE(found[static_cast<std::size_t>(other)]) << other;
}

TEST(Silence, IsHeldAgainstSchoolsOfItsSizeOnly) {
  const auto found = silences(few_peers(), {reporting(0, 200), reporting(10), reporting(9),
                                            reporting(12), reporting(11), reporting(10)});
  EXPECT_FALSE(found[0]);
  const auto unknown =
      silences(few_peers(), {reporting(0, {}), reporting(10, {}), reporting(9, {}),
                             reporting(12, {}), reporting(11, {}), reporting(0, 500)});
  EXPECT_TRUE(unknown[0]);
  EXPECT_FALSE(unknown[5]);
}

TEST(Silence, WantsPeersEnough) {
  EXPECT_FALSE(
      silences(few_peers(), {reporting(0), reporting(10), reporting(9), reporting(12)})[0]);
}

TEST(Silence, IsNoneWhereItsOwnInspectionsFoundSomething) {
  auto open = reporting(1);
  open.found = true;
  EXPECT_FALSE(
      silences(few_peers(), {open, reporting(10), reporting(9), reporting(12), reporting(11)})[0]);
}

TEST(Silence, LeavesOutWhoWasNotThereAllTheTime) {
  auto fresh = reporting(0);
  fresh.whole = false;
  const auto found = silences(few_peers(), {fresh, reporting(10), reporting(9), reporting(12),
                                            reporting(11), reporting(0)});
  EXPECT_FALSE(found[0]);
  ASSERT_TRUE(found[5]);
  EXPECT_EQ(found[5]->peers, 4);
}

TEST(Silence, IsNoneWhereNobodyReportsMuch) {
  EXPECT_FALSE(silences(few_peers(),
                        {reporting(0), reporting(0), reporting(0), reporting(0), reporting(0)})[0]);
}

class Inspection : public testing::Test {
 protected:
  // A hundred days of lessons, fifty without, a hundred again.
  const std::vector<InspectionTerm> terms = {{{1000}, {1099}}, {{1150}, {1249}}};
  static Day on(int number) { return {number}; }
  std::optional<Day> none;
};

TEST_F(Inspection, IsDueSoOftenATermAsTheGradeSays) {
  const auto twice = grade("a", 10, 2), ten_times = grade("d", {}, 10);
  EXPECT_EQ(inspection_due(twice, terms, on(1010), on(0), on(1020)), on(1060));
  EXPECT_EQ(inspection_due(ten_times, terms, on(1010), on(0), on(1020)), on(1020));
}

TEST_F(Inspection, IsDueFromTheBeginningOfATermWhereTheLastWasBefore) {
  EXPECT_EQ(inspection_due(grade("a", 10, 2), terms, on(900), on(0), on(1020)), on(1050));
  EXPECT_EQ(inspection_due(grade("a", 10, 2), terms, none, on(900), on(1020)), on(1050));
}

TEST_F(Inspection, IsNotDueInAVacation) {
  EXPECT_EQ(inspection_due(grade("a", 10, 2), terms, on(1080), on(0), on(1090)), on(1200));
  EXPECT_EQ(inspection_due(grade("a", 10, 2), terms, on(1080), on(0), on(1120)), on(1200));
}

TEST_F(Inspection, OfASchoolThatIsNewIsDueFromItsFirstDay) {
  EXPECT_EQ(inspection_due(grade("b", 30, 4), terms, none, on(1040), on(1041)), on(1065));
}

TEST_F(Inspection, IsDueEverySoManyDaysWhereTheGradeCountsDays) {
  auto monthly = grade("d", {}, 30);
  monthly.inspect_days = true;
  EXPECT_EQ(inspection_due(monthly, terms, on(1090), on(0), on(1095)), on(1120));
}

}  // namespace
}  // namespace anxiao::grades
