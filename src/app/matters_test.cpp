#include "usecases/matters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_matters.h"
#include "usecases/ledgers.h"

namespace anxiao::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Matters : public TownWithHazards {
 protected:
  std::string point;
};

TEST_F(Matters, AreOpenedAtTheirFirstStageAndShownWhole) {
  auto id = town.id();
  auto given = open("teacher", id, hazard());
  ASSERT_TRUE(given) << given.error().key << given.error().detail;
  EXPECT_FALSE(given->repeated);
  auto matter = shape(*given);
  EXPECT_EQ(matter.id, id);
  EXPECT_EQ(matter.stage, "assessment");
  EXPECT_EQ(matter.title, "疏散门上锁");
  EXPECT_EQ(matter.category, "fire");
  EXPECT_EQ(matter.organisation.name, "云溪实验小学");
  EXPECT_EQ(matter.holder.id, town.places["school"]);
  EXPECT_EQ(matter.version, 1);
  EXPECT_FALSE(matter.assessed);
  EXPECT_TRUE(matter.due_at);
  ASSERT_THAT(matter.stages, SizeIs(9));
  EXPECT_EQ(matter.stages[1].state, "done");
  EXPECT_EQ(matter.stages[1].by->name, "teacher");
  EXPECT_EQ(matter.stages[3].state, "current");
  ASSERT_THAT(matter.timeline, SizeIs(1));
  EXPECT_EQ(matter.timeline[0].actor.post, "class_teacher");
  EXPECT_THAT(matter.timeline[0].passed, ElementsAre("inspection", "registration"));
  EXPECT_EQ(matter.timeline[0].happened_at, "2026-03-02T07:30:00.000+08:00");
  EXPECT_EQ(town.count("matters"), 1);
  EXPECT_THAT(town.lines("MatterMoved"), SizeIs(1));
}

TEST_F(Matters, AreReadAsTheyWereAnsweredWhenOpened) {
  auto id = town.id();
  auto given = open("teacher", id, hazard());
  auto read_again = look("teacher", id);
  ASSERT_TRUE(given && read_again);
  EXPECT_EQ(json::serialize(given->matter), json::serialize(read_again->matter));
}

TEST_F(Matters, GiveTheSameAnswerWhenSentAgain) {
  auto id = town.id();
  ASSERT_TRUE(open("teacher", id, hazard()));
  auto again = open("teacher", id, hazard());
  ASSERT_TRUE(again) << again.error().key;
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->version, 1);
  EXPECT_EQ(town.count("matters"), 1);
  EXPECT_EQ(town.count("moves"), 1);
  EXPECT_THAT(town.lines("MatterMoved"), SizeIs(1));
}

TEST_F(Matters, RefuseSomethingElseUnderTheSameId) {
  auto id = town.id();
  ASSERT_TRUE(open("teacher", id, hazard()));
  auto other = hazard();
  other["title"] = "另一处";
  EXPECT_EQ(key(open("teacher", id, other)), "id.taken");
  EXPECT_EQ(key(open("teacher", id, hazard(), "register")), "id.taken");
}

TEST_F(Matters, RefuseAnIdOfAnotherDistrictOrNoId) {
  EXPECT_EQ(key(open("teacher", town.id("500191"), hazard())), "id.other_district");
  EXPECT_EQ(key(open("teacher", "500190.1", hazard())), "id.malformed");
}

TEST_F(Matters, RefuseWhoHasNoPostThere) {
  EXPECT_EQ(key(open("teacher", town.id("500191"), hazard(), "find", "far")),
            "authority.forbidden");
  EXPECT_EQ(key(open("leader", town.id(), hazard())), "authority.forbidden");
  EXPECT_EQ(key(open("fireman", town.id(), hazard())), "authority.forbidden");
}

TEST_F(Matters, RefuseAnUnknownLoopMoveOrOrganisation) {
  auto unknown = town.tried([&](usecases::Transaction& t) {
    return usecases::open_matter(t, town.as("teacher"), "quarrel", town.id(),
                                 {town.places["school"], "find", {}, hazard()});
  });
  EXPECT_EQ(key(unknown), "not_found");
  EXPECT_EQ(key(open("teacher", town.id(), hazard(), "conjure")), "loops.unknown_move");
  town.places["nowhere"] = town.id();
  EXPECT_EQ(key(open("teacher", town.id(), hazard(), "find", "nowhere")), "not_found");
}

TEST_F(Matters, RefuseAMoveThatOpensNothing) {
  EXPECT_EQ(key(open("safety", town.id(), lec(1, 1, 1), "assess")), "loops.wrong_stage");
}

TEST_F(Matters, SayWhichFieldIsMissing) {
  auto given = open("teacher", town.id(), {{"title", "没有位置"}});
  ASSERT_FALSE(given);
  EXPECT_EQ(given.error().key, "loops.guard_unmet");
  EXPECT_THAT(given.error().wants, ElementsAre("place", "category"));
  EXPECT_EQ(town.count("matters"), 0);
}

TEST_F(Matters, MayHaveHappenedBeforeTheyBecameKnown) {
  auto id = town.id();
  auto given = open("teacher", id, hazard(), "find", "school", "2026-03-01T18:00:00+08:00");
  ASSERT_TRUE(given);
  auto matter = shape(*given);
  EXPECT_EQ(matter.opened_at, "2026-03-01T18:00:00.000+08:00");
  EXPECT_EQ(matter.timeline[0].known_at, "2026-03-02T07:30:00.000+08:00");
}

TEST_F(Matters, DoNotComeFromTheFuture) {
  EXPECT_EQ(
      key(open("teacher", town.id(), hazard(), "find", "school", "2026-03-02T07:36:00+08:00")),
      "matter.from_the_future");
  EXPECT_EQ(
      key(open("teacher", town.id(), hazard(), "find", "school", "2026-03-02T07:34:00+08:00")),
      "taken");
  auto malformed = open("teacher", town.id(), hazard(), "find", "school", "yesterday");
  EXPECT_EQ(key(malformed), "time.malformed");
  EXPECT_EQ(malformed.error().field, "happened_at");
}

TEST_F(Matters, NameOnlyPicturesThatAreHereWhole) {
  auto fields = hazard();
  fields["photos_before"] = json::array{sha256_hex("nothing")};
  auto missing = open("teacher", town.id(), fields);
  EXPECT_EQ(key(missing), "attachment.incomplete");
  EXPECT_EQ(missing.error().field, "fields.photos_before");
  fields["photos_before"] = json::array{photo("half", "500190", false)};
  EXPECT_EQ(key(open("teacher", town.id(), fields)), "attachment.incomplete");
  fields["photos_before"] = json::array{photo("sheet", "500190", true, "text/csv")};
  EXPECT_EQ(key(open("teacher", town.id(), fields)), "attachment.wrong_type");
  auto sha = photo("whole");
  fields["photos_before"] = json::array{sha};
  auto id = town.id();
  auto given = open("teacher", id, fields);
  ASSERT_TRUE(given) << key(given);
  EXPECT_EQ(shape(*given).photo, sha);
  EXPECT_EQ(town.count("attachment_uses"), 1);
}

TEST_F(Matters, FindWhoAnswersInTheListOfResponsibilities) {
  town.write([&](usecases::Transaction& t) -> Result<void> {
    TRY(usecases::create_row(
        t, town.as("safety"), "responsibilities",
        {.id = town.id(),
         .organisation = town.places["school"],
         .fields = {{"category", "fire"}, {"person", town.people["safety"]}}}));
    TRY(usecases::create_row(t, town.as("safety"), "points",
                             {.id = (point = town.id()),
                              .organisation = town.places["school"],
                              .fields = {{"name", "南门"},
                                         {"place", "南门"},
                                         {"checklists", "daily"},
                                         {"person", town.people["guard"]}}}));
    return {};
  });
  auto listed = open("teacher", town.id(), hazard("fire"));
  ASSERT_TRUE(listed);
  EXPECT_EQ(shape(*listed).answerable->id, town.people["safety"]);
  EXPECT_EQ(shape(*listed).answerable->name, "某safety");
  auto at_point = hazard("gate");
  at_point["point"] = point;
  auto by_point = open("teacher", town.id(), at_point);
  ASSERT_TRUE(by_point);
  EXPECT_EQ(shape(*by_point).answerable->id, town.people["guard"]);
  auto else_where = open("teacher", town.id(), hazard("gate"));
  ASSERT_TRUE(else_where);
  EXPECT_EQ(shape(*else_where).answerable->id, town.people["principal"]);
}

TEST_F(Matters, AreReportedBySystemAsSoonAsTheyAreAssessed) {
  auto id = found();
  auto given = move("safety", id, "assess", lec(6, 6, 7));
  ASSERT_TRUE(given) << key(given) << given.error().detail;
  auto matter = shape(*given);
  EXPECT_EQ(matter.level, "orange");
  EXPECT_TRUE(matter.assessed);
  EXPECT_EQ(matter.stage, "monitoring");
  ASSERT_THAT(matter.timeline, SizeIs(3));
  EXPECT_EQ(matter.timeline[2].move, "report");
  EXPECT_EQ(matter.timeline[2].actor.post, "system");
  EXPECT_EQ(matter.timeline[2].actor.id, "");
  ASSERT_THAT(matter.told, SizeIs(3));
  EXPECT_EQ(matter.told[1].post, "principal");
  EXPECT_EQ(matter.told[1].people.at(0).id, town.people["principal"]);
  EXPECT_EQ(matter.told[2].people.at(0).id, town.people["officer"]);
  EXPECT_EQ(given->version, 3);
}

TEST_F(Matters, WaitToBeReportedWhileAPostThatMustKnowIsVacant) {
  town.write([&](usecases::Transaction& t) -> Result<void> {
    t.exec("UPDATE postings SET until = $1 WHERE post = 'principal'", {town.now.ms});
    return {};
  });
  auto id = found();
  auto given = move("safety", id, "assess", lec(6, 6, 7));
  ASSERT_TRUE(given) << key(given);
  EXPECT_EQ(shape(*given).stage, "reporting");
  auto by_hand = move("safety", id, "report_by_hand", {{"how_told", "电话告知了代理校长"}});
  ASSERT_TRUE(by_hand) << key(by_hand) << by_hand.error().detail;
  EXPECT_EQ(shape(*by_hand).stage, "monitoring");
}

TEST_F(Matters, SayWhichOfTheFiveAreMissingBeforeTreatment) {
  auto id = found();
  moved("safety", id, "assess", lec(6, 6, 7));
  auto fields = five(town.people["safety"]);
  fields.erase("funds");
  fields.erase("contingency_plan");
  auto given = move("principal", id, "begin_treatment", fields);
  ASSERT_FALSE(given);
  EXPECT_EQ(given.error().key, "loops.guard_unmet");
  EXPECT_THAT(given.error().wants, ElementsAre("funds", "contingency_plan"));
  moved("principal", id, "begin_treatment", five(town.people["safety"]));
  EXPECT_EQ(shape(*look("principal", id)).answerable->id, town.people["safety"]);
}

TEST_F(Matters, GoRoundWithEachStepByAnother) {
  auto id = found();
  moved("safety", id, "assess", lec(6, 6, 7));
  moved("principal", id, "begin_treatment", five(town.people["safety"]));
  moved("principal", id, "finish_treatment", {{"photos_after", json::array{photo("after")}}});
  auto own = move("principal", id, "accept");
  EXPECT_EQ(key(own), "loops.same_actor");
  auto seen = shape(*look("principal", id));
  auto accept = std::ranges::find(seen.moves, "accept", &api::shapes::Offer::id);
  ASSERT_NE(accept, seen.moves.end());
  EXPECT_FALSE(accept->allowed);
  EXPECT_EQ(accept->refusal->key, "loops.same_actor");
  moved("safety", id, "accept");
  pass(kHourMs);
  moved("officer", id, "close");
  auto closed = shape(*look("principal", id));
  EXPECT_EQ(closed.stage, "closed");
  EXPECT_EQ(closed.closed_at, "2026-03-02T08:30:00.000+08:00");
  EXPECT_FALSE(closed.due_at);
  EXPECT_THAT(closed.moves, IsEmpty());
  for (const auto& stage : closed.stages)
    EXPECT_TRUE(stage.state == "done" || stage.stage == "warning") << stage.stage;
  EXPECT_EQ(town.count("attachment_uses"), 1);
}

TEST_F(Matters, ArePassedToADepartmentAndBackWithTheTimeEachHeldThem) {
  auto id = found(hazard("gate"));
  moved("safety", id, "assess", lec(6, 6, 7));
  EXPECT_EQ(key(look("fireman", id)), "authority.forbidden");
  pass(kHourMs);
  moved("principal", id, "pass_on", {{"department", town.places["fire"]}});
  auto theirs = look("fireman", id);
  ASSERT_TRUE(theirs);
  EXPECT_EQ(shape(*theirs).holder.name, "云溪区消防救援大队");
  EXPECT_EQ(key(move("principal", id, "begin_treatment", five(town.people["safety"]))),
            "loops.not_yours");
  EXPECT_EQ(town.lines("MatterMoved").back().at("holder").as_string(), town.places["fire"]);
  pass(2 * kHourMs);
  moved("fireman", id, "hand_back", {{"note", "已现场处理"}});
  pass(kHourMs);
  auto back = shape(*look("principal", id));
  ASSERT_THAT(back.holdings, SizeIs(3));
  EXPECT_EQ(back.holdings[0].held_ms, kHourMs);
  EXPECT_EQ(back.holdings[1].organisation.id, town.places["fire"]);
  EXPECT_EQ(back.holdings[1].held_ms, 2 * kHourMs);
  EXPECT_EQ(back.holdings[2].held_ms, kHourMs);
  EXPECT_FALSE(back.holdings[2].until);
  EXPECT_EQ(key(look("fireman", id)), "authority.forbidden");
}

TEST_F(Matters, GoOnlyToWhoCanAnswerForThem) {
  auto id = found(hazard("gate"));
  auto to_school = move("principal", id, "pass_on", {{"department", town.places["middle"]}});
  EXPECT_EQ(key(to_school), "matter.cannot_hold");
  EXPECT_EQ(to_school.error().field, "fields.department");
  EXPECT_EQ(key(move("principal", id, "pass_on", {{"department", town.id()}})),
            "matter.unknown_organisation");
}

TEST_F(Matters, NameOnlyPeopleWhoWorkThere) {
  auto id = found();
  moved("safety", id, "assess", lec(6, 6, 7));
  auto nobody = move("principal", id, "plan", {{"person_answerable", town.id()}});
  EXPECT_EQ(key(nobody), "matter.unknown_person");
  EXPECT_EQ(nobody.error().field, "fields.person_answerable");
  EXPECT_EQ(
      key(move("principal", id, "plan", {{"person_answerable", town.people["far_principal"]}})),
      "matter.unknown_person");
  auto given = move("principal", id, "plan", {{"person_answerable", town.people["officer"]}});
  ASSERT_TRUE(given);
  EXPECT_EQ(shape(*given).people.at(town.people["officer"]), "某officer");
}

TEST_F(Matters, AreMovedOnceHoweverOftenAMoveIsSent) {
  auto id = found();
  auto step = town.id();
  auto first = move("safety", id, "assess", lec(6, 6, 7), {}, step);
  ASSERT_TRUE(first);
  auto again = move("safety", id, "assess", lec(6, 6, 7), 1, step);
  ASSERT_TRUE(again) << key(again);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(town.count("moves"), 3);
  EXPECT_EQ(key(move("safety", id, "assess", lec(3, 6, 7), {}, step)), "id.taken");
}

TEST_F(Matters, RefuseAStepMadeFromAnOldPage) {
  auto id = found();
  auto stale = move("safety", id, "assess", lec(6, 6, 7), 7);
  EXPECT_EQ(key(stale), "edit.stale");
  EXPECT_EQ(stale.error().why, Why::stale);
  EXPECT_EQ(key(move("safety", id, "assess", lec(6, 6, 7), 1)), "taken");
}

TEST_F(Matters, AreNotMovedBeforeTheyWereOpen) {
  auto id = found();
  EXPECT_EQ(key(move("safety", id, "assess", lec(6, 6, 7), {}, {}, "2026-03-01T07:30:00+08:00")),
            "matter.before_opening");
  EXPECT_EQ(key(move("safety", id, "assess", lec(6, 6, 7), {}, {}, "2026-03-02T09:30:00+08:00")),
            "matter.from_the_future");
}

TEST_F(Matters, AreNotFoundWhereThereAreNone) {
  EXPECT_EQ(key(look("teacher", town.id())), "not_found");
  EXPECT_EQ(key(look("teacher", "nonsense")), "not_found");
  EXPECT_EQ(key(move("teacher", town.id(), "assess")), "not_found");
}

TEST_F(Matters, AreSeenOnlyWithinReach) {
  auto id = found();
  for (auto login : {"teacher", "principal", "officer", "leader"})
    EXPECT_TRUE(look(login, id)) << login;
  for (auto login : {"far_principal", "far_officer", "fireman", "admin", "root"})
    EXPECT_EQ(key(look(login, id)), "authority.forbidden") << login;
  EXPECT_EQ(key(move("leader", id, "assess", lec(1, 1, 1))), "authority.forbidden");
  EXPECT_THAT(shape(*look("leader", id)).moves, IsEmpty());
}

TEST_F(Matters, ChangeNothingWhereAStepIsRefused) {
  auto id = found();
  auto before = json::serialize(look("teacher", id)->matter);
  EXPECT_EQ(key(move("teacher", id, "assess", lec(6, 6, 7))), "loops.not_yours");
  EXPECT_EQ(json::serialize(look("teacher", id)->matter), before);
  EXPECT_EQ(town.count("moves"), 1);
}

TEST_F(Matters, DeferWithAnEndThatAnotherGrants) {
  auto id = in_treatment();
  moved("safety", id, "ask_deferral",
        {{"deferral_until", "2026-04-01"}, {"deferral_reason", "配件要等"}});
  moved("officer", id, "grant_deferral");
  auto matter = shape(*look("safety", id));
  EXPECT_EQ(matter.due_at, "2026-04-02T00:00:00.000+08:00");
  EXPECT_FALSE(matter.fields.contains("deferral_until"));
}

TEST_F(Matters, ReturnToTreatmentWhenAcceptanceFails) {
  auto id = in_treatment();
  moved("safety", id, "finish_treatment", {{"photos_after", json::array{photo("after")}}});
  moved("principal", id, "refuse_acceptance", {{"reason", "门仍然打不开"}});
  auto matter = shape(*look("safety", id));
  EXPECT_EQ(matter.stage, "treatment");
  EXPECT_FALSE(matter.fields.contains("photos_after"));
}

TEST_F(Matters, GiveTheirHistoryAlone) {
  auto id = in_treatment();
  auto history = town.read([&](usecases::Reader& reader) {
    return usecases::read_history(reader, town.as("officer"), "hazard", id);
  });
  ASSERT_TRUE(history);
  auto shaped = anxiao::read<api::shapes::History>(history->moves);
  ASSERT_TRUE(shaped) << shaped.error().field;
  EXPECT_THAT(shaped->items, SizeIs(4));
}

TEST_F(Matters, TellTheJournalWhatTheyWereAndWhatTheyAre) {
  auto id = found();
  moved("safety", id, "assess", lec(6, 6, 7));
  auto lines = town.lines("MatterMoved");
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(lines[0].at("open_before").as_bool(), false);
  EXPECT_EQ(lines[1].at("from").as_string(), "assessment");
  EXPECT_EQ(lines[1].at("to").as_string(), "reporting");
  EXPECT_EQ(lines[1].at("level").as_string(), "orange");
  EXPECT_EQ(lines[2].at("move").as_string(), "report");
  EXPECT_EQ(lines[2].at("due_before"), lines[1].at("due_at"));
}

}  // namespace
}  // namespace anxiao::app
