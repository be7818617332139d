#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <thread>

#include "base/hash.h"
#include "base/ids.h"
#include "base/json_map.h"
#include "base/text.h"
#include "base/time.h"

namespace anxiao {
namespace {

TEST(Time, ReadsAnInstantWithItsOffset) {
  auto at = parse_instant("2026-03-02T07:30:00+08:00");
  ASSERT_TRUE(at);
  EXPECT_EQ(format_utc(*at), "2026-03-01T23:30:00.000Z");
  EXPECT_EQ(parse_instant("2026-03-01T23:30Z")->ms, at->ms);
  EXPECT_EQ(parse_instant("2026-03-01T23:30:00.125Z")->ms, at->ms + 125);
}

TEST(Time, RefusesWhatIsNoInstant) {
  for (auto text :
       {"", "2026-03-02", "2026-02-30T07:30:00Z", "2026-03-02T07:30:00", "2026-03-02T25:00:00Z",
        "2026-03-02T07:30:00+8", "2026-03-02T-7:30:00Z", "x026-03-02T07:30:00Z"})
    EXPECT_FALSE(parse_instant(text)) << text;
}

TEST(Time, TheDayIsTheZonesDay) {
  Zone zone("Asia/Shanghai");
  auto late_in_utc = *parse_instant("2026-03-01T16:00:00Z");
  EXPECT_EQ(format_day(zone.day_of(late_in_utc)), "2026-03-02");
  EXPECT_EQ(format_day(zone.day_of(late_in_utc.plus_ms(-1))), "2026-03-01");
  EXPECT_EQ(zone.start_of(zone.day_of(late_in_utc)).ms, late_in_utc.ms);
  EXPECT_EQ(zone.format(late_in_utc), "2026-03-02T00:00:00.000+08:00");
  EXPECT_EQ(zone.minute_of_day(late_in_utc.plus_ms(90 * kMinuteMs)), 90);
}

TEST(Time, WeeksFollowIso8601) {
  EXPECT_EQ(iso_week_of(*parse_day("2026-01-01")), "2026-W01");
  EXPECT_EQ(iso_week_of(*parse_day("2027-01-01")), "2026-W53");
  EXPECT_EQ(iso_week_of(*parse_day("2024-12-30")), "2025-W01");
  EXPECT_EQ(weekday_of(*parse_day("2026-03-02")), 1);
}

TEST(Time, AFileClockFollowsItsFile) {
  std::string path = testing::TempDir() + "anxiao_clock_" + new_uuid({0});
  std::ofstream(path) << "2026-03-02T07:30:00+08:00\n";
  auto clock = make_clock("file:" + path);
  ASSERT_TRUE(clock);
  auto first = (*clock)->now();
  std::ofstream(path) << "2026-03-03T07:30:00+08:00\n";
  EXPECT_EQ((*clock)->now().ms, first.ms + kDayMs);
  std::ofstream(path) << "";
  EXPECT_EQ((*clock)->now().ms, first.ms + kDayMs);
  std::remove(path.c_str());
  EXPECT_FALSE(make_clock("soon"));
  EXPECT_FALSE(make_clock("from:2026-03-02T07:30:00+08:00*-1"));
}

TEST(Ids, CarryTheirDistrictAndRise) {
  std::set<std::string> seen;
  std::string before;
  for (int i = 0; i < 5000; ++i) {
    auto id = new_id("500190", {1772400000000});
    EXPECT_TRUE(is_id(id)) << id;
    EXPECT_EQ(district_of(id), "500190");
    EXPECT_LT(before, id);
    EXPECT_TRUE(seen.insert(id).second);
    before = id;
  }
}

TEST(Ids, AreUniqueAcrossThreads) {
  std::vector<std::vector<std::string>> made(4);
  std::vector<std::thread> threads;
  for (auto& mine : made)
    threads.emplace_back([&mine] {
      for (int i = 0; i < 2000; ++i) mine.push_back(new_uuid({1772400000000}));
    });
  for (auto& thread : threads) thread.join();
  std::set<std::string> all;
  for (auto& mine : made) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 8000u);
}

TEST(Ids, RefusesAnotherDistrictsId) {
  auto id = new_id("500190", {0});
  EXPECT_TRUE(check_id(id, "id", "500190"));
  EXPECT_EQ(check_id(id, "id", "500101").error().key, "id.other_district");
  EXPECT_EQ(check_id("nonsense", "id").error().field, "id");
}

TEST(Hash, IsKeyedAsPublished) {
  // RFC 4231, 4.3.
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Hash, IsReadOutInBase32AsPublished) {
  // RFC 4648, 10.
  EXPECT_EQ(to_base32(""), "");
  EXPECT_EQ(to_base32("f"), "my");
  EXPECT_EQ(to_base32("fo"), "mzxq");
  EXPECT_EQ(to_base32("foo"), "mzxw6");
  EXPECT_EQ(to_base32("foobar"), "mzxw6ytboi");
}

TEST(Hash, GivesThePublishedValues) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sm3_hex("abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
  Sha256 pieces;
  pieces.feed("a");
  pieces.feed("bc");
  EXPECT_EQ(to_hex(pieces.finish()), sha256_hex("abc"));
  EXPECT_EQ(from_hex("6162"), "ab");
  EXPECT_EQ(from_hex("zz"), "");
}

TEST(Text, KnowsWellFormedUtf8) {
  EXPECT_TRUE(is_utf8("安校 safe"));
  EXPECT_TRUE(is_utf8("\xf0\x9f\x98\x80"));
  for (std::string bad :
       {std::string("\xc0\x80"), std::string("\xed\xa0\x80"), std::string("\xe5\xae"),
        std::string("\xff"), std::string(1, '\0'), std::string("\xf4\x90\x80\x80")})
    EXPECT_FALSE(is_utf8(bad));
  EXPECT_EQ(length_of("安校"), 2u);
  EXPECT_EQ(trimmed("\xef\xbb\xbf \xe3\x80\x80安校\r\n"), "安校");
}

struct Place {
  std::string name;
  std::optional<int> floors;
};
BOOST_DESCRIBE_STRUCT(Place, (), (name, floors))
struct Filed {
  std::string id;
  std::vector<Place> places;
};
BOOST_DESCRIBE_STRUCT(Filed, (), (id, places))

TEST(JsonMap, NamesTheFieldThatIsWrong) {
  EXPECT_EQ(read_text<Filed>(R"({"id":"a","places":[{"name":"gate"},{"name":3}]})").error().field,
            "places[1].name");
  EXPECT_EQ(read_text<Filed>(R"({"id":"a"})").error().key, "body.required");
  EXPECT_EQ(read_text<Filed>(R"({"id":"a","places":[],"more":1})").error().key, "body.unknown");
  EXPECT_EQ(read_text<Filed>("{").error().key, "body.not_json");
  EXPECT_FALSE(read_text<Filed>(std::string(100, '[')));
  auto good = read_text<Filed>(R"({"id":"a","places":[{"name":"gate","floors":null}]})");
  ASSERT_TRUE(good);
  EXPECT_EQ(json::serialize(write(*good)),
            R"({"id":"a","places":[{"name":"gate","floors":null}]})");
  EXPECT_EQ(schema<Filed>().at("required").as_array().size(), 2u);
}

TEST(JsonMap, WritesTheSameTextWithAndWithoutAValue) {
  Filed filed{"a \"quoted\" \\ line\n\t\x01 安校", {{"gate", 3}, {"", std::nullopt}}};
  std::string text;
  append_text(text, filed);
  EXPECT_EQ(json::parse(text), write(filed));
  EXPECT_EQ(read_text<Filed>(text)->id, filed.id);
}

TEST(Text, HasAWordBetweenCommasAndNoPartOfOne) {
  EXPECT_TRUE(has_word("daily,weekly", "weekly"));
  EXPECT_TRUE(has_word("daily", "daily"));
  EXPECT_FALSE(has_word("daily,weekly", "week"));
  EXPECT_FALSE(has_word("", "daily"));
}

}  // namespace
}  // namespace anxiao
