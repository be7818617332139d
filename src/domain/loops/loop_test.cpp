#include "domain/loops/loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "domain/loops/small_chart.h"

namespace anxiao::loops {
namespace {

namespace json = boost::json;
using namespace anxiao::loops::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const pack::Chart kChart = small_chart();

Instant hours(double count) { return kMorning.plus_ms(static_cast<std::int64_t>(count * kHourMs)); }

// A matter brought along by steps that must all be taken.
Matter brought(const std::vector<Step>& steps, Matter matter = unopened()) {
  for (const auto& each : steps) {
    auto moved = walk(kChart, matter, each);
    EXPECT_TRUE(moved) << each.move << ": " << (moved ? "" : moved.error().detail);
    if (moved) matter = after(kChart, matter, *moved);
  }
  return matter;
}

std::string key_of(const Matter& matter, const Step& asked) {
  auto moved = walk(kChart, matter, asked);
  return moved ? "taken" : moved.error().key;
}

Step find() { return step("find", "ann", "worker", kMorning, {{"title", "a loose tile"}}); }
Step weigh(double p, double q) {
  return step("weigh", "ann", "worker", hours(1), {{"p", p}, {"q", q}});
}
Step tell() {
  auto told = step("tell", "", "system", hours(1));
  told.filled_posts = {"head", "district"};
  return told;
}
Step plan() {
  return step("plan", "ann", "worker", hours(2), {{"measures", "glue"}, {"funds", 100}});
}
Step mend(const std::string& person = "ann", const std::string& post = "worker") {
  return step("mend", person, post, hours(3), {{"photos_after", kPhoto}});
}
Matter at_mend() { return brought({find(), weigh(10, 10), tell()}); }
Matter at_check() { return brought({find(), weigh(10, 10), tell(), plan(), mend()}); }

TEST(Walk, OpensAMatterAndPassesWhatWasDoneOnTheWay) {
  auto moved = walk(kChart, unopened(), find());
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->from, "");
  EXPECT_EQ(moved->to, "weigh");
  EXPECT_THAT(moved->passed, ElementsAre("look"));
  EXPECT_EQ(moved->holder, kSchool);
  EXPECT_EQ(moved->due, hours(12));
  auto matter = after(kChart, unopened(), *moved);
  EXPECT_EQ(matter.opened, kMorning);
  EXPECT_EQ(matter.fields.at("title"), "a loose tile");
}

TEST(Walk, RefusesAMoveTheChartDoesNotKnow) {
  EXPECT_EQ(key_of(unopened(), step("fly", "ann", "worker")), "loops.unknown_move");
}

TEST(Walk, RefusesAMoveFromAnotherStageAndASecondOpening) {
  auto matter = brought({find()});
  EXPECT_EQ(key_of(matter, mend()), "loops.wrong_stage");
  EXPECT_EQ(key_of(matter, find()), "loops.wrong_stage");
  EXPECT_EQ(key_of(unopened(), mend()), "loops.wrong_stage");
}

TEST(Walk, RefusesAPostThatDoesNotMakeTheMove) {
  auto refused =
      walk(kChart, unopened(), step("find", "ann", "outsider", kMorning, {{"title", "tile"}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().key, "loops.not_yours");
  EXPECT_EQ(refused.error().why, Why::forbidden);
}

TEST(Walk, RefusesAFieldTheMoveDoesNotTakeAndNamesIt) {
  auto refused = walk(kChart, unopened(),
                      step("find", "ann", "worker", kMorning, {{"title", "tile"}, {"funds", 3}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().key, "loops.field_malformed");
  EXPECT_EQ(refused.error().field, "fields.funds");
  EXPECT_EQ(refused.error().args.at("fault"), "unknown");
}

TEST(Walk, RefusesAFieldOfAnotherType) {
  for (const json::value& wrong : {json::value(3), json::value(json::array{}), json::value("x")}) {
    auto refused =
        walk(kChart, unopened(), step("find", "ann", "worker", kMorning, {{"title", wrong}}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().field, "fields.title");
  }
}

TEST(Walk, TakesOneOfTheChoicesAndNoListOfThem) {
  EXPECT_EQ(key_of(unopened(),
                   step("find", "ann", "worker", kMorning, {{"title", "tile"}, {"kind", "fire"}})),
            "taken");
  EXPECT_EQ(key_of(unopened(),
                   step("find", "ann", "worker", kMorning, {{"title", "tile"}, {"kind", "war"}})),
            "loops.field_malformed");
  EXPECT_EQ(key_of(unopened(), step("find", "ann", "worker", kMorning,
                                    {{"title", "tile"}, {"kind", json::array{"fire"}}})),
            "loops.field_malformed");
}

TEST(Walk, RefusesAMoveWithoutWhatMustComeWithIt) {
  auto refused =
      walk(kChart, unopened(), step("find", "ann", "worker", kMorning, {{"title", nullptr}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().key, "loops.guard_unmet");
  EXPECT_THAT(refused.error().wants, ElementsAre("title"));
  EXPECT_EQ(refused.error().args.at("whys").at("title").at("en"), "why title");
}

TEST(Walk, WantsWhatMustComeWithAMoveEachTimeAnew) {
  auto refuse = step("refuse", "bob", "head", hours(4), {{"reason", "still loose"}});
  auto matter = brought({refuse, mend()}, at_check());
  EXPECT_EQ(key_of(matter, step("refuse", "bob", "head", hours(5))), "loops.guard_unmet");
}

TEST(Walk, TakesAPreliminaryLevelUntilOneIsAssessed) {
  auto opened = find();
  opened.fields["level"] = "low";
  auto matter = brought({opened});
  EXPECT_EQ(matter.level, "low");
  EXPECT_FALSE(matter.assessed);
  EXPECT_EQ(brought({weigh(10, 10)}, matter).level, "high");
  opened.fields["level"] = "purple";
  EXPECT_EQ(key_of(unopened(), opened), "loops.field_malformed");
}

TEST(Walk, FindsTheLevelByAssessmentAndKeepsTheProduct) {
  auto moved = walk(kChart, brought({find()}), weigh(10, 3));
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->level, "high");
  EXPECT_TRUE(moved->assessed);
  EXPECT_EQ(moved->fields.at("r"), 30.0);
  EXPECT_EQ(moved->fields.at("method"), "two");
  EXPECT_EQ(moved->due, hours(1 + 2));
}

TEST(Walk, RefusesAnAssessmentThatLacksAFactorOrInventsOne) {
  auto matter = brought({find()});
  auto lacking = walk(kChart, matter, step("weigh", "ann", "worker", hours(1), {{"p", 3}}));
  ASSERT_FALSE(lacking);
  EXPECT_THAT(lacking.error().wants, ElementsAre("q"));
  EXPECT_EQ(key_of(matter, weigh(3, 7)), "loops.field_malformed");
  EXPECT_EQ(key_of(matter, step("weigh", "ann", "worker", hours(1),
                                {{"method", "none"}, {"p", 3}, {"q", 3}})),
            "loops.field_malformed");
}

TEST(Walk, SaysWhichFieldsAreMissingAndWhyTheyAreWanted) {
  auto refused = walk(kChart, at_mend(), mend());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().key, "loops.guard_unmet");
  EXPECT_EQ(refused.error().clause, "X01.1");
  EXPECT_THAT(refused.error().wants, ElementsAre("measures", "funds"));
  EXPECT_EQ(refused.error().args.at("whys").at("funds").at("zh"), "zh why funds");
}

TEST(Walk, ABlankTextOrAnEmptyListIsNotInHand) {
  auto matter = at_mend();
  matter.fields["measures"] = "  ";
  matter.fields["funds"] = 0;
  auto refused = walk(kChart, matter, mend());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().wants, ElementsAre("measures"));
  matter.fields["measures"] = "glue";
  EXPECT_EQ(
      key_of(matter, step("mend", "ann", "worker", hours(3), {{"photos_after", json::array{}}})),
      "loops.guard_unmet");
}

TEST(Walk, WaivesAGuardAfterTheMoveThatWaivesIt) {
  auto at_once = step("at_once", "ann", "worker", hours(1), {{"photos_after", kPhoto}});
  auto matter = unopened();
  matter.level = "low";
  matter = brought({find(), at_once, step("refuse", "bob", "head", hours(2), {{"reason", "no"}})},
                   matter);
  EXPECT_EQ(matter.stage, "mend");
  EXPECT_EQ(key_of(matter, mend()), "taken");
}

TEST(Walk, RefusesALevelThatIsNotAllowed) {
  auto at_once = step("at_once", "ann", "worker", hours(1), {{"photos_after", kPhoto}});
  auto matter = brought({find()});
  EXPECT_EQ(key_of(matter, at_once), "loops.level_not_allowed");
  matter.level = "high";
  EXPECT_EQ(key_of(matter, at_once), "loops.level_not_allowed");
  matter.level = "low";
  EXPECT_EQ(key_of(matter, at_once), "taken");
}

TEST(Walk, RefusesWhoeverMadeTheMoveThatAnotherMustFollow) {
  auto refused = walk(kChart, at_check(), step("accept", "ann", "head", hours(4)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().key, "loops.same_actor");
  EXPECT_EQ(refused.error().args.at("move"), "mend");
  EXPECT_EQ(key_of(at_check(), step("accept", "bob", "head", hours(4))), "taken");
}

TEST(Walk, RemembersWhoeverEverMadeIt) {
  auto matter = brought({step("refuse", "bob", "head", hours(4), {{"reason", "no"}}), mend("cid")},
                        at_check());
  EXPECT_EQ(key_of(matter, step("accept", "ann", "head", hours(5))), "loops.same_actor");
  EXPECT_EQ(key_of(matter, step("accept", "bob", "head", hours(5))), "taken");
}

TEST(Walk, WaitsUntilEveryPostThatMustKnowIsHeld) {
  auto matter = brought({find(), weigh(10, 10)});
  auto told = tell();
  told.filled_posts = {"head"};
  auto refused = walk(kChart, matter, told);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().wants, ElementsAre("district"));
  EXPECT_EQ(key_of(matter, tell()), "taken");
}

// The small chart, with an acceptance that waits for what the matter says it depends on.
pack::Chart waiting_chart(bool comes_with_it) {
  auto chart = small_chart();
  chart.fields.push_back(field("cause", "matter"));
  for (auto& move : chart.moves)
    if (move.id == "accept") {
      move.guards.push_back(guard("settled", {"cause"}, {"refuse"}));
      if (comes_with_it) move.fields.push_back(chart.fields.back());
    }
  return chart;
}
Step accept(std::vector<std::string> settled = {}) {
  auto asked = step("accept", "ben", "head", hours(4));
  asked.settled = std::move(settled);
  return asked;
}

TEST(Walk, WaitsUntilWhatAFieldNamesHasEnded) {
  auto chart = waiting_chart(false);
  auto matter = at_check();
  matter.fields["cause"] = kOutside;
  auto refused = walk(chart, matter, accept());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().key, "loops.guard_unmet");
  EXPECT_THAT(refused.error().wants, ElementsAre("cause"));
  EXPECT_EQ(refused.error().args.at("guard").as_string(), "settled");
  EXPECT_TRUE(walk(chart, matter, accept({"cause"})));
  EXPECT_FALSE(walk(chart, matter, accept({"title"})));
}

TEST(Walk, IsWaivedWaitingByTheMoveThatWaivesIt) {
  auto chart = waiting_chart(false);
  auto matter = at_check();
  matter.made.push_back(
      {.move = "refuse", .actor = "cat", .from = "check", .to = "mend", .at = {}});
  EXPECT_TRUE(walk(chart, matter, accept()));
}

TEST(Offers, OfAMoveThatWaitsSayWhatItWaitsFor) {
  auto offered = [&](const pack::Chart& chart, const Matter& matter) {
    for (const auto& offer : offers(chart, matter, accept()))
      if (offer.move->id == "accept") return !offer.refusal;
    return false;
  };
  auto matter = at_check();
  EXPECT_FALSE(offered(waiting_chart(false), matter));
  EXPECT_TRUE(offered(waiting_chart(true), matter)) << "it may come with the move";
  matter.fields["cause"] = kOutside;
  EXPECT_FALSE(offered(waiting_chart(true), matter)) << "it is on record and has not ended";
}

TEST(Follow, GoesOnOnceWhatItWaitedForHasEnded) {
  auto chart = small_chart();
  chart.fields.push_back(field("cause", "matter"));
  for (auto& move : chart.moves)
    if (move.id == "tell") move.guards = {guard("settled", {"cause"})};
  auto matter = brought({find(), weigh(10, 10)});
  EXPECT_FALSE(follow(chart, matter, hours(2), {}));
  auto moved = follow(chart, matter, hours(2), {}, {"cause"});
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->to, "mend");
}

TEST(Walk, TakesALateStepAndMarksIt) {
  auto matter = at_mend();
  matter = brought({plan()}, matter);
  auto late = mend();
  late.at = hours(60);
  auto moved = walk(kChart, matter, late);
  ASSERT_TRUE(moved);
  EXPECT_TRUE(moved->late);
  late.at = *matter.due;
  EXPECT_FALSE(walk(kChart, matter, late)->late);
}

TEST(Walk, AReturnCompletesNothingAndEmptiesWhatMustBeShownAnew) {
  auto moved =
      walk(kChart, at_check(), step("refuse", "bob", "head", hours(4), {{"reason", "no"}}));
  ASSERT_TRUE(moved);
  EXPECT_THAT(moved->passed, IsEmpty());
  EXPECT_FALSE(moved->fields.contains("photos_after"));
  EXPECT_EQ(moved->due, hours(4 + 48));
}

TEST(Walk, AMoveThatStaysKeepsStageAndTerm) {
  auto before = at_mend();
  auto moved = walk(kChart, before, plan());
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->to, "mend");
  EXPECT_THAT(moved->passed, IsEmpty());
  EXPECT_EQ(moved->due, before.due);
  EXPECT_EQ(after(kChart, before, *moved).entered, before.entered);
}

TEST(Deferral, EndsWithTheDayNamedInTheCalendarOfThePlace) {
  Zone zone("Asia/Shanghai");
  auto matter = brought(
      {step("ask", "ann", "worker", hours(3), {{"until", "2026-03-09"}, {"reason", "rain"}})},
      at_mend());
  auto grant = step("grant", "bob", "head", hours(4));
  grant.zone = &zone;
  auto moved = walk(kChart, matter, grant);
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->due, parse_instant("2026-03-10T00:00:00+08:00").value());
  EXPECT_FALSE(moved->fields.contains("until"));
}

TEST(Deferral, StartsTheCountOfLapsesAnew) {
  auto matter = brought(
      {step("ask", "ann", "worker", hours(3), {{"until", "2026-03-09"}, {"reason", "rain"}})},
      at_mend());
  matter.lapses = 2;
  EXPECT_EQ(brought({step("grant", "bob", "head", hours(4))}, matter).lapses, 0);
}

TEST(Deferral, IsRefusedToWhoAskedAndWithoutAskingAndForADayThatIsOver) {
  EXPECT_EQ(key_of(at_mend(), step("grant", "bob", "head", hours(4))), "loops.guard_unmet");
  auto asked =
      step("ask", "ann", "worker", hours(3), {{"until", "2026-03-09"}, {"reason", "rain"}});
  EXPECT_EQ(key_of(brought({asked}, at_mend()), step("grant", "ann", "head", hours(4))),
            "loops.same_actor");
  asked.fields["until"] = "2026-03-01";
  auto refused = walk(kChart, brought({asked}, at_mend()), step("grant", "bob", "head", hours(4)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().args.at("fault"), "past");
}

Matter passed_on() {
  return brought({step("pass_on", "bob", "head", hours(2), {{"department", kOutside}})}, at_mend());
}

TEST(Holder, ChangesWithAMoveThatPassesOnAndComesBack) {
  auto matter = passed_on();
  EXPECT_EQ(matter.holder, kOutside);
  EXPECT_EQ(matter.organisation, kSchool);
  EXPECT_EQ(brought({step("hand_back", "oli", "outsider", hours(3))}, matter).holder, kSchool);
}

TEST(Holder, KeepsTheTermOfTheStage) { EXPECT_EQ(passed_on().due, at_mend().due); }

TEST(Holder, WhileElsewhereTheWorkIsTheHoldersAndTheRecordEverybodys) {
  auto matter = brought({plan()}, passed_on());
  EXPECT_EQ(key_of(matter, mend()), "loops.not_yours");
  EXPECT_EQ(key_of(matter, mend("oli", "outsider")), "taken");
}

TEST(Holder, CannotPassOnToItselfNorGiveBackWhatIsAtHome) {
  EXPECT_EQ(
      key_of(passed_on(), step("pass_on", "bob", "head", hours(2), {{"department", kOutside}})),
      "loops.holder_unchanged");
  EXPECT_EQ(key_of(at_mend(), step("hand_back", "oli", "outsider", hours(2))),
            "loops.holder_unchanged");
}

TEST(Follow, MakesTheAutomaticMoveOnceItsGuardsAreMet) {
  auto matter = brought({find(), weigh(10, 10)});
  EXPECT_FALSE(follow(kChart, matter, hours(1), {"head"}));
  auto moved = follow(kChart, matter, hours(1), {"head", "district"});
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->move, "tell");
  EXPECT_EQ(moved->step.actor.person, "");
  EXPECT_FALSE(follow(kChart, after(kChart, matter, *moved), hours(1), {"head", "district"}));
}

std::vector<std::string> offered(const Matter& matter, const std::string& person,
                                 const std::string& post) {
  std::vector<std::string> found;
  for (const auto& offer : offers(kChart, matter, step("", person, post, hours(4))))
    found.push_back(offer.move->id + (offer.refusal ? " " + offer.refusal->key : ""));
  return found;
}

TEST(Offers, AreTheMovesOfThePostsWithWhatEachStillWants) {
  EXPECT_THAT(offered(at_mend(), "ann", "worker"),
              ElementsAre("plan", "mend loops.guard_unmet", "ask"));
  EXPECT_THAT(offered(at_check(), "ann", "head"),
              ElementsAre("accept loops.same_actor", "refuse loops.same_actor"));
  EXPECT_THAT(offered(at_check(), "ann", "outsider"), IsEmpty());
}

TEST(Offers, DoNotRefuseForWhatTheMoveItselfAsks) {
  auto matter = brought({plan()}, at_mend());
  for (const auto& offer : offers(kChart, matter, step("", "bob", "head", hours(4)))) {
    if (offer.move->id == "mend" || offer.move->id == "pass_on" || offer.move->id == "ask") {
      EXPECT_FALSE(offer.refusal) << offer.move->id;
    }
  }
}

TEST(Offers, OfAnUnopenedMatterAreTheOpeningMoves) {
  EXPECT_THAT(offered(unopened(), "ann", "worker"), ElementsAre("find", "signal"));
}

TEST(Assess, FallsToTheLowestLevelWhereNoThresholdIsReached) {
  auto found = assess(kChart.assessments[0], {{"p", 0.5}, {"q", 0.5}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->product, 0.25);
  EXPECT_EQ(found->level, "low");
}

TEST(Assess, ReachesAThresholdExactly) {
  EXPECT_EQ(assess(kChart.assessments[0], {{"p", 10}, {"q", 3}})->level, "high");
  EXPECT_EQ(assess(kChart.assessments[0], {{"p", 3}, {"q", 3}})->level, "low");
}

TEST(Due, IsOfTheLevelElseOfAnyElseTheStrictestWhereTheLevelIsUnknown) {
  EXPECT_EQ(due_of(kChart, "mend", "low", kMorning), hours(240));
  EXPECT_EQ(due_of(kChart, "mend", "", kMorning), hours(48));
  EXPECT_EQ(due_of(kChart, "weigh", "low", kMorning), hours(12));
  EXPECT_EQ(due_of(kChart, "weigh", "", kMorning), hours(12));
}

TEST(Due, IsEmptyAtAnEndAndAtNoStage) {
  EXPECT_EQ(due_of(kChart, "closed", "low", kMorning), std::nullopt);
  EXPECT_EQ(due_of(kChart, "nowhere", "low", kMorning), std::nullopt);
}

TEST(Answerable, ClimbsWithEachLapseAndStaysWithTheLast) {
  const auto& stage = *kChart.stage("mend");
  EXPECT_EQ(answerable_after(stage, false, 1, {}), "worker");
  EXPECT_EQ(answerable_after(stage, false, 2, {}), "head");
  EXPECT_EQ(answerable_after(stage, false, 3, {}), "district");
  EXPECT_EQ(answerable_after(stage, false, 9, {}), "district");
  EXPECT_EQ(answerable_after(stage, true, 1, {}), "outsider");
}

TEST(Answerable, PassesOverPostsThatNobodyHolds) {
  const auto& stage = *kChart.stage("mend");
  EXPECT_EQ(answerable_after(stage, false, 1, {"worker"}), "head");
  EXPECT_EQ(answerable_after(stage, false, 2, {"worker"}), "district");
  EXPECT_EQ(answerable_after(stage, false, 1, {"worker", "head", "district"}), "");
}

// --- properties, over many random lives of a matter ---

bool same(const Matter& a, const Matter& b) {
  auto made = [](const Matter& m) {
    std::string text;
    for (const auto& one : m.made)
      text += one.move + "," + one.actor + "," + one.from + "," + one.to + "," +
              std::to_string(one.at.ms) + ";";
    return text;
  };
  return a.id == b.id && a.chart == b.chart && a.organisation == b.organisation &&
         a.holder == b.holder && a.stage == b.stage && a.level == b.level &&
         a.assessed == b.assessed && a.opened == b.opened && a.entered == b.entered &&
         a.due == b.due && a.lapses == b.lapses && a.fields == b.fields && made(a) == made(b);
}

Step any_step(std::mt19937& chance, Instant at) {
  static const std::vector<std::string> posts = {"worker", "head", "district", "outsider",
                                                 "system"};
  static const std::vector<std::string> people = {"ann", "bob", "cid", "dot"};
  auto one_of = [&](const auto& list) { return list[chance() % list.size()]; };
  auto made = step(one_of(kChart.moves).id, one_of(people), one_of(posts), at);
  if (made.actor.posts[0] == "system") made.actor.person.clear();
  const json::object all = {{"title", "a tile"},
                            {"kind", "fire"},
                            {"level", "low"},
                            {"photos", kPhoto},
                            {"reason", "so"},
                            {"p", 10},
                            {"q", 3},
                            {"method", "two"},
                            {"how_told", "rang"},
                            {"photos_after", kPhoto},
                            {"measures", "glue"},
                            {"funds", 10},
                            {"until", "2027-01-01"},
                            {"department", kOutside}};
  const auto* move = kChart.move(made.move);
  auto give = [&](const pack::Field& one) {
    if (chance() % 4) made.fields[one.id] = all.at(one.id);
  };
  for (const auto& one : move->fields) give(one);
  if (move->assesses)
    for (const auto& factor : kChart.assessments[0].factors) give(factor);
  if (chance() % 20 == 0) made.fields["nonsense"] = 1;
  if (chance() % 2) made.filled_posts = {"head", "district"};
  return made;
}

// One life, walked by chance until an end; every law of a chart's walk is held on the way.
void live(unsigned seed, int& closed) {
  std::mt19937 chance(seed);
  auto matter = unopened();
  matter.level = chance() % 2 ? "low" : "";
  std::vector<Moved> history;
  auto at = kMorning;
  for (int i = 0; i < 600 && matter.stage != "closed" && matter.stage != "dropped"; ++i) {
    at = at.plus_ms(static_cast<std::int64_t>(chance() % (6 * kHourMs)));
    const auto before = matter;
    auto moved = walk(kChart, matter, any_step(chance, at));
    // walk takes its matter as it is: neither a refusal nor a move changes it.
    ASSERT_TRUE(same(before, matter));
    if (!moved) continue;
    history.push_back(*moved);
    matter = after(kChart, matter, *moved);
    // A move lands where the chart says, with the fields and posts it says.
    const auto* made = kChart.move(moved->move);
    ASSERT_TRUE(made->to.empty() ? matter.stage == before.stage : matter.stage == made->to);
    ASSERT_EQ(matter.due.has_value(), !kChart.stage(matter.stage)->end);
  }
  // The journal folded gives the present.
  auto folded = unopened();
  folded.level = "";
  for (const auto& moved : history) folded = after(kChart, folded, moved);
  if (!history.empty()) {
    ASSERT_TRUE(same(folded, matter));
  }
  if (matter.stage != "closed") return;
  ++closed;
  std::set<std::string> menders;
  std::string accepter, closer;
  for (const auto& made : matter.made) {
    if (made.move == "mend" || made.move == "at_once") menders.insert(made.actor);
    if (made.move == "accept") accepter = made.actor;
    if (made.move == "close") closer = made.actor;
  }
  EXPECT_FALSE(menders.empty());
  EXPECT_FALSE(accepter.empty());
  EXPECT_FALSE(menders.contains(accepter));
  EXPECT_NE(accepter, closer);
}

TEST(Lives, NeverReachClosedButByTwoOtherPairsOfEyes) {
  int closed = 0;
  for (unsigned seed = 0; seed < 120; ++seed) {
    SCOPED_TRACE(seed);
    live(seed, closed);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(closed, 20);
}

// Every offer without a refusal is taken once it comes with what it asks for.
TEST(Offers, ThatRefuseNothingAreTaken) {
  std::mt19937 chance(7);
  for (int round = 0; round < 60; ++round) {
    auto matter = unopened();
    auto at = kMorning;
    for (int i = 0; i < 60; ++i) {
      at = at.plus_ms(kHourMs / 4);
      auto asked = any_step(chance, at);
      auto moved = walk(kChart, matter, asked);
      for (const auto& offer : offers(kChart, matter, asked)) {
        if (offer.move->id != asked.move) continue;
        // What is refused in the offer is refused in the move.
        if (offer.refusal) {
          EXPECT_FALSE(moved) << asked.move;
        }
      }
      if (moved) matter = after(kChart, matter, *moved);
    }
  }
}

}  // namespace
}  // namespace anxiao::loops
