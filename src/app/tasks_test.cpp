#include "usecases/answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_matters.h"
#include "base/json_map.h"
#include "usecases/ledgers.h"
#include "usecases/point_codes.h"
#include "usecases/tasks.h"

namespace anxiao::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using usecases::AnswerDuty;
using usecases::ItemState;

class TasksOfATown : public TownWithHazards {
 protected:
  TasksOfATown() {
    corridor = add_point("走廊与疏散门", "daily,weekly", town.people["teacher"]);
    gate = add_point("南门", "daily", {});
  }

  std::string add_point(const std::string& name, const std::string& lists,
                        const std::string& person) {
    auto id = town.id();
    json::object fields{{"name", name}, {"place", name + "旁"}, {"checklists", lists}};
    if (!person.empty()) fields["person"] = person;
    town.write([&](usecases::Transaction& t) {
      return usecases::create_row(
          t, town.as("safety"), "points",
          {.id = id, .organisation = town.places["school"], .fields = fields});
    });
    return id;
  }

  Result<std::vector<usecases::TaskView>> all_tasks(const std::string& login,
                                                    usecases::TaskFilter filter) {
    return town.read([&](usecases::Reader& reader) -> Result<std::vector<usecases::TaskView>> {
      TRY_LET(page, usecases::list_tasks(reader, town.as(login), filter));
      return std::move(page.items);
    });
  }
  // At points only: what the whole school has to do is for other tests.
  Result<std::vector<usecases::TaskView>> tasks(const std::string& login,
                                                const std::string& whom = "me",
                                                const std::string& on = {}) {
    auto listed = all_tasks(login, {.whom = whom,
                                    .on = on,
                                    .state = {},
                                    .point = {},
                                    .duty = {},
                                    .paging = {.limit = 500, .after = {}}});
    if (listed) std::erase_if(*listed, [](const auto& task) { return !task.point; });
    return listed;
  }
  // checklist@point of each.
  std::vector<std::string> mine(const std::string& login) {
    std::vector<std::string> out;
    auto listed = tasks(login);
    EXPECT_TRUE(listed) << key(listed);
    if (!listed) return out;
    for (const auto& task : *listed) {
      EXPECT_TRUE(task.mine);
      out.push_back(*task.checklist + "@" + (task.point->id == gate ? "gate" : "corridor"));
    }
    return out;
  }

  static usecases::ItemAnswer ticked(const std::string& item) {
    usecases::ItemAnswer answer;
    answer.item = item;
    answer.answer = ItemState::in_order;
    return answer;
  }
  // Everything in order.
  AnswerDuty good(const std::string& checklist = "daily") {
    AnswerDuty answer;
    answer.point = corridor;
    answer.happened_at = "2026-03-02T07:20:00+08:00";
    for (const auto& item : town.pack->checklist(checklist)->items)
      answer.items.push_back(ticked(item.id));
    return answer;
  }
  // The first item is bad.
  AnswerDuty bad(const std::string& sha, const std::string& note = "东侧疏散门上了锁，打不开") {
    auto answer = good();
    answer.items[0].answer = ItemState::not_in_order;
    answer.items[0].note = note;
    answer.items[0].photos = std::vector{sha};
    return answer;
  }
  Result<usecases::AnswerGiven> give(const std::string& login, const AnswerDuty& input,
                                     std::string id = {},
                                     const std::string& duty = "daily_inspection",
                                     const std::string& period = "2026-03-02",
                                     const std::string& where = "school") {
    if (id.empty()) id = town.id();
    return town.changed([&](usecases::Transaction& t) {
      return usecases::answer_duty(t, town.as(login), {duty, town.places[where], period, id},
                                   input);
    });
  }
  static usecases::AnswerView shape_of(const usecases::AnswerGiven& given) { return given.answer; }

  std::string corridor, gate;
};

TEST_F(TasksOfATown, AreTheirsWhoAnswersForThePointElseThoseOfThePost) {
  EXPECT_THAT(mine("teacher"), ElementsAre("daily@corridor", "weekly@corridor"));
  EXPECT_THAT(mine("safety"), ElementsAre("daily@gate")) << "nobody answers for the gate itself";
  EXPECT_THAT(mine("guard"), IsEmpty());
  EXPECT_THAT(mine("principal"), IsEmpty());
  EXPECT_THAT(mine("officer"), IsEmpty());
}

TEST_F(TasksOfATown, AreOfTheWholeSchoolWhereNoPointHasTheList) {
  usecases::TaskFilter filter;
  filter.duty = "monthly_inspection";
  auto listed = all_tasks("principal", filter);
  ASSERT_TRUE(listed);
  ASSERT_THAT(*listed, SizeIs(1));
  EXPECT_EQ(listed->at(0).point, std::nullopt);
  EXPECT_EQ(listed->at(0).period, "2026-03");
  auto answer = good("monthly");
  answer.point.clear();
  auto given = give("principal", answer, {}, "monthly_inspection", "2026-03");
  EXPECT_TRUE(given) << key(given) << given.error().detail;
  answer = good();
  answer.point.clear();
  EXPECT_EQ(key(give("teacher", answer)), "task.point_wanted");
}

TEST_F(TasksOfATown, NeedNoChecklistToBeDone) {
  AnswerDuty done;
  done.happened_at = "2026-03-02T07:25:00+08:00";
  done.note = "校门口执勤";
  auto given = give("teacher", done, {}, "leaving_reminder");
  ASSERT_TRUE(given) << key(given) << given.error().detail;
  EXPECT_EQ(given->answer.checklist, std::nullopt);
  EXPECT_EQ(given->answer.note, "校门口执勤");
  done.items.push_back(ticked("anything"));
  EXPECT_EQ(key(give("teacher", done, {}, "bullying_lesson", "2026-S1")), "task.unknown_item");
}

TEST_F(TasksOfATown, AreNotDoneTwiceUnawares) {
  auto sha = photo("door");
  auto first = give("teacher", bad(sha));
  ASSERT_TRUE(first);
  auto second = give("guard", bad(sha));
  EXPECT_EQ(key(second), "task.already_answered");
  EXPECT_EQ(second.error().args.at("answer").as_string(), first->answer.id);
  auto beside = bad(sha);
  beside.again = true;
  auto kept = give("guard", beside);
  ASSERT_TRUE(kept) << key(kept);
  EXPECT_EQ(town.count("answers"), 2);
  EXPECT_EQ(town.count("matters"), 1) << "the same lock is one hazard";
  EXPECT_EQ(kept->answer.matters.at(0).id, first->answer.matters.at(0).id);
}

TEST_F(TasksOfATown, AreShownInOneThingWhereAllWasTickedAtOnce) {
  auto id = town.id();
  auto answer = good();
  answer.at_once = true;
  auto refused = give("teacher", answer, id);
  ASSERT_EQ(key(refused), "task.random_photo_wanted");
  auto& shown = answer.items[usecases::item_to_show(id, answer.items.size())];
  EXPECT_EQ(refused.error().args.at("item").as_string(), shown.item);
  shown.photos = std::vector{photo("door")};
  EXPECT_EQ(key(give("teacher", answer, id)), "taken");
}

TEST_F(TasksOfATown, AreNotThereWhereNobodyCanHaveBeen) {
  auto answer = good();
  answer.presence = usecases::Presence::qr;
  EXPECT_EQ(key(give("teacher", answer)), "task.code_wrong") << "no sheet was ever printed";
  auto code = town.changed([&](usecases::Transaction& t) {
    return usecases::read_point_code(t, town.as("safety"), corridor);
  });
  ASSERT_TRUE(code);
  answer.code = code->code;
  answer.point = gate;
  EXPECT_EQ(key(give("teacher", answer)), "task.code_wrong") << "the code of another point";
  answer.point = corridor;
  auto given = give("teacher", answer);
  ASSERT_TRUE(given) << key(given);
  EXPECT_EQ(given->answer.presence, "qr");
  answer = good();
  answer.point = gate;
  answer.presence = usecases::Presence::position;
  EXPECT_EQ(key(give("safety", answer)), "task.position_wanted");
  answer.position = usecases::Position{.latitude = 29.5, .longitude = 106.5, .accuracy_m = 12};
  auto there = give("safety", answer);
  ASSERT_TRUE(there) << key(there);
  EXPECT_EQ(there->answer.extra.at("position").at("accuracy_m").to_number<double>(), 12);
}

TEST_F(TasksOfATown, AreSeenByWhoOversees) {
  auto listed = tasks("officer", town.places["school"]);
  ASSERT_TRUE(listed);
  EXPECT_THAT(*listed, SizeIs(3));
  EXPECT_FALSE(listed->at(0).mine);
  EXPECT_EQ(key(tasks("far_officer", town.places["school"])), "authority.forbidden");
  EXPECT_EQ(key(tasks("officer", town.id())), "not_found");
  EXPECT_EQ(key(tasks("officer", "me", "yesterday")), "time.day_malformed");
  auto then = tasks("officer", town.places["school"], "2026-04-01");
  ASSERT_TRUE(then);
  EXPECT_EQ(then->at(0).period, "2026-04-01");
}

TEST_F(TasksOfATown, AreDoneOnceAnswered) {
  auto given = give("teacher", good());
  ASSERT_TRUE(given) << key(given) << given.error().detail;
  auto answer = shape_of(*given);
  EXPECT_EQ(answer.happened_at, "2026-03-02T07:20:00.000+08:00");
  EXPECT_EQ(answer.known_at, "2026-03-02T07:30:00.000+08:00");
  EXPECT_THAT(answer.matters, IsEmpty());
  auto listed = tasks("teacher");
  ASSERT_TRUE(listed);
  for (const auto& task : *listed)
    EXPECT_EQ(task.state, *task.checklist == "daily" ? "done" : "open") << task.point->name;
  pass(kDayMs);
  auto next_day = tasks("teacher");
  ASSERT_TRUE(next_day);
  for (const auto& task : *next_day) EXPECT_EQ(task.state, "open");
  auto lines = town.lines("DutyAnswered");
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].at("presence").as_string(), "by_hand");
}

TEST_F(TasksOfATown, MakeAHazardOfWhatIsNotInOrder) {
  auto sha = photo("door");
  auto given = give("teacher", bad(sha));
  ASSERT_TRUE(given) << key(given) << given.error().detail;
  auto answer = shape_of(*given);
  ASSERT_THAT(answer.matters, SizeIs(1));
  auto matter = shape(*look("teacher", answer.matters[0].id));
  EXPECT_EQ(matter.title, town.pack->checklist("daily")->items[0].wrong.zh);
  EXPECT_EQ(matter.stage, "assessment");
  EXPECT_EQ(matter.level, town.pack->checklist("daily")->items[0].level);
  EXPECT_FALSE(matter.assessed);
  EXPECT_EQ(matter.photo, sha);
  EXPECT_EQ(matter.fields.at("place").as_string(), "走廊与疏散门旁");
  EXPECT_EQ(matter.fields.at("description").as_string(), "东侧疏散门上了锁，打不开");
  EXPECT_EQ(matter.fields.at("point").as_string(), corridor);
  EXPECT_EQ(matter.opened_at, "2026-03-02T07:20:00.000+08:00");
  EXPECT_EQ(matter.answerable->id, town.people["teacher"]);
  EXPECT_THAT(tasks("teacher")->at(0).answer->matters, ElementsAre(answer.matters[0].id));
}

TEST_F(TasksOfATown, KeepANoteThatIsTooShortToDescribe) {
  auto strict = std::make_shared<pack::Pack>(*town.pack);
  for (auto& move : strict->charts.at(0).moves)
    for (auto& field : move.fields)
      if (field.id == "description") field.least = 6;
  town.pack = strict;
  auto given = give("teacher", bad(photo("door"), "锁了"));
  ASSERT_TRUE(given) << key(given) << given.error().detail;
  auto matter = shape(*look("teacher", shape_of(*given).matters[0].id));
  EXPECT_EQ(matter.fields.at("note").as_string(), "锁了");
}

TEST_F(TasksOfATown, MakeNothingNewWhenTheAnswerIsSentAgain) {
  auto id = town.id();
  auto first = give("teacher", bad(photo("door")), id);
  ASSERT_TRUE(first);
  auto again = give("teacher", bad(sha256_hex("door")), id);
  ASSERT_TRUE(again) << key(again);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(write(again->answer.matters), write(first->answer.matters));
  EXPECT_EQ(write(again->answer.items), write(first->answer.items));
  EXPECT_EQ(again->answer.known_at, first->answer.known_at);
  EXPECT_EQ(town.count("answers"), 1);
  EXPECT_EQ(town.count("matters"), 1);
  EXPECT_EQ(key(give("teacher", good(), id)), "id.taken");
}

TEST_F(TasksOfATown, AreAnsweredWholeAndOnlyWithTheirOwnItems) {
  auto answer = good();
  answer.items.pop_back();
  auto missing = give("teacher", answer);
  EXPECT_EQ(key(missing), "task.items_missing");
  EXPECT_THAT(missing.error().wants, ElementsAre(town.pack->checklist("daily")->items.back().id));
  answer = good();
  answer.items[2].item = "unicorns_fed";
  auto unknown = give("teacher", answer);
  EXPECT_EQ(key(unknown), "task.unknown_item");
  EXPECT_EQ(unknown.error().field, "items[2].item");
  answer = good();
  answer.items.push_back(answer.items[0]);
  EXPECT_EQ(key(give("teacher", answer)), "task.item_twice");
  answer = good();
  answer.items[0].note = std::string(5000, 'a');
  EXPECT_EQ(key(give("teacher", answer)), "task.note_too_long");
}

TEST_F(TasksOfATown, WantAPictureWhereTheListSaysSo) {
  auto answer = good();
  answer.items[0].answer = ItemState::not_in_order;
  auto given = give("teacher", answer);
  EXPECT_EQ(key(given), "task.photo_wanted");
  EXPECT_EQ(given.error().field, "items[0].photos");
  answer.items[0].photos = std::vector{sha256_hex("not sent")};
  auto unsent = give("teacher", answer);
  EXPECT_EQ(key(unsent), "attachment.incomplete");
  EXPECT_EQ(unsent.error().field, "items[0].photos");
  EXPECT_EQ(town.count("matters"), 0);
  EXPECT_EQ(town.count("answers"), 0);
}

TEST_F(TasksOfATown, AreAnsweredForThePeriodTheyName) {
  const auto on = [&](const std::string& period, const std::string& moment) {
    auto answer = good();
    answer.happened_at = moment;
    return key(give("teacher", answer, {}, "daily_inspection", period));
  };
  pass(3 * kDayMs);  // Thursday
  EXPECT_EQ(on("2026-W10", "2026-03-04T07:20:00+08:00"), "duty.period_malformed");
  EXPECT_EQ(on("today", "2026-03-04T07:20:00+08:00"), "duty.period_malformed");
  EXPECT_EQ(on("2026-03-04", "2026-03-03T23:59:59+08:00"), "task.too_early");
  EXPECT_EQ(on("2026-03-04", "2026-03-04T00:00:00+08:00"), "taken");
  EXPECT_EQ(on("2026-03-03", "2026-03-04T07:20:00+08:00"), "taken") << "late, and on record";
  EXPECT_EQ(on("2026-03-01", "2026-03-01T07:20:00+08:00"), "task.not_expected") << "a Sunday";
  EXPECT_EQ(on("2026-03-06", "2026-03-06T07:20:00+08:00"), "task.from_the_future");
  EXPECT_EQ(on("2026-03-05", "soon"), "time.malformed");
  pass(4 * kDayMs);
  EXPECT_EQ(on("2026-03-05", "2026-03-09T00:00:00+08:00"), "task.too_late");
  auto weekly = give("safety", good("weekly"), {}, "weekly_inspection", "2026-W10");
  EXPECT_TRUE(weekly) << key(weekly);
}

TEST_F(TasksOfATown, AreDoneAtTheirOwnPoints) {
  auto answer = good();
  answer.point = town.id();
  EXPECT_EQ(key(give("teacher", answer)), "task.other_point");
  answer.point = gate;
  EXPECT_EQ(key(give("safety", answer, {}, "weekly_inspection", "2026-W10")), "task.unknown_duty");
  EXPECT_EQ(key(give("teacher", good(), {}, "daydreaming")), "task.unknown_duty");
  EXPECT_EQ(key(give("teacher", good(), {}, "daily_inspection", "2026-03-02", "middle")),
            "authority.forbidden");
  town.places["nowhere"] = town.id();
  EXPECT_EQ(key(give("teacher", good(), {}, "daily_inspection", "2026-03-02", "nowhere")),
            "not_found");
  EXPECT_EQ(key(give("officer", good())), "authority.forbidden");
  EXPECT_EQ(key(give("teacher", good(), town.id("500191"))), "id.other_district");
}

}  // namespace
}  // namespace anxiao::app
