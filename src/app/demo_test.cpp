#include "app/demo.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "app/test_town.h"
#include "base/json_map.h"

namespace anxiao::app {
namespace {

// Makes the demonstration of `text` on `day` in a store of its own.
class Demonstration {
 public:
  Result<std::vector<Shown>> make(const std::string& text, const std::string& day) {
    auto file = folder_.path() / "demo.json";
    std::ofstream(file) << text;
    return make_demo(store, *pack_, zone_, *parse_instant(day + "T07:30:00+08:00"), file);
  }

  // The fields of a ledger's rows, as they are kept.
  std::vector<json::object> rows(const std::string& ledger) {
    std::vector<json::object> out;
    store.read([&](usecases::Reader& reader) {
      reader.query("SELECT fields FROM ledger_rows WHERE ledger = $1", {ledger},
                   [&](const usecases::Row& row) {
                     out.push_back(json::parse(std::string(row.text(0))).as_object());
                   });
    });
    return out;
  }

 private:
  store::TemporaryFolder folder_;
  std::shared_ptr<const pack::Pack> pack_ = test_pack();
  Zone zone_{"Asia/Shanghai"};

 public:
  store::sqlite::SqliteStore store{{.path = folder_.path() / "demo.sqlite", .now = {0}}};
};

std::string small(const std::string& rows) {
  return R"({"root": {"code": "500000", "name": "演示市"},
    "district": {"code": "500190", "name": "云溪区"},
    "departments": [{"key": "police", "name": "云溪区公安分局", "facets": {"office": "police"}}],
    "schools": [{"key": "s1", "kind": "primary", "name": "云溪区松林小学"}],
    "people": [{"key": "head", "login": "head", "name": "校小长", "at": "s1", "posts": ["principal"]}],
    "rows": [)" +
         rows + "]}";
}

TEST(Demo, DaysCountFromTheDayOfTheFirstStart) {
  Demonstration demo;
  auto made = demo.make(small(R"({"ledger": "counsels", "at": "s1", "fields":
      {"name": "春和律师事务所", "phone": "023-4000", "ends_on": "+90d"}},
      {"ledger": "counsels", "at": "s1", "fields":
      {"name": "春和律师事务所", "phone": "023-4000", "ends_on": "-1d"}},
      {"ledger": "counsels", "at": "s1", "fields":
      {"name": "春和律师事务所", "phone": "023-4000", "ends_on": "2026-12-31"}})"),
                        "2026-03-01");
  ASSERT_TRUE(made) << made.error().detail;
  std::vector<std::string> days;
  for (const auto& each : demo.rows("counsels")) days.emplace_back(each.at("ends_on").as_string());
  std::ranges::sort(days);
  EXPECT_EQ(days, (std::vector<std::string>{"2026-02-28", "2026-05-30", "2026-12-31"}));
}

TEST(Demo, EveryPlaceKeepsItsOwnRows) {
  Demonstration demo;
  auto made = demo.make(small(R"({"ledger": "spokespersons", "at": "s1", "fields":
      {"name": "发言人", "person": "head", "appointed_on": "-9d"}},
      {"ledger": "funds", "at": "district", "fields": {"name": "风险基金", "sort": "risk"}},
      {"ledger": "police_offices", "at": "police", "fields":
      {"name": "松林警务室", "school": "s1", "officer": "警小察", "phone": "023-4110"}})"),
                        "2026-03-01");
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_EQ(demo.rows("spokespersons").size(), 1U);
  EXPECT_EQ(demo.rows("funds").size(), 1U);
  ASSERT_EQ(demo.rows("police_offices").size(), 1U);
  EXPECT_TRUE(check_id(demo.rows("police_offices")[0].at("school").as_string(), "school"));
}

TEST(Demo, NamesTheRowThatIsWrong) {
  for (const auto* row :
       {R"({"ledger": "spokespersons", "at": "s1", "fields":
           {"name": "发言人", "person": "stranger", "appointed_on": "-9d"}})",
        R"({"ledger": "spokespersons", "at": "s1", "fields": {"name": "发言人"}})"}) {
    Demonstration demo;
    auto made = demo.make(small(row), "2026-03-01");
    ASSERT_FALSE(made);
    EXPECT_TRUE(made.error().detail.starts_with("spokespersons of s1: ")) << made.error().detail;
    EXPECT_TRUE(is_empty(demo.store)) << "half a demonstration was left behind";
  }
}

// Schools that stand differently, and a roster that is begun, on whatever day.
TEST(Demo, TheFileOfTheRepositoryIsTakenOnAnyDay) {
  for (const auto* day : {"2026-03-02", "2026-08-31", "2028-02-29"}) {
    Demonstration demo;
    std::ifstream in(std::string(ANXIAO_SOURCE) + "/" + kDemoFile);
    std::ostringstream text;
    text << in.rdbuf();
    auto made = demo.make(text.str(), day);
    ASSERT_TRUE(made) << made.error().detail;
    int valid = 0, expired = 0;
    for (const auto& each : demo.rows("policies"))
      ++(std::string(each.at("ends_on").as_string()) >= day ? valid : expired);
    EXPECT_GT(valid, 0);
    EXPECT_GT(expired, 0);
    EXPECT_GT(demo.rows("rosters").size(), 1U);
  }
}

}  // namespace
}  // namespace anxiao::app
