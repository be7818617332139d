// A chart for the tests of this folder: the shape of a hazard's loop with few words, built in
// code so that the tests do not hang on a pack's data.

#pragma once

#include <string>
#include <vector>

#include "domain/loops/loop.h"
#include "pack/pack.h"

namespace anxiao::loops::testing {

inline pack::Words words(const std::string& text) { return {.zh = "zh " + text, .en = text}; }

inline pack::Field field(const std::string& id, const std::string& type, bool required = false) {
  pack::Field made;
  made.id = id;
  made.name = words(id);
  made.type = type;
  made.required = required;
  made.why = words("why " + id);
  return made;
}

inline pack::Guard guard(const std::string& kind, std::vector<std::string> of,
                         std::vector<std::string> unless = {}) {
  pack::Guard made;
  made.kind = kind;
  made.of = std::move(of);
  made.unless = std::move(unless);
  made.why = words("why " + kind);
  made.clause = "X01.1";
  return made;
}

inline pack::Stage stage(const std::string& id, std::map<std::string, double> hours) {
  pack::Stage made;
  made.id = id;
  made.name = words(id);
  made.term_hours = std::move(hours);
  made.answers = {"worker", "head", "district"};
  made.answers_held = {"outsider", "district"};
  return made;
}

inline pack::Stage end_stage(const std::string& id) {
  auto made = stage(id, {});
  made.end = true;
  made.answers.clear();
  made.answers_held.clear();
  return made;
}

inline pack::Move move(const std::string& id, std::vector<std::string> from, const std::string& to,
                       std::vector<std::string> by) {
  pack::Move made;
  made.id = id;
  made.name = words(id);
  made.from = std::move(from);
  made.to = to;
  made.by = std::move(by);
  return made;
}

inline pack::Assessment assessment() {
  pack::Assessment made;
  made.id = "two";
  made.name = words("two factors");
  for (const auto& id : {"p", "q"}) {
    auto factor = field(id, "factor");
    factor.choices = {{"0.5", words("half")}, {"3", words("three")}, {"10", words("ten")}};
    made.factors.push_back(factor);
  }
  made.result = "r";
  made.thresholds = {{"t.low", 1, "low"}, {"t.high", 30, "high"}};
  return made;
}

inline std::vector<pack::Move> opening_moves() {
  auto find = move("find", {}, "weigh", {"worker", "head"});
  find.passes = {"look"};
  auto title = field("title", "text", true);
  title.least = 2;
  auto kind = field("kind", "choice");
  kind.choices = {{"fire", words("fire")}, {"water", words("water")}};
  auto level = field("level", "choice");
  level.choices = {{"high", words("high")}, {"low", words("low")}};
  find.fields = {title, kind, level, field("photos", "photos")};
  auto signal = move("signal", {}, "look", {"worker", "system"});
  signal.fields = {field("title", "text")};
  auto confirm = move("confirm", {"look"}, "weigh", {"worker"});
  auto drop = move("drop", {"look"}, "dropped", {"worker"});
  drop.fields = {field("reason", "text", true)};
  return {find, signal, confirm, drop};
}

inline std::vector<pack::Move> weighing_moves() {
  auto weigh = move("weigh", {"weigh"}, "tell", {"worker", "head"});
  weigh.assesses = true;
  weigh.fields = {field("method", "choice")};
  weigh.fields.back().choices = {{"two", words("two factors")}};
  auto tell = move("tell", {"tell"}, "mend", {"system"});
  tell.automatic = true;
  tell.guards = {guard("told", {})};
  auto tell_by_hand = move("tell_by_hand", {"tell"}, "mend", {"head"});
  tell_by_hand.fields = {field("how_told", "text", true)};
  auto at_once = move("at_once", {"weigh", "tell"}, "check", {"worker", "head"});
  at_once.fields = {field("photos_after", "photos")};
  at_once.guards = {guard("level_in", {"low"}), guard("fields", {"photos_after"})};
  auto plan = move("plan", {"weigh", "tell", "mend"}, "", {"worker", "head"});
  plan.forward = false;
  plan.fields = {field("measures", "long_text"), field("funds", "money")};
  return {weigh, tell, tell_by_hand, at_once, plan};
}

inline std::vector<pack::Move> mending_moves() {
  auto mend = move("mend", {"mend"}, "check", {"worker", "head", "outsider"});
  mend.fields = {field("photos_after", "photos")};
  mend.guards = {guard("fields", {"measures", "funds"}, {"at_once"}),
                 guard("fields", {"photos_after"})};
  auto accept = move("accept", {"check"}, "close", {"worker", "head", "district"});
  accept.guards = {guard("differs_from", {"mend", "at_once"})};
  auto refuse = move("refuse", {"check"}, "mend", {"worker", "head", "district"});
  refuse.forward = false;
  refuse.fields = {field("reason", "text", true)};
  refuse.guards = {guard("differs_from", {"mend", "at_once"})};
  refuse.clears = {"photos_after"};
  auto close = move("close", {"close"}, "closed", {"head", "district"});
  close.guards = {guard("differs_from", {"accept"})};
  return {mend, accept, refuse, close};
}

inline std::vector<pack::Move> other_moves() {
  auto ask = move("ask", {"mend"}, "", {"worker", "head"});
  ask.forward = false;
  ask.fields = {field("until", "day", true), field("reason", "text", true)};
  auto grant = move("grant", {"mend"}, "", {"head", "district"});
  grant.forward = false;
  grant.guards = {guard("fields", {"until"}), guard("differs_from", {"ask"})};
  grant.due_from = "until";
  grant.clears = {"until"};
  auto pass_on = move("pass_on", {"weigh", "mend"}, "", {"head"});
  pass_on.forward = false;
  pass_on.fields = {field("department", "organisation", true)};
  pass_on.holder = "department";
  auto hand_back = move("hand_back", {"weigh", "mend"}, "", {"outsider"});
  hand_back.forward = false;
  hand_back.holder = "organisation";
  return {ask, grant, pass_on, hand_back};
}

inline pack::Chart small_chart() {
  pack::Chart chart;
  chart.id = "small";
  chart.name = words("small loop");
  chart.clause = "X01";
  chart.levels = {{"high", words("high"), "!!"}, {"low", words("low"), "!"}};
  chart.stages = {stage("look", {{"*", 24}}),
                  stage("weigh", {{"*", 12}}),
                  stage("tell", {{"high", 2}, {"low", 8}}),
                  stage("mend", {{"high", 48}, {"low", 240}}),
                  stage("check", {{"*", 24}}),
                  stage("close", {{"*", 24}}),
                  end_stage("closed"),
                  end_stage("dropped")};
  for (const auto& moves : {opening_moves(), weighing_moves(), mending_moves(), other_moves()})
    chart.moves.insert(chart.moves.end(), moves.begin(), moves.end());
  chart.assessments = {assessment()};
  chart.categories = {"fire", "water"};
  chart.tells = {{"high", {"head", "district"}}, {"low", {"head"}}};
  for (const auto& each : chart.moves)
    for (const auto& one : each.fields)
      if (!chart.field(one.id)) chart.fields.push_back(one);
  return chart;
}

inline const std::string kSchool = "500190.0190f3a2-7c1e-7b52-9d3a-2f6f0c1d8e01";
inline const std::string kOutside = "500190.0190f3a2-7c1e-7b52-9d3a-2f6f0c1d8e02";
inline const Instant kMorning{1'772'407'800'000};  // a Monday, 07:30 in Chongqing
inline const boost::json::array kPhoto{std::string(64, 'a')};

inline Matter unopened() {
  Matter matter;
  matter.id = "500190.0190f3a2-7c1e-7b52-9d3a-2f6f0c1d8e10";
  matter.chart = "small";
  matter.organisation = kSchool;
  return matter;
}

inline Step step(const std::string& move, const std::string& person, const std::string& post,
                 Instant at = kMorning, boost::json::object fields = {}) {
  Step made;
  made.move = move;
  made.actor = {.person = person, .posts = {post}};
  made.at = at;
  made.fields = std::move(fields);
  return made;
}

}  // namespace anxiao::loops::testing
