// Each rule of the chart checker has a chart that keeps it and one that breaks it.

#include "pack/chart_check.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace anxiao::pack {
namespace {

Move move(const std::string& id, std::vector<std::string> from, const std::string& to,
          std::vector<std::string> by) {
  Move made;
  made.id = id;
  made.from = std::move(from);
  made.to = to;
  made.by = std::move(by);
  return made;
}

Guard guard(const std::string& kind, std::vector<std::string> of) {
  Guard made;
  made.kind = kind;
  made.of = std::move(of);
  return made;
}

Field field(const std::string& id, const std::string& type) {
  Field made;
  made.id = id;
  made.type = type;
  return made;
}

Stage stage(const std::string& id) {
  Stage made;
  made.id = id;
  made.term = "loop." + id;
  made.term_hours = {{"*", 24}};
  made.answers = {"head"};
  return made;
}

// Found, worked on by one, accepted by another.
Chart sound() {
  Chart chart;
  chart.id = "small";
  chart.levels = {{"high", {}, "!"}, {"low", {}, "."}};
  Stage end = stage("done");
  end.end = true;
  end.term_hours.clear();
  end.answers.clear();
  chart.stages = {stage("work"), stage("acceptance"), end};
  chart.fields = {field("until", "day"), field("other", "organisation"), field("score", "number")};
  chart.moves = {move("find", {}, "work", {"worker"}),
                 move("finish", {"work"}, "acceptance", {"worker", "head"}),
                 move("accept", {"acceptance"}, "done", {"worker", "head"})};
  chart.moves[2].guards = {guard("differs_from", {"finish"})};
  return chart;
}

std::vector<std::string> keys(const Chart& chart) {
  std::vector<std::string> found;
  for (const ChartComplaint& complaint : check(chart)) {
    EXPECT_FALSE(complaint.what.empty());
    EXPECT_FALSE(complaint.remedy.empty());
    found.push_back(complaint.key);
  }
  return found;
}

void expect_only(const Chart& chart, const std::string& key) {
  EXPECT_EQ(keys(chart), std::vector<std::string>{key});
}

Move& of(Chart& chart, const std::string& id) {
  return *std::find_if(chart.moves.begin(), chart.moves.end(),
                       [&](const Move& each) { return each.id == id; });
}

TEST(ChartCheck, HasNothingToSayOfASoundChart) { EXPECT_TRUE(keys(sound()).empty()); }

TEST(ChartCheck, WantsAMoveThatOpens) {
  Chart chart = sound();
  of(chart, "find").from = {"acceptance"};
  const auto found = keys(chart);
  EXPECT_EQ(std::count(found.begin(), found.end(), "moves"), 1);
}

TEST(ChartCheck, WantsAnOpeningMoveToLeadSomewhere) {
  Chart chart = sound();
  chart.moves.push_back(move("lost", {}, "", {"head"}));
  expect_only(chart, "moves.lost.to");
}

TEST(ChartCheck, FindsAStageNothingLeadsTo) {
  Chart chart = sound();
  chart.stages.push_back(stage("attic"));
  expect_only(chart, "stages.attic");
}

TEST(ChartCheck, TakesAStageThatIsOnlyPassed) {
  Chart chart = sound();
  Stage passed;
  passed.id = "door";
  chart.stages.push_back(passed);
  of(chart, "find").passes = {"door"};
  EXPECT_TRUE(keys(chart).empty());
}

TEST(ChartCheck, FindsAStageWithoutAnEnd) {
  Chart chart = sound();
  chart.stages.push_back(stage("left"));
  chart.stages.push_back(stage("right"));
  chart.moves.push_back(move("astray", {"work"}, "left", {"head"}));
  chart.moves.push_back(move("over", {"left"}, "right", {"head"}));
  chart.moves.push_back(move("back", {"right"}, "left", {"head"}));
  EXPECT_EQ(keys(chart), (std::vector<std::string>{"stages.left", "stages.right"}));
}

TEST(ChartCheck, WantsAnEndAtAll) {
  Chart chart = sound();
  chart.stages[2] = stage("done");
  chart.moves.push_back(move("again", {"done"}, "work", {"head"}));
  const auto found = keys(chart);
  EXPECT_EQ(std::count(found.begin(), found.end(), "stages"), 1);
}

TEST(ChartCheck, LetsNothingLeadOutOfAnEnd) {
  Chart chart = sound();
  chart.moves.push_back(move("reopen", {"done"}, "work", {"head"}));
  expect_only(chart, "moves.reopen.from[0]");
}

TEST(ChartCheck, WantsATermForEveryLevel) {
  Chart chart = sound();
  // Behind a guard that names the levels, so that the level is known there.
  of(chart, "finish").guards = {guard("level_in", {"high", "low"})};
  chart.stages[1].term_hours = {{"high", 4}};
  expect_only(chart, "stages.acceptance.term");
  chart.stages[1].term_hours = {{"high", 4}, {"low", 24}};
  EXPECT_TRUE(keys(chart).empty());
}

TEST(ChartCheck, WantsATermWhileTheLevelIsNotKnown) {
  Chart chart = sound();
  chart.stages[0].term_hours = {{"high", 4}, {"low", 24}};
  expect_only(chart, "stages.work.term");
}

TEST(ChartCheck, WantsSomebodyWhoCanLeadOut) {
  Chart chart = sound();
  of(chart, "finish").by = {"system"};
  of(chart, "finish").automatic = true;
  expect_only(chart, "stages.work");
}

TEST(ChartCheck, WantsSomebodyWhoAnswers) {
  Chart chart = sound();
  chart.stages[0].answers.clear();
  expect_only(chart, "stages.work.answers");
}

TEST(ChartCheck, WantsSomebodyWhoAnswersWhileAnotherHoldsTheMatter) {
  Chart chart = sound();
  chart.moves.push_back(move("pass_on", {"work"}, "", {"head"}));
  chart.moves.back().holder = "other";
  expect_only(chart, "stages.work.answers_held");
  chart.stages[0].answers_held = {"officer"};
  EXPECT_TRUE(keys(chart).empty());
}

TEST(ChartCheck, FindsForcedSelfAcceptance) {
  Chart chart = sound();
  of(chart, "accept").by = {"head"};
  expect_only(chart, "moves.accept.guards[0]");
}

TEST(ChartCheck, TakesAnotherMoveToTheSameStageAsAWayOut) {
  Chart chart = sound();
  of(chart, "accept").by = {"head"};
  chart.moves.push_back(move("accept_above", {"acceptance"}, "done", {"district"}));
  EXPECT_TRUE(keys(chart).empty());
  // Not where that way is closed to some levels.
  chart.moves.back().guards = {guard("level_in", {"low"})};
  expect_only(chart, "moves.accept.guards[0]");
}

TEST(ChartCheck, DoesNotCountTheSystemAsSomebodyElse) {
  Chart chart = sound();
  of(chart, "accept").by = {"head", "system"};
  of(chart, "accept").automatic = true;
  expect_only(chart, "moves.accept.guards[0]");
}

TEST(ChartCheck, WantsWhatFollowsByItselfToBeMadeByTheSystem) {
  Chart chart = sound();
  of(chart, "finish").automatic = true;
  expect_only(chart, "moves.finish.by");
  of(chart, "finish").automatic = false;
  of(chart, "finish").by = {"worker", "head", "system"};
  expect_only(chart, "moves.finish.by");
}

TEST(ChartCheck, FindsNamesThatDoNotExist) {
  Chart chart = sound();
  chart.listed_levels = {"middle"};
  chart.tells["middle"] = {"head"};
  Move& finish = of(chart, "finish");
  finish.passes = {"hall"};
  finish.clears = {"nothing"};
  finish.fields = {field("ghost", "text")};
  finish.holder = "until";
  finish.due_from = "score";
  finish.guards = {guard("fields", {"ghost"}), guard("differs_from", {"lose"}),
                   guard("level_in", {"middle"}), guard("approval", {"lose"})};
  finish.guards[0].unless = {"lose"};
  const auto found = keys(chart);
  for (const char* key :
       {"listed_levels[0]", "tells.middle", "moves.finish.passes[0]", "moves.finish.clears[0]",
        "moves.finish.fields.ghost", "moves.finish.holder", "moves.finish.due_from",
        "moves.finish.guards[0].of[0]", "moves.finish.guards[0].unless[0]",
        "moves.finish.guards[1].of[0]", "moves.finish.guards[2].of[0]",
        "moves.finish.guards[3].of[0]"}) {
    EXPECT_EQ(std::count(found.begin(), found.end(), key), 1) << key;
  }
}

TEST(ChartCheck, FindsStagesThatDoNotExist) {
  Chart chart = sound();
  chart.moves.push_back(move("wander", {"garden"}, "cellar", {"head"}));
  EXPECT_EQ(keys(chart), (std::vector<std::string>{"moves.wander.from[0]", "moves.wander.to"}));
}

TEST(ChartCheck, WantsAnAssessmentToHaveAMethodAndItsResult) {
  Chart chart = sound();
  of(chart, "finish").assesses = true;
  expect_only(chart, "moves.finish.assesses");
  Assessment method;
  method.id = "lec";
  method.result = "until";
  method.thresholds = {{"t", 1, "middle"}};
  chart.assessments = {method};
  EXPECT_EQ(keys(chart),
            (std::vector<std::string>{"assessments.lec.result", "assessments.lec.thresholds"}));
}

TEST(ChartCheck, WantsPostsWhereSomebodyMustBeTold) {
  Chart chart = sound();
  of(chart, "finish").guards = {guard("told", {})};
  expect_only(chart, "moves.finish.guards[0]");
}

TEST(ChartCheck, WantsWhatIsWaitedForToBeAMatter) {
  Chart chart = sound();
  chart.fields.push_back(field("cause", "matter"));
  of(chart, "accept").guards.push_back(guard("settled", {"cause"}));
  EXPECT_TRUE(keys(chart).empty());
  of(chart, "accept").guards.back().of = {"until", "nothing"};
  EXPECT_EQ(keys(chart), (std::vector<std::string>{"moves.accept.guards[1].of[0]",
                                                   "moves.accept.guards[1].of[1]"}));
}

TEST(ChartCheck, LetsNoTitleBePersonal) {
  Chart chart = sound();
  chart.fields.push_back(field("title", "text"));
  EXPECT_TRUE(keys(chart).empty());
  chart.fields.back().personal = true;
  expect_only(chart, "fields.title.personal");
}

TEST(ChartCheck, WantsLevels) {
  Chart chart = sound();
  chart.levels.clear();
  expect_only(chart, "levels");
}

}  // namespace
}  // namespace anxiao::pack
