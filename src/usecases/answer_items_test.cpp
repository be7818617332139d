#include "usecases/answer_items.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "base/json_map.h"

namespace anxiao::usecases {
namespace {

using pack::Asks;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// A drill, with one item of each kind.
class AnswerItems : public testing::Test {
 protected:
  AnswerItems() {
    list.id = "drill";
    add("led", Asks::state, "drill").photo_wanted = true;
    auto& clear = add("clear_seconds", Asks::numbers, "drill");
    clear.most = 120;
    clear.unit = {.zh = "秒", .en = "s"};
    auto& absent = add("absent", Asks::number, {});
    absent.least = 0;
    absent.most = 3;
    absent.required = false;
    auto& route = add("route", Asks::choice, "drill");
    route.choices = {{.id = "free", .name = {.zh = "畅通", .en = "Free"}, .wrong = false},
                     {.id = "blocked", .name = {.zh = "被堵", .en = "Blocked"}, .wrong = true}};
    add("picture", Asks::photo, {});
    add("went_wrong", Asks::text, {}).required = false;
    add("signal_at", Asks::moment, {});
  }

  pack::ChecklistItem& add(const std::string& id, Asks asks, const std::string& category) {
    auto& item = list.items.emplace_back();
    item.id = id;
    item.asks = asks;
    item.category = category;
    return item;
  }

  static ItemAnswer blank(const std::string& item) {
    ItemAnswer answer;
    answer.item = item;
    return answer;
  }
  static std::vector<ItemAnswer> good() {
    std::vector<ItemAnswer> all;
    all.push_back(blank("led"));
    all.back().answer = ItemState::in_order;
    all.push_back(blank("clear_seconds"));
    all.back().numbers = {{"一号楼", 95}, {"二号楼", 120}};
    all.push_back(blank("route"));
    all.back().choice = "free";
    all.push_back(blank("picture"));
    all.back().photos = {sha256_hex("yard")};
    all.push_back(blank("signal_at"));
    all.back().moment = "10:05";
    return all;
  }
  static ItemAnswer& of(std::vector<ItemAnswer>& all, const std::string& item) {
    for (auto& each : all)
      if (each.item == item) return each;
    all.push_back(blank(item));
    return all.back();
  }
  Refusal refusal(const std::vector<ItemAnswer>& all) {
    auto judged = judge_items(list, all);
    EXPECT_FALSE(judged);
    return judged ? Refusal{} : judged.error();
  }
  // What is refused when one item is given so.
  template <class Change>
  std::pair<std::string, std::string> refused(const std::string& item, Change change) {
    auto all = good();
    change(of(all, item));
    auto found = refusal(all);
    return {found.key, found.field};
  }

  pack::Checklist list;
};

using Pair = std::pair<std::string, std::string>;

TEST_F(AnswerItems, AreInOrderWithinTheirLimits) {
  auto judged = judge_items(list, good());
  ASSERT_TRUE(judged) << judged.error().key << judged.error().field;
  EXPECT_THAT(judged->found, IsEmpty());
  EXPECT_THAT(judged->missing, IsEmpty()) << "what is not required may be left out";
  for (const auto& each : judged->items) EXPECT_EQ(each.answer, ItemState::in_order) << each.item;
}

TEST_F(AnswerItems, SayWhatMustBeAnsweredStill) {
  auto judged = judge_items(list, {});
  ASSERT_TRUE(judged);
  EXPECT_THAT(judged->missing,
              ElementsAre("led", "clear_seconds", "route", "picture", "signal_at"));
}

TEST_F(AnswerItems, AreNotInOrderOutsideTheirLimitsWhateverIsClaimed) {
  auto all = good();
  of(all, "clear_seconds").numbers = {{"一号楼", 95}, {"二号楼", 120.5}};
  of(all, "clear_seconds").answer = ItemState::in_order;
  of(all, "route").choice = "blocked";
  of(all, "route").note = "东楼梯 ";
  of(all, "absent").number = 4;
  auto judged = judge_items(list, all);
  ASSERT_TRUE(judged);
  EXPECT_THAT(judged->not_in_order, ElementsAre("clear_seconds", "route", "absent"));
  ASSERT_THAT(judged->found, SizeIs(2)) << "without a category nothing is opened";
  EXPECT_EQ(judged->found[0].note, "二号楼 120.5 秒");
  EXPECT_EQ(judged->found[1].note, "东楼梯; 被堵");
}

TEST_F(AnswerItems, MayNotApply) {
  auto all = good();
  of(all, "clear_seconds") = blank("clear_seconds");
  of(all, "clear_seconds").answer = ItemState::not_applicable;
  auto judged = judge_items(list, all);
  ASSERT_TRUE(judged);
  EXPECT_EQ(of(judged->items, "clear_seconds").answer, ItemState::not_applicable);
}

TEST_F(AnswerItems, WantTheValueTheyAskFor) {
  const auto nothing = [](ItemAnswer& given) { given = blank(given.item); };
  EXPECT_EQ(refused("led", nothing), Pair("task.value_wanted", "items[0].answer"));
  EXPECT_EQ(refused("clear_seconds", nothing), Pair("task.value_wanted", "items[1].numbers"));
  EXPECT_EQ(refused("route", nothing), Pair("task.value_wanted", "items[2].choice"));
  EXPECT_EQ(refused("picture", nothing), Pair("task.value_wanted", "items[3].photos"));
  EXPECT_EQ(refused("signal_at", nothing), Pair("task.value_wanted", "items[4].moment"));
  EXPECT_EQ(refused("absent", nothing), Pair("task.value_wanted", "items[5].number"));
  EXPECT_EQ(refused("went_wrong", [](ItemAnswer& given) { given.text = " 　"; }),
            Pair("task.value_wanted", "items[5].text"));
}

TEST_F(AnswerItems, TakeNoOtherValue) {
  const auto malformed = [&](const std::string& item, auto change) {
    return refused(item, change).first == "task.value_malformed";
  };
  EXPECT_TRUE(malformed("route", [](ItemAnswer& given) { given.choice = "open"; }));
  for (const auto* hour : {"24:00", "7:30", "07:60", "07-30", "soon!", ""})
    EXPECT_TRUE(malformed("signal_at", [&](ItemAnswer& given) { given.moment = hour; })) << hour;
  EXPECT_TRUE(malformed("clear_seconds", [](ItemAnswer& given) {
    given.numbers = {{" ", 95}};
  })) << "which one?";
  EXPECT_TRUE(malformed("clear_seconds", [](ItemAnswer& given) {
    given.numbers = {{"一号楼", 95}, {"一号楼 ", 96}};
  })) << "one of each name";
  EXPECT_TRUE(malformed("clear_seconds", [](ItemAnswer& given) {
    given.numbers = std::vector<NamedNumber>(kAnswerNumbersMost + 1, {"楼", 1});
  }));
  EXPECT_TRUE(malformed("went_wrong", [](ItemAnswer& given) { given.text = "\xff"; }));
}

TEST_F(AnswerItems, AreOfTheListEachOnceAndOfBearableLength) {
  auto all = good();
  all.push_back(all.front());
  EXPECT_EQ(refusal(all).key, "task.item_twice");
  EXPECT_EQ(refused("unicorns_fed", [](ItemAnswer&) {}),
            Pair("task.unknown_item", "items[5].item"));
  EXPECT_EQ(refused("led", [](ItemAnswer& given) { given.note = std::string(5000, 'a'); }),
            Pair("task.note_too_long", "items[0].note"));
  EXPECT_EQ(refused("picture",
                    [](ItemAnswer& given) { given.photos = std::vector<std::string>(21, "a"); }),
            Pair("task.photos_many", "items[3].photos"));
  EXPECT_EQ(refused("led", [](ItemAnswer& given) { given.answer = ItemState::not_in_order; }),
            Pair("task.photo_wanted", "items[0].photos"));
}

TEST_F(AnswerItems, ShowTheOneThatTheAnswersIdChooses) {
  // The first 32 bits of SHA-256("abc") are ba7816bf.
  EXPECT_EQ(item_to_show("abc", 12), 0xba7816bfu % 12);
  EXPECT_EQ(item_to_show("abc", 1), 0u);
  auto all = good();
  auto shown = check_shown(list, all, "abc");
  ASSERT_FALSE(shown) << "the only one that was ticked; a value was typed in";
  EXPECT_EQ(shown.error().key, "task.random_photo_wanted");
  EXPECT_EQ(shown.error().args.at("item").as_string(), "led");
  of(all, "led").photos = {sha256_hex("hall")};
  EXPECT_TRUE(check_shown(list, all, "abc"));
}

TEST_F(AnswerItems, AreKeptWithoutWhatWasNotSaid) {
  auto judged = judge_items(list, good());
  ASSERT_TRUE(judged);
  auto kept = json_of_items(judged->items);
  EXPECT_EQ(json::serialize(kept[2]), R"({"item":"route","answer":"in_order","choice":"free"})");
  auto again = read<std::vector<ItemAnswer>>(json::value(kept));
  ASSERT_TRUE(again);
  EXPECT_EQ(write(*again), write(judged->items));
}

}  // namespace
}  // namespace anxiao::usecases
