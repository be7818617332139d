#include "usecases/answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_matters.h"
#include "usecases/ledgers.h"
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

  Result<std::vector<api::shapes::Task>> tasks(const std::string& login,
                                               const std::string& whom = "me",
                                               const std::string& on = {}) {
    auto listed = town.read([&](usecases::Reader& reader) {
      return usecases::list_tasks(reader, town.as(login), whom, on);
    });
    if (!listed) return listed.error();
    auto shaped = anxiao::read<std::vector<api::shapes::Task>>(listed->at("items"));
    EXPECT_TRUE(shaped) << shaped.error().field;
    return *shaped;
  }
  // checklist@point of each.
  std::vector<std::string> mine(const std::string& login) {
    std::vector<std::string> out;
    auto listed = tasks(login);
    EXPECT_TRUE(listed);
    for (const auto& task : *listed)
      out.push_back(task.checklist + "@" + (task.point.id == gate ? "gate" : "corridor"));
    return out;
  }

  // Everything in order.
  AnswerDuty good(const std::string& checklist = "daily") {
    AnswerDuty answer{.point = corridor,
                      .happened_at = "2026-03-02T07:20:00+08:00",
                      .presence = usecases::Presence::qr,
                      .items = {}};
    for (const auto& item : town.pack->checklist(checklist)->items)
      answer.items.push_back(
          {.item = item.id, .answer = ItemState::in_order, .note = {}, .photos = {}, .mended = {}});
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
  static api::shapes::Answer shape_of(const usecases::AnswerGiven& given) {
    auto shaped = anxiao::read<api::shapes::Answer>(given.answer);
    EXPECT_TRUE(shaped) << shaped.error().field;
    return shaped ? *shaped : api::shapes::Answer{};
  }

  std::string corridor, gate;
};

TEST_F(TasksOfATown, AreThoseOfThePostAtThePointsOneAnswersFor) {
  EXPECT_THAT(mine("teacher"), ElementsAre("daily@gate", "daily@corridor"));
  EXPECT_THAT(mine("guard"), ElementsAre("daily@gate")) << "the corridor is the teacher's";
  EXPECT_THAT(mine("safety"), ElementsAre("daily@gate", "weekly@corridor"));
  EXPECT_THAT(mine("principal"), ElementsAre("weekly@corridor"));
  EXPECT_THAT(mine("officer"), IsEmpty());
  EXPECT_EQ(key(tasks("fireman")), "authority.forbidden") << "a department has no checklists";
}

TEST_F(TasksOfATown, AreSeenByWhoOversees) {
  auto listed = tasks("officer", town.places["school"]);
  ASSERT_TRUE(listed);
  EXPECT_THAT(*listed, SizeIs(3));
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
    EXPECT_EQ(task.state, task.point.id == corridor ? "done" : "due") << task.point.name;
  pass(kDayMs);
  auto next_day = tasks("teacher");
  ASSERT_TRUE(next_day);
  for (const auto& task : *next_day) EXPECT_EQ(task.state, "due");
  auto lines = town.lines("DutyAnswered");
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].at("presence").as_string(), "qr");
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
  EXPECT_THAT(tasks("teacher")->at(1).answer->matters, ElementsAre(answer.matters[0].id));
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
  EXPECT_EQ(again->answer.at("matters"), first->answer.at("matters"));
  EXPECT_EQ(again->answer.at("items"), first->answer.at("items"));
  EXPECT_EQ(again->answer.at("known_at"), first->answer.at("known_at"));
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

TEST_F(TasksOfATown, AreAnsweredInThePeriodTheyHappenedIn) {
  EXPECT_EQ(key(give("teacher", good(), {}, "daily_inspection", "2026-03-01")),
            "task.wrong_period");
  EXPECT_EQ(key(give("teacher", good(), {}, "daily_inspection", "2026-W10")), "task.wrong_period");
  EXPECT_EQ(key(give("teacher", good(), {}, "daily_inspection", "today")), "task.wrong_period");
  auto yesterday = good();
  yesterday.happened_at = "2026-03-01T23:30:00+08:00";
  EXPECT_EQ(key(give("teacher", yesterday, {}, "daily_inspection", "2026-03-01")), "taken");
  auto future = good();
  future.happened_at = "2026-03-03T07:20:00+08:00";
  EXPECT_EQ(key(give("teacher", future, {}, "daily_inspection", "2026-03-03")),
            "task.from_the_future");
  future.happened_at = "soon";
  EXPECT_EQ(key(give("teacher", future)), "time.malformed");
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
