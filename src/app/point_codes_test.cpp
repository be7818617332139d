#include "usecases/point_codes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_town.h"
#include "usecases/ledgers.h"

namespace anxiao::app {
namespace {

using testing::IsEmpty;
using testing::MatchesRegex;
using testing::SizeIs;

class SheetsOfATown : public testing::Test {
 protected:
  std::string add_point(const std::string& name, const std::string& login = "officer",
                        const std::string& where = "school") {
    auto id = town.id();
    town.write([&](usecases::Transaction& t) {
      return usecases::create_row(
          t, town.as(login), "points",
          {.id = id,
           .organisation = town.places[where],
           .fields = {{"name", name}, {"place", name + "旁"}, {"checklists", "daily"}}});
    });
    return id;
  }
  Result<usecases::PointCode> code(const std::string& login, const std::string& point) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::read_point_code(t, town.as(login), point);
    });
  }
  Result<std::vector<usecases::Sheet>> sheets(const std::string& login,
                                              const std::string& where = "school") {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::list_sheets(t, town.as(login), town.places[where]);
    });
  }
  std::string checked(const std::string& point) {
    return town.read(
        [&](usecases::Reader& reader) { return usecases::code_of_point(reader, point); });
  }
  template <class T>
  static std::string key(const Result<T>& result) {
    return result ? "taken" : result.error().key;
  }
  Town town;
};

TEST_F(SheetsOfATown, HaveNoCodeBeforeTheFirstIsPrinted) {
  EXPECT_EQ(checked(add_point("南门")), "");
}

TEST_F(SheetsOfATown, HaveACodeThatStaysAndDiffersFromPointToPoint) {
  auto gate = add_point("南门"), roof = add_point("楼顶");
  auto first = code("safety", gate);
  ASSERT_TRUE(first);
  EXPECT_THAT(first->code, MatchesRegex("[a-z2-7]{12}"));
  EXPECT_EQ(code("principal", gate)->code, first->code);
  EXPECT_EQ(checked(gate), first->code);
  EXPECT_NE(checked(roof), first->code);
}

TEST_F(SheetsOfATown, AreForWhoeverMayChangeThePoint) {
  auto gate = add_point("南门");
  for (const char* login : {"guard", "teacher", "leader", "far_principal", "far_officer"}) {
    EXPECT_EQ(key(code(login, gate)), "authority.forbidden") << login;
    EXPECT_EQ(key(sheets(login)), "authority.forbidden") << login;
  }
  EXPECT_EQ(key(code("safety", town.id())), "not_found");
  EXPECT_EQ(key(code("officer", gate)), "taken");
}

TEST_F(SheetsOfATown, AreThoseOfThePointsOnTheListHere) {
  auto gate = add_point("南门"), roof = add_point("楼顶");
  add_point("别处", "officer", "middle");
  auto all = sheets("safety");
  ASSERT_THAT(*all, SizeIs(2));
  for (const auto& sheet : *all) EXPECT_EQ(sheet.code, checked(sheet.point.id));
  town.write([&](usecases::Transaction& t) {
    return usecases::end_row(t, town.as("safety"), "points", gate);
  });
  all = sheets("safety");
  ASSERT_THAT(*all, SizeIs(1));
  EXPECT_EQ(all->at(0).point.name, "楼顶");
  EXPECT_EQ(all->at(0).place, "楼顶旁");
  EXPECT_EQ(key(code("safety", gate)), "not_found");
  EXPECT_THAT(*sheets("officer", "east"), IsEmpty());
}

}  // namespace
}  // namespace anxiao::app
