#include "usecases/expiring.h"

#include <gtest/gtest.h>

#include "app/test_town.h"
#include "usecases/ledgers.h"

namespace anxiao::app {
namespace {

namespace json = boost::json;

class RowsThatExpire : public testing::Test {
 protected:
  // `days` from today.
  std::string day(int days) { return format_day(town.zone.day_of(town.now).plus(days)); }
  std::string enter(const std::string& login, const std::string& at, const std::string& ledger,
                    const json::object& fields) {
    const auto id = town.id(std::string(district_of(town.places[at])));
    const auto made = town.changed([&](usecases::Transaction& t) {
      return usecases::create_row(t, town.as(login), ledger, {id, town.places[at], fields});
    });
    if (!made) ADD_FAILURE() << made.error().key << " " << made.error().detail;
    return id;
  }
  std::string counsel(const std::string& name, int days) {
    return enter("safety", "school", "counsels",
                 {{"name", name}, {"phone", "023"}, {"ends_on", day(days)}});
  }
  std::string titles(const std::string& login) {
    std::string out;
    const auto found = town.read(
        [&](usecases::Reader& reader) { return usecases::list_expiring(reader, town.as(login)); });
    for (const auto& row : found.items) out += row.title + " ";
    return out;
  }
  Town town;
};

TEST_F(RowsThatExpire, SpeakThirtyDaysBeforeUpToTheLastDayOnWhichTheyHold) {
  counsel("30", 30);
  counsel("31", 31);
  counsel("0", 0);
  counsel("past", -1);
  EXPECT_EQ(titles("safety"), "0 30 ");
  town.now = town.now.plus_ms(kDayMs);
  EXPECT_EQ(titles("safety"), "30 31 ");
}

TEST_F(RowsThatExpire, SpeakToThoseWhoKeepThem) {
  counsel("school's", 5);
  enter("officer", "east", "lawyers",
        {{"name", "district's"}, {"phone", "023"}, {"ends_on", day(5)}});
  EXPECT_EQ(titles("safety"), "school's ");
  EXPECT_EQ(titles("principal"), "school's ");
  EXPECT_EQ(titles("officer"), "district's ");
  for (const char* other : {"guard", "teacher", "far_principal", "far_officer", "leader", "admin"})
    EXPECT_EQ(titles(other), "") << other;
}

TEST_F(RowsThatExpire, AreThoseThatACheckAsksAbout) {
  const json::object policy = {{"number", "liability"}, {"sort", "liability"},
                               {"insurer", "i"},        {"starts_on", day(-300)},
                               {"ends_on", day(9)},     {"paid_by", "budget"}};
  enter("safety", "school", "policies", policy);
  auto other = policy;
  other["number"] = "staff";
  other["sort"] = "staff";
  enter("safety", "school", "policies", other);
  EXPECT_EQ(titles("safety"), "liability ");
}

TEST_F(RowsThatExpire, AreCountedAsTheListOfTheirLedgerShowsThem) {
  for (int days : {-3, 2, 4, 6, 90}) counsel("c" + std::to_string(days), days);
  const auto found = town.read(
      [&](usecases::Reader& reader) { return usecases::list_expiring(reader, town.as("safety")); });
  ASSERT_EQ(found.ledgers.size(), 1u);
  EXPECT_EQ(found.all, 3);
  EXPECT_EQ(found.ledgers[0].count, 3);
  const auto listed = [&](const std::string& which) {
    usecases::RowFilter filter;
    filter.organisation = found.ledgers[0].organisation.id;
    filter.exact = true;
    filter.expiring = which;
    return town.read([&](usecases::Reader& reader) {
      return usecases::all_rows(reader, town.as("safety"), "counsels", filter);
    });
  };
  const auto soon = listed("soon");
  ASSERT_EQ(soon->size(), 3u);
  for (std::size_t at = 0; at < 3; ++at) EXPECT_EQ(soon->at(at).id, found.items[at].id);
  EXPECT_EQ(listed("past")->size(), 1u);
}

TEST_F(RowsThatExpire, SayNothingOnceTheyHaveEnded) {
  const auto id = counsel("ended", 5);
  EXPECT_EQ(titles("safety"), "ended ");
  ASSERT_TRUE(town.changed([&](usecases::Transaction& t) {
    return usecases::end_row(t, town.as("safety"), "counsels", id);
  }));
  EXPECT_EQ(titles("safety"), "");
}

}  // namespace
}  // namespace anxiao::app
