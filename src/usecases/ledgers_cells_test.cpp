#include "usecases/ledgers_cells.h"

#include <gtest/gtest.h>

namespace anxiao::usecases {
namespace {

namespace json = boost::json;

std::string day(std::string_view text) {
  const auto found = day_of_cell(text);
  return found ? format_day(*found) : "none";
}

TEST(ACell, IsReadAsADayHoweverPeopleWriteIt) {
  for (const char* text :
       {"2026-01-02", "2026/1/2", "2026.1.2", "2026年1月2日", "2026年01月02日", "20260102", "46024",
        "46024.5", " 2026-1-2 ", "2026-01-02 00:00:00", "2026-01-02T07:30"})
    EXPECT_EQ(day(text), "2026-01-02") << text;
}

TEST(ACell, IsNoDayWhereItCouldBeMeantInTwoWaysOrIsNone) {
  for (const char* text : {"", "1/2/2026", "02-01-2026", "2026-13-01", "2026-02-30", "2026", "12",
                           "tomorrow", "2026-01", "2026-01-02x", "2026-1-2-3", "99999999"})
    EXPECT_EQ(day(text), "none") << text;
}

TEST(ACell, IsReadAsAMomentOfTheZone) {
  const Zone zone("Asia/Shanghai");
  for (const char* text : {"2026-01-02 07:30", "2026/1/2 7:30", "2026年1月2日 7:30",
                           "2026-01-02T07:30:00+08:00", "46024.3125"}) {
    const auto found = moment_of_cell(zone, text);
    ASSERT_TRUE(found) << text;
    EXPECT_EQ(zone.format(*found), "2026-01-02T07:30:00.000+08:00") << text;
  }
  for (const char* text : {"2026-01-02", "7:30", "2026-01-02 25:00", "2026-01-02 7"})
    EXPECT_FALSE(moment_of_cell(zone, text)) << text;
}

class ACellOfAField : public testing::Test {
 protected:
  ACellOfAField() : zone("Asia/Shanghai") {
    pack.columns["yes"] = {"是", "yes", "1"};
    pack.columns["no"] = {"否", "no", "0"};
  }
  std::string read(const std::string& type, std::string_view text, bool choices = false) {
    pack::Field field;
    field.id = "f";
    field.type = type;
    if (choices)
      field.choices = {{"liability", {"校方责任险", "School liability"}},
                       {"meal", {"食品安全责任险", "Food, and drink"}}};
    const auto value = value_of_cell(pack, zone, field, text);
    if (!value) return json::value_to<std::string>(value.error().args.at("fault"));
    return json::serialize(*value);
  }
  pack::Pack pack;
  Zone zone;
};

TEST_F(ACellOfAField, IsReadByTheWordsOfItsChoices) {
  EXPECT_EQ(read("choice", "校方责任险", true), "\"liability\"");
  EXPECT_EQ(read("choice", "school LIABILITY", true), "\"liability\"");
  EXPECT_EQ(read("choice", "liability", true), "\"liability\"");
  EXPECT_EQ(read("choice", "车险", true), "choice");
  EXPECT_EQ(read("text", "食品安全责任险、校方责任险", true), "\"meal,liability\"");
  EXPECT_EQ(read("text", "校方责任险; 校方责任险", true), "\"liability\"");
  EXPECT_EQ(read("text", "Food, and drink", true), "\"meal\"");
  EXPECT_EQ(read("text", "校方责任险，车险", true), "choice");
}

TEST_F(ACellOfAField, IsReadAsItsTypeAsks) {
  EXPECT_EQ(read("flag", "是"), "true");
  EXPECT_EQ(read("flag", "NO"), "false");
  EXPECT_EQ(read("flag", "0"), "false");
  EXPECT_EQ(read("flag", "也许"), "flag");
  EXPECT_EQ(read("money", "¥12,000.50"), "1.20005E4");
  EXPECT_EQ(read("money", "4200元"), "4200");
  EXPECT_EQ(read("integer", "12"), "12");
  EXPECT_EQ(read("integer", "十二"), "number");
  EXPECT_EQ(read("number", "nan"), "number");
  EXPECT_EQ(read("day", "2026/1/2"), "\"2026-01-02\"");
  EXPECT_EQ(read("day", "soon"), "day");
  EXPECT_EQ(read("text", " 0012 "), "\"0012\"");
  EXPECT_EQ(read("text", "  "), "null");
}

}  // namespace
}  // namespace anxiao::usecases
