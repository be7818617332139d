#include "app/simulation/simulation.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "app/simulation/filling.h"
#include "app/simulation/picture.h"
#include "app/simulation/town.h"
#include "domain/facts/fields.h"
#include "store/temporary_folder.h"
#include "store/test_store.h"
#include "usecases/answer_items.h"
#include "usecases/attachment_bytes.h"

namespace anxiao::app::simulation {
namespace {

namespace json = boost::json;

std::shared_ptr<const pack::Pack> the_pack() {
  static const auto kPack = pack::load("pack/cq-2017-193").pack;
  return kPack;
}

Script the_script() { return *read_script(kScriptFile); }

TEST(Dice, FallTheSameForTheSameSeedAndNameAndOtherwiseNot) {
  const Dice one(7), same(7), other(8);
  EXPECT_EQ(one.throw_for("school 1"), same.throw_for("school 1"));
  EXPECT_NE(one.throw_for("school 1"), other.throw_for("school 1"));
  EXPECT_NE(one.throw_for("school 1"), one.throw_for("school 2"));
}

TEST(Dice, FallEvenly) {
  const Dice dice(1);
  int low = 0;
  for (int i = 0; i < 10'000; ++i) low += dice.happens(0.3, "throw " + std::to_string(i)) ? 1 : 0;
  EXPECT_NEAR(low, 3000, 150);
}

TEST(Behaviours, AreSharedOutAsTheScriptSays) {
  const auto script = the_script();
  const Dice dice(3);
  std::map<std::string, int> count;
  for (int i = 0; i < 10'000; ++i)
    count[behaviour_of(script, dice, "school " + std::to_string(i)).id] += 1;
  double all = 0;
  for (const auto& each : script.behaviours) all += each.share;
  for (const auto& each : script.behaviours)
    EXPECT_NEAR(count[each.id], 10'000 * each.share / all, 300) << each.id;
}

class Filling : public testing::Test {
 protected:
  Desk desk() {
    return {.script = script,
            .dice = dice,
            .zone = zone,
            .now = now,
            .today = zone.day_of(now),
            .occasion = "a test",
            .person = "500190.019331c5-0000-7000-8000-000000000001",
            .people = {"500190.019331c5-0000-7000-8000-000000000001"},
            .photo = std::string(64, 'a'),
            .places = &places};
  }

  const Script script = the_script();
  const Dice dice{1};
  const Zone zone{"Asia/Shanghai"};
  const Instant now = *parse_instant("2026-03-02T09:00:00+08:00");
  const std::map<std::string, std::vector<std::string>> places{
      {"department", {"500190.019331c5-0000-7000-8000-000000000002"}}};
};

TEST_F(Filling, GivesEveryFieldOfEveryLedgerAndLoopAValueThatItTakes) {
  const auto pack = the_pack();
  ASSERT_TRUE(pack);
  const auto takes = [&](const std::string& of, const pack::Field& field) {
    const auto value = value_for(desk(), field);
    if (value.is_null()) return;
    EXPECT_EQ(facts::fault_of(field, value), "") << of << "." << field.id;
  };
  for (const auto& ledger : pack->ledgers)
    for (const auto& field : ledger.fields) takes(ledger.id, field);
  for (const auto& chart : pack->charts)
    for (const auto& field : chart.fields) takes(chart.id, field);
}

TEST_F(Filling, AnswersEveryChecklistInOrderAndFindsWhatIsBad) {
  for (const auto& checklist : the_pack()->checklists) {
    const auto good = usecases::judge_items(checklist, items_for(desk(), checklist, {}));
    ASSERT_TRUE(good) << checklist.id << ": " << good.error().detail;
    EXPECT_TRUE(good->found.empty()) << checklist.id;
    EXPECT_TRUE(good->missing.empty()) << checklist.id;
    for (const auto& item : checklist.items) {
      if (item.category.empty() || item.asks != pack::Asks::state) continue;
      const auto bad = usecases::judge_items(checklist, items_for(desk(), checklist, {item.id}));
      ASSERT_TRUE(bad) << checklist.id << "." << item.id << ": " << bad.error().detail;
      ASSERT_EQ(bad->found.size(), 1u) << checklist.id << "." << item.id;
      EXPECT_EQ(bad->found.front().item->id, item.id);
    }
  }
}

TEST(Picture, IsAPngOfWhichAWorkingCopyCanBeMade) {
  const auto picture = plain_picture();
  EXPECT_EQ(usecases::type_of(picture), usecases::kPng);
  EXPECT_TRUE(usecases::without_metadata(usecases::kPng, picture));
}

TEST(Term, IsTheOneThatRunsOnceItHasSomethingToShowElseTheOneBefore) {
  const Zone zone("Asia/Shanghai");
  const auto first = [&](const char* now) {
    return format_day(first_day_of_term(*the_pack(), zone, *parse_instant(now)));
  };
  const auto autumn = first("2026-11-24T08:00:00+08:00");
  EXPECT_EQ(autumn.substr(0, 7), "2026-09");
  EXPECT_EQ(first("2026-08-01T08:00:00+08:00").substr(0, 4), "2026");
  EXPECT_LT(first("2026-09-03T08:00:00+08:00"), "2026-04-01");
}

class LivedCity : public testing::Test {
 protected:
  Simulated live(int days, std::uint64_t seed) {
    folder = std::make_unique<store::TemporaryFolder>();
    const auto until = *parse_instant("2026-03-21T07:00:00+08:00");
    const auto from = zone.day_of(until).plus(-days);
    store = store::test_store(folder->path(), until);
    auto founded =
        found_simulated_city(*store, *the_pack(), zone, script, Dice(seed), zone.start_of(from), 6);
    EXPECT_TRUE(founded) << founded.error().detail;
    usecases::AttachmentFiles files(folder->path() / "attachments");
    auto lived = simulate(*store, files, *the_pack(), pack::load_holidays("pack/calendar").years,
                          zone, script, {.from = from, .until = until, .seed = seed});
    EXPECT_TRUE(lived) << lived.error().detail;
    return lived ? *lived : Simulated{};
  }
  std::int64_t number(const std::string& sql) {
    std::int64_t out = -1;
    store->read([&](usecases::Reader& reader) {
      reader.query(sql, {}, [&](const usecases::Row& row) { out = row.integer(0); });
    });
    return out;
  }

  const Zone zone{"Asia/Shanghai"};
  const Script script = the_script();
  std::unique_ptr<store::TemporaryFolder> folder;
  std::unique_ptr<usecases::Store> store;
};

TEST_F(LivedCity, DoesWhatItIsAskedMostOfTheTimeAndIsRefusedNothing) {
  const auto lived = live(12, 5);
  EXPECT_EQ(lived.days, 13);
  EXPECT_GT(lived.answers, 500);
  EXPECT_GT(lived.misses, 20);
  EXPECT_GT(lived.rows, 100);
  EXPECT_LT(lived.misses, lived.answers / 2);
  EXPECT_EQ(number("SELECT COUNT(*) FROM answers"), lived.answers);
  EXPECT_EQ(number("SELECT COUNT(*) FROM misses"), lived.misses);
  // Nothing is known before it happened or after the end.
  EXPECT_EQ(number("SELECT COUNT(*) FROM answers WHERE known_at < happened_at"), 0);
  EXPECT_EQ(number("SELECT COUNT(*) FROM journal WHERE known_at > " +
                   std::to_string(parse_instant("2026-03-21T07:00:00+08:00")->ms)),
            0);
  for (const auto& [what, count] : lived.refused) ADD_FAILURE() << count << " times " << what;
}

TEST_F(LivedCity, LivesTheSameAgainWithTheSameSeed) {
  const auto once = live(4, 9);
  const auto again = live(4, 9);
  EXPECT_EQ(once.answers, again.answers);
  EXPECT_EQ(once.misses, again.misses);
  EXPECT_EQ(once.rows, again.rows);
  EXPECT_NE(live(4, 10).answers, 0);
}

}  // namespace
}  // namespace anxiao::app::simulation
