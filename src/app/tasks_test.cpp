#include "usecases/tasks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_answers.h"

namespace anxiao::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class TasksOfATown : public TownThatAnswers {
 protected:
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
  const auto& answer = given->answer;
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

}  // namespace
}  // namespace anxiao::app
