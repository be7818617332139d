// Who answers for what: the list follows from the pack, from what an organisation is, and from who
// holds its posts now; names are for those who may read people.

#include "usecases/duty_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "app/test_town.h"

namespace anxiao::app {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class DutyLists : public testing::Test {
 protected:
  Result<usecases::DutyList> duties(const std::string& where, const std::string& login) {
    return town.read([&](usecases::Reader& reader) {
      return usecases::read_duty_list(reader, town.as(login), town.places.at(where));
    });
  }
  Result<usecases::DepartmentList> departments(const std::string& where, const std::string& login) {
    return town.read([&](usecases::Reader& reader) {
      return usecases::read_department_list(reader, town.as(login), town.places.at(where));
    });
  }
  void call_it(const std::string& where, const std::string& office) {
    town.write([&](usecases::Transaction& t) -> Result<void> {
      t.exec("UPDATE organisations SET facets = $1 WHERE district = $2 AND id = $3",
             {R"({"office":")" + office + R"("})", std::string(district_of(town.places.at(where))),
              town.places.at(where)});
      return {};
    });
  }
  static const usecases::ListedPost* post(const usecases::DutyList& list, const std::string& id) {
    auto found = std::ranges::find(list.posts, id, &usecases::ListedPost::post);
    return found == list.posts.end() ? nullptr : &*found;
  }
  template <class Items>
  static std::set<std::string> ids(const Items& items) {
    std::set<std::string> out;
    for (const auto& item : items) out.insert(item.id);
    return out;
  }

  Town town;
};

TEST_F(DutyLists, HoldWhatIsAskedOfSuchASchoolAndNothingElse) {
  auto list = duties("school", "principal");
  ASSERT_TRUE(list);
  EXPECT_THAT(ids(list->duties), Contains("daily_inspection"));
  EXPECT_THAT(ids(list->duties), Not(Contains("budget"))) << "that is for finance";
  EXPECT_THAT(ids(list->requirements), Contains("C07.13"));
  EXPECT_THAT(ids(list->requirements), Not(Contains("C10.7")));
  EXPECT_FALSE(list->office);
  for (const auto& duty : list->duties) {
    EXPECT_FALSE(duty.cycle.empty()) << duty.id;
    EXPECT_FALSE(duty.basis.empty()) << duty.id;
    EXPECT_TRUE(post(*list, duty.post)) << duty.id;
  }
}

TEST_F(DutyLists, SayWhoHoldsAPostAndWhichAreVacant) {
  auto list = duties("school", "principal");
  ASSERT_TRUE(list);
  const auto* manager = post(*list, "safety_manager");
  ASSERT_TRUE(manager && manager->people);
  EXPECT_TRUE(manager->held);
  EXPECT_EQ(manager->people->front().id, town.people["safety"]);
  auto other = duties("middle", "officer");
  ASSERT_TRUE(other);
  const auto* vacant = post(*other, "safety_manager");
  ASSERT_TRUE(vacant && vacant->people);
  EXPECT_FALSE(vacant->held);
  EXPECT_THAT(*vacant->people, IsEmpty());
}

TEST_F(DutyLists, NameNobodyToWhomPeopleAreNotShown) {
  auto list = duties("school", "teacher");
  ASSERT_TRUE(list);
  const auto* manager = post(*list, "safety_manager");
  ASSERT_TRUE(manager);
  EXPECT_TRUE(manager->held);
  EXPECT_FALSE(manager->people);
  EXPECT_THAT(usecases::as_csv(*town.pack, *list, "zh"), Not(HasSubstr("某safety")));
}

TEST_F(DutyLists, OfADepartmentFollowFromWhichDepartmentItIs) {
  call_it("fire", "market");
  auto list = duties("fire", "fireman");
  ASSERT_TRUE(list && list->office);
  EXPECT_EQ(list->office->id, "market");
  EXPECT_THAT(list->office->name.zh, HasSubstr("工商"));
  for (auto id : {"C10.13", "C10.14", "C10.16"}) EXPECT_THAT(ids(list->requirements), Contains(id));
  EXPECT_THAT(ids(list->duties), Contains("canteen_inspection"));
}

TEST_F(DutyLists, OfAllDepartmentsHoldEveryRequirementOfTheirs) {
  call_it("fire", "police");
  auto list = departments("school", "guard");
  ASSERT_TRUE(list) << "whoever works at a school of the district may see whose what is";
  std::set<std::string> owed;
  for (const auto& item : list->items)
    for (const auto& requirement : item.requirements) owed.insert(requirement.id);
  for (const auto& clause : town.pack->clauses)
    for (const auto& requirement : clause.requirements)
      if (clause.number == 10) {
        EXPECT_THAT(owed, Contains(requirement.id));
      }
  for (const auto& item : list->items) {
    const bool is_there = item.office.id == "police";
    EXPECT_THAT(item.organisations, SizeIs(is_there ? 1 : 0)) << item.office.id;
  }
}

TEST_F(DutyLists, OfTheEducationOfficeAreThoseThatTheDistrictAnswersFor) {
  auto list = departments("east", "officer");
  ASSERT_TRUE(list);
  const auto found = std::ranges::find_if(
      list->items, [](const auto& item) { return item.office.id == "education"; });
  ASSERT_NE(found, list->items.end());
  EXPECT_THAT(ids(found->duties), Contains("guide_rules"));
  for (const auto& item : list->items)
    EXPECT_THAT(ids(item.duties), Not(Contains("morning_check")))
        << item.office.id << ": what a school does is no department's";
}

TEST_F(DutyLists, AreRefusedToWhoeverDoesNotReachTheOrganisation) {
  auto far = duties("far", "principal");
  ASSERT_FALSE(far);
  EXPECT_EQ(far.error().key, "authority.forbidden");
  auto other = departments("far", "officer");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().key, "authority.forbidden");
  auto nowhere = town.read([&](usecases::Reader& reader) {
    return usecases::read_duty_list(reader, town.as("officer"), new_id("500190", town.now));
  });
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().why, Why::not_found);
}

TEST_F(DutyLists, GoIntoAFileLineByLine) {
  auto list = duties("school", "principal");
  ASSERT_TRUE(list);
  auto file = usecases::as_csv(*town.pack, *list, "zh");
  EXPECT_EQ(std::ranges::count(file, '\n'),
            static_cast<std::ptrdiff_t>(1 + list->duties.size() + list->requirements.size()));
  EXPECT_THAT(file, HasSubstr("某safety"));
  EXPECT_THAT(usecases::as_csv(*town.pack, *list, "en"), HasSubstr("Safety manager"));
}

}  // namespace
}  // namespace anxiao::app
