#include "usecases/answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_answers.h"
#include "usecases/point_codes.h"

namespace anxiao::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// What is read again is what was given; a person is called by his name, not by his login.
void expect_same(const usecases::AnswerView& seen, usecases::AnswerView given) {
  given.person.name = seen.person.name;
  EXPECT_EQ(write(seen), write(given));
}

class AnswersOfATown : public TownThatAnswers {};

TEST_F(AnswersOfATown, NeedNoChecklist) {
  auto reminded = done();
  reminded.note = "校门口执勤";
  auto given = give("teacher", reminded, {}, "leaving_reminder");
  ASSERT_TRUE(given) << key(given) << given.error().detail;
  EXPECT_EQ(given->answer.checklist, std::nullopt);
  EXPECT_EQ(given->answer.note, "校门口执勤");
  EXPECT_EQ(given->answer.point, std::nullopt);
  EXPECT_EQ(given->answer.state, "done");
  reminded.items.push_back(ticked("anything"));
  EXPECT_EQ(key(give("teacher", reminded, {}, "bullying_lesson", "2026-S1")), "task.unknown_item");
}

TEST_F(AnswersOfATown, AreNotGivenTwiceUnawares) {
  auto sha = photo("door");
  auto first = give("teacher", bad(sha));
  ASSERT_TRUE(first);
  auto second = give("guard", bad(sha));
  EXPECT_EQ(key(second), "task.already_answered");
  EXPECT_EQ(second.error().args.at("answer").as_string(), first->answer.id);
  auto beside = bad(sha);
  beside.again = true;
  auto kept = give("guard", beside);
  ASSERT_TRUE(kept) << key(kept);
  EXPECT_EQ(town.count("answers"), 2);
  EXPECT_EQ(town.count("matters"), 1) << "the same lock is one hazard";
  EXPECT_EQ(kept->answer.matters.at(0).id, first->answer.matters.at(0).id);
}

TEST_F(AnswersOfATown, ShowOneThingWhereAllWasTickedAtOnce) {
  auto id = town.id();
  auto answer = good();
  answer.at_once = true;
  auto refused = give("teacher", answer, id);
  ASSERT_EQ(key(refused), "task.random_photo_wanted");
  auto& shown = answer.items[usecases::item_to_show(id, answer.items.size())];
  EXPECT_EQ(refused.error().args.at("item").as_string(), shown.item);
  shown.photos = std::vector{photo("door")};
  EXPECT_EQ(key(give("teacher", answer, id)), "taken");
}

TEST_F(AnswersOfATown, SayHowItIsKnownThatSomebodyWasThere) {
  auto answer = good();
  answer.presence = usecases::Presence::qr;
  EXPECT_EQ(key(give("teacher", answer)), "task.code_wrong") << "no sheet was ever printed";
  auto code = town.changed([&](usecases::Transaction& t) {
    return usecases::read_point_code(t, town.as("safety"), corridor);
  });
  ASSERT_TRUE(code);
  answer.code = code->code;
  answer.point = gate;
  EXPECT_EQ(key(give("teacher", answer)), "task.code_wrong") << "the code of another point";
  answer.point = corridor;
  auto given = give("teacher", answer);
  ASSERT_TRUE(given) << key(given);
  EXPECT_EQ(given->answer.presence, "qr");
  answer = good();
  answer.point = gate;
  answer.presence = usecases::Presence::position;
  EXPECT_EQ(key(give("safety", answer)), "task.position_wanted");
  answer.position = usecases::Position{.latitude = 29.5, .longitude = 106.5, .accuracy_m = 12};
  auto there = give("safety", answer);
  ASSERT_TRUE(there) << key(there);
  ASSERT_TRUE(there->answer.extra.position);
  EXPECT_EQ(there->answer.extra.position->accuracy_m, 12);
}

TEST_F(AnswersOfATown, MakeAHazardOfWhatIsNotInOrder) {
  auto sha = photo("door");
  auto given = give("teacher", bad(sha));
  ASSERT_TRUE(given) << key(given) << given.error().detail;
  const auto& answer = given->answer;
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
}

TEST_F(AnswersOfATown, KeepANoteThatIsTooShortToDescribe) {
  change_pack([](pack::Pack& strict) {
    for (auto& chart : strict.charts)
      for (auto& move : chart.moves)
        for (auto& field : move.fields)
          if (field.id == "description") field.least = 6;
  });
  auto given = give("teacher", bad(photo("door"), "锁了"));
  ASSERT_TRUE(given) << key(given) << given.error().detail;
  auto matter = shape(*look("teacher", given->answer.matters[0].id));
  EXPECT_EQ(matter.fields.at("note").as_string(), "锁了");
}

TEST_F(AnswersOfATown, MakeNothingNewWhenSentAgain) {
  auto id = town.id();
  auto first = give("teacher", bad(photo("door")), id);
  ASSERT_TRUE(first);
  auto again = give("teacher", bad(sha256_hex("door")), id);
  ASSERT_TRUE(again) << key(again);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(write(again->answer.matters), write(first->answer.matters));
  EXPECT_EQ(write(again->answer.items), write(first->answer.items));
  EXPECT_EQ(again->answer.known_at, first->answer.known_at);
  EXPECT_EQ(town.count("answers"), 1);
  EXPECT_EQ(town.count("matters"), 1);
  EXPECT_EQ(key(give("teacher", good(), id)), "id.taken");
}

TEST_F(AnswersOfATown, AreWholeAndOfTheirOwnItems) {
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

TEST_F(AnswersOfATown, WantAPictureWhereTheListSaysSo) {
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

TEST_F(AnswersOfATown, AreForThePeriodTheyName) {
  const auto on = [&](const std::string& period, const std::string& moment) {
    auto answer = good();
    answer.happened_at = moment;
    return key(give("teacher", answer, {}, "daily_inspection", period));
  };
  pass(3 * kDayMs);  // Thursday
  EXPECT_EQ(on("2026-W10", "2026-03-04T07:20:00+08:00"), "duty.period_malformed");
  EXPECT_EQ(on("today", "2026-03-04T07:20:00+08:00"), "duty.period_malformed");
  EXPECT_EQ(on("2026-03-04", "2026-03-03T23:59:59+08:00"), "task.too_early");
  EXPECT_EQ(on("2026-03-04", "2026-03-04T00:00:00+08:00"), "taken");
  EXPECT_EQ(on("2026-03-03", "2026-03-04T07:20:00+08:00"), "taken") << "late, and on record";
  EXPECT_EQ(on("2026-03-01", "2026-03-01T07:20:00+08:00"), "task.not_expected") << "a Sunday";
  EXPECT_EQ(on("2026-03-06", "2026-03-06T07:20:00+08:00"), "task.from_the_future");
  EXPECT_EQ(on("2026-03-05", "soon"), "time.malformed");
  pass(4 * kDayMs);
  EXPECT_EQ(on("2026-03-05", "2026-03-09T00:00:00+08:00"), "task.too_late");
  auto weekly = give("safety", good("weekly"), {}, "weekly_inspection", "2026-W10");
  EXPECT_TRUE(weekly) << key(weekly);
}

TEST_F(AnswersOfATown, AreGivenAtTheirOwnPoints) {
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

// --- values ---

// A drill of the whole school, as the tests need one.
class DrillsOfATown : public TownThatAnswers {
 protected:
  DrillsOfATown() {
    change_pack([](pack::Pack& changed) {
      auto& list = changed.checklists.emplace_back();
      list.id = "trial";
      const auto add = [&](const std::string& id, pack::Asks asks) -> pack::ChecklistItem& {
        auto& item = list.items.emplace_back();
        item.id = id;
        item.asks = asks;
        return item;
      };
      add("signal_at", pack::Asks::moment);
      auto& clear = add("clear_seconds", pack::Asks::numbers);
      clear.most = 120;
      clear.category = "fire";
      clear.level = "yellow";
      clear.wrong = {.zh = "疏散用时过长", .en = "Cleared too slowly"};
      clear.unit = {.zh = "秒", .en = "s"};
      add("absent", pack::Asks::number).required = false;
      add("went_wrong", pack::Asks::text).required = false;
      duty_in(changed, "leaving_reminder").checklist = list.id;
    });
  }

  static AnswerDuty drill(double one, double other) {
    auto answer = done();
    usecases::ItemAnswer signal, clear;
    signal.item = "signal_at";
    signal.moment = "07:05";
    clear.item = "clear_seconds";
    clear.numbers = {{"一号楼", one}, {"二号楼", other}};
    answer.items = {signal, clear};
    return answer;
  }
};

TEST_F(DrillsOfATown, AreInOrderWithinTheirNorm) {
  auto given = give("teacher", drill(80, 120), {}, "leaving_reminder");
  ASSERT_TRUE(given) << key(given) << given.error().detail;
  EXPECT_THAT(given->answer.matters, IsEmpty());
  auto read = answer("officer", given->answer.id);
  ASSERT_TRUE(read) << key(read);
  expect_same(*read, given->answer);
  EXPECT_EQ(read->items.at(1).numbers->at(1).number, 120);
  EXPECT_EQ(read->items.at(1).answer, ItemState::in_order);
}

TEST_F(DrillsOfATown, MakeAHazardOfWhatTookTooLong) {
  auto given = give("teacher", drill(80, 121.5), {}, "leaving_reminder");
  ASSERT_TRUE(given) << key(given) << given.error().detail;
  ASSERT_THAT(given->answer.matters, SizeIs(1));
  EXPECT_EQ(given->answer.matters[0].item, "clear_seconds");
  auto matter = shape(*look("teacher", given->answer.matters[0].id));
  EXPECT_EQ(matter.title, "疏散用时过长");
  EXPECT_EQ(matter.fields.at("place").as_string(), "云溪实验小学") << "it is of no one place";
  EXPECT_EQ(matter.fields.at("description").as_string(), "二号楼 121.5 秒");
  EXPECT_FALSE(matter.fields.contains("point"));
  EXPECT_EQ(town.lines("DutyAnswered").at(0).at("not_in_order"), json::value({"clear_seconds"}));
}

TEST_F(DrillsOfATown, AreRefusedWithoutTheirValues) {
  auto early = drill(80, 90);
  early.items[0].moment = "25:00";
  auto refused = give("teacher", early, {}, "leaving_reminder");
  EXPECT_EQ(key(refused), "task.value_malformed");
  EXPECT_EQ(refused.error().field, "items[0].moment");
  early.items.pop_back();
  early.items[0].moment = "07:05";
  refused = give("teacher", early, {}, "leaving_reminder");
  EXPECT_EQ(key(refused), "task.items_missing");
  EXPECT_THAT(refused.error().wants, ElementsAre("clear_seconds"));
}

// --- filled once ---

TEST_F(AnswersOfATown, NeedNotSayAgainWhatAnotherSaidTheSameDay) {
  std::string first, same;
  change_pack([&](pack::Pack& changed) {
    first = changed.checklist("daily")->items.at(0).id;
    same = changed.checklist("weekly")->items.at(0).id;
    for (auto& list : changed.checklists)
      for (auto& item : list.items) item.same_as.clear();
    item_in(changed, "weekly", same).same_as = "daily." + first;
  });
  auto weekly = good("weekly");
  weekly.items.erase(weekly.items.begin());
  auto refused = give("safety", weekly, {}, "weekly_inspection", "2026-W10");
  EXPECT_EQ(key(refused), "task.items_missing");
  EXPECT_THAT(refused.error().wants, ElementsAre(same));

  auto elsewhere = good();
  elsewhere.point = gate;
  auto source = give("guard", elsewhere);
  ASSERT_TRUE(source) << key(source);
  auto given = give("safety", weekly, {}, "weekly_inspection", "2026-W10");
  ASSERT_TRUE(given) << key(given) << given.error().detail;
  ASSERT_TRUE(given->answer.extra.filled);
  ASSERT_THAT(*given->answer.extra.filled, SizeIs(1));
  EXPECT_EQ(given->answer.extra.filled->at(0).item, same);
  EXPECT_EQ(given->answer.extra.filled->at(0).from, source->answer.id);
  expect_same(*answer("safety", given->answer.id), given->answer);
}

TEST_F(AnswersOfATown, AreNotFilledFromWhatWasBadNorFromAnotherDay) {
  change_pack([&](pack::Pack& changed) {
    item_in(changed, "weekly", changed.checklist("weekly")->items.at(0).id).same_as =
        "daily." + changed.checklist("daily")->items.at(0).id;
  });
  auto weekly = good("weekly");
  weekly.items.erase(weekly.items.begin());
  ASSERT_TRUE(give("teacher", bad(photo("door"))));
  EXPECT_EQ(key(give("safety", weekly, {}, "weekly_inspection", "2026-W10")), "task.items_missing");
  pass(kDayMs);
  auto elsewhere = good();
  elsewhere.point = gate;
  ASSERT_TRUE(give("guard", elsewhere)) << "in order, yesterday";
  weekly.happened_at = "2026-03-03T07:20:00+08:00";
  EXPECT_EQ(key(give("safety", weekly, {}, "weekly_inspection", "2026-W10")), "task.items_missing");
}

// --- several, and again ---

TEST_F(AnswersOfATown, AreTakenAsOftenAsThePeriodWantsThem) {
  change_pack([](pack::Pack& changed) { duty_in(changed, "daily_inspection").times = 2; });
  auto first = give("teacher", bad(photo("door")));
  ASSERT_TRUE(first) << key(first);
  EXPECT_EQ(first->answer.state, "open") << "one of two";
  auto second = give("guard", bad(sha256_hex("door")));
  ASSERT_TRUE(second) << key(second);
  EXPECT_EQ(second->answer.state, "done");
  EXPECT_EQ(second->answer.matters.at(0).id, first->answer.matters.at(0).id);
  EXPECT_EQ(key(give("safety", bad(sha256_hex("door")))), "task.already_answered");
  auto lines = town.lines("DutyAnswered");
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(lines[1].at("times").to_number<int>(), 2);
  EXPECT_EQ(lines[1].at("given").to_number<int>(), 2);
}

TEST_F(AnswersOfATown, OpenAnewWhatWasMendedAndIsFoundAgain) {
  auto first = give("teacher", bad(photo("door")));
  ASSERT_TRUE(first) << key(first);
  town.write([&](usecases::Transaction& t) -> Result<void> {
    t.exec("UPDATE matters SET open = FALSE WHERE district = $1 AND id = $2",
           {"500190", first->answer.matters.at(0).id});
    return {};
  });
  auto again = bad(sha256_hex("door"));
  again.again = true;
  auto second = give("guard", again);
  ASSERT_TRUE(second) << key(second);
  EXPECT_NE(second->answer.matters.at(0).id, first->answer.matters.at(0).id);
  EXPECT_EQ(town.count("matters"), 2);
}

TEST_F(AnswersOfATown, SayWhatTheJournalKeeps) {
  auto answered = bad(photo("door"));
  answered.clock_corrected_ms = -86'400'000;
  auto given = give("teacher", answered);
  ASSERT_TRUE(given) << key(given);
  EXPECT_EQ(given->answer.extra.clock_corrected_ms, -86'400'000);
  auto lines = town.lines("DutyAnswered");
  ASSERT_THAT(lines, SizeIs(1));
  const auto& line = lines[0];
  const auto text = [&](const char* name) { return std::string(line.at(name).as_string()); };
  EXPECT_EQ(text("duty"), "daily_inspection");
  EXPECT_EQ(text("checklist"), "daily");
  EXPECT_EQ(text("period"), "2026-03-02");
  EXPECT_EQ(text("point"), corridor);
  EXPECT_EQ(text("point_name"), "走廊与疏散门");
  EXPECT_EQ(text("presence"), "by_hand");
  EXPECT_EQ(line.at("given").to_number<int>(), 1);
  EXPECT_EQ(line.at("items").to_number<std::size_t>(), answered.items.size());
  EXPECT_EQ(line.at("matters").as_array().size(), 1u);
  EXPECT_EQ(line.at("clock_corrected_ms").to_number<int>(), -86'400'000);
  EXPECT_FALSE(line.contains("again"));
}

// --- when and where ---

TEST_F(AnswersOfATown, AreInTimeByWhenTheyHappened) {
  pass(5 * kDayMs);
  auto known_late = give("teacher", good());
  ASSERT_TRUE(known_late) << key(known_late);
  EXPECT_EQ(known_late->answer.state, "done");
  auto late = good();
  late.point = gate;
  late.happened_at = "2026-03-03T06:00:00+08:00";
  auto given = give("guard", late);
  ASSERT_TRUE(given) << key(given);
  EXPECT_EQ(given->answer.state, "late");
  EXPECT_EQ(answer("guard", given->answer.id)->state, "late");
}

TEST_F(AnswersOfATown, AreTakenOnTheFirstDayThoughNothingIsExpected) {
  has_stood_since(town.now);
  auto answered = good();
  answered.happened_at = "2026-03-02T07:30:00+08:00";
  auto given = give("teacher", answered);
  ASSERT_TRUE(given) << key(given) << given.error().detail;
  EXPECT_EQ(given->answer.state, "done");
  auto before = good();
  before.happened_at = "2026-03-01T07:20:00+08:00";
  auto refused = give("teacher", before, {}, "daily_handover", "2026-02-27");
  EXPECT_EQ(key(refused), "task.not_expected");
  EXPECT_EQ(refused.error().args.at("waiver").as_string(), "not_there");
}

TEST_F(AnswersOfATown, AreKeptThoughTheSchoolWasClosedAfterwards) {
  enter("safety", "closures", "school",
        {{"from", "2026-03-02"}, {"to", "2026-03-03"}, {"reason", "暴雨停课"}});
  auto given = give("teacher", good());
  ASSERT_TRUE(given) << key(given) << given.error().detail;
  EXPECT_EQ(given->answer.state, "done");
}

TEST_F(AnswersOfATown, AreNotWantedInTheVacation) {
  town.now = *parse_instant("2026-08-03T08:00:00+08:00");
  auto answered = good();
  answered.happened_at = "2026-08-03T07:00:00+08:00";
  auto refused = give("teacher", answered, {}, "daily_inspection", "2026-08-03");
  EXPECT_EQ(key(refused), "task.not_expected");
  EXPECT_EQ(refused.error().args.at("waiver").as_string(), "vacation");
  EXPECT_EQ(refused.error().field, "period");
}

TEST_F(AnswersOfATown, AreTakenFromAPointThatWentFromTheListSince) {
  auto id = corridor;
  pass(kHourMs);
  town.write([&](usecases::Transaction& t) {
    return usecases::end_row(t, town.as("safety"), "points", id);
  });
  EXPECT_EQ(key(give("teacher", good())), "taken") << "it was there when it happened";
  pass(kHourMs);
  auto after = good();
  after.happened_at = "2026-03-02T09:00:00+08:00";
  after.again = true;
  EXPECT_EQ(key(give("teacher", after)), "task.other_point");
}

TEST_F(AnswersOfATown, AreADepartmentsToo) {
  town.write([&](usecases::Transaction& t) -> Result<void> {
    t.exec("UPDATE organisations SET facets = $1 WHERE district = $2 AND id = $3",
           {R"({"office":"fire"})", "500190", town.places["fire"]});
    return {};
  });
  auto given = give("fireman", done(), {}, "fire_guidance", "2026-S1", "fire");
  ASSERT_TRUE(given) << key(given) << given.error().detail;
  EXPECT_EQ(given->answer.organisation.id, town.places["fire"]);
  auto refused = give("fireman", done(), {}, "police_patrol", "2026-03-02", "fire");
  EXPECT_EQ(key(refused), "task.not_expected");
  EXPECT_EQ(refused.error().args.at("waiver").as_string(), "not_for_it");
}

TEST_F(AnswersOfATown, AreReadByWhoReadsTheTasksThere) {
  auto given = give("teacher", bad(photo("door")));
  ASSERT_TRUE(given);
  auto seen = answer("officer", given->answer.id);
  ASSERT_TRUE(seen) << key(seen);
  expect_same(*seen, given->answer);
  EXPECT_EQ(key(answer("far_officer", given->answer.id)), "authority.forbidden");
  EXPECT_EQ(key(answer("officer", town.id())), "not_found");
  EXPECT_EQ(key(answer("officer", "7")), "id.malformed");
}

TEST_F(AnswersOfATown, TakeOnlyAsManyPicturesAsAnybodyLooksAt) {
  auto answered = good();
  answered.photos = std::vector<std::string>(21, photo("door"));
  auto refused = give("teacher", answered);
  EXPECT_EQ(key(refused), "task.photos_many");
  EXPECT_EQ(refused.error().field, "photos");
  answered.photos = std::vector{sha256_hex("door")};
  auto given = give("teacher", answered);
  ASSERT_TRUE(given) << key(given);
  EXPECT_EQ(given->answer.photos, *answered.photos);
}

}  // namespace
}  // namespace anxiao::app
