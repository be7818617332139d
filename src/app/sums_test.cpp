#include "usecases/sums.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "app/test_matters.h"
#include "usecases/matter_counts.h"

namespace anxiao::app {
namespace {

using usecases::Sum;

class SumsOfATown : public TownWithHazards {
 protected:
  SumsOfATown() {
    town.heard = [this](auto entries) { sums.heard(entries); };
  }

  // The same by asking the rows.
  std::vector<Sum> counted(const std::string& where, bool own = false) {
    std::vector<Sum> out;
    auto path = town.read([&](usecases::Reader& reader) {
                      return usecases::place_of(reader, town.places[where], town.now);
                    })
                    ->path;
    town.store.read([&](usecases::Reader& reader) {
      reader.query(
          "SELECT level, stage, count(*), sum(CASE WHEN due_at < $1 THEN 1 ELSE 0 END) FROM matters"
          " WHERE open AND (path = $2 OR ($3 AND path > $2 AND path < $4))"
          " GROUP BY level, stage ORDER BY level, stage",
          {town.now.ms, path, !own, path + "~"}, [&](const usecases::Row& row) {
            out.push_back({.district = std::string(district_of(town.places[where])),
                           .level = std::string(row.text(0)),
                           .stage = std::string(row.text(1)),
                           .count = row.integer(2),
                           .late = row.integer(3)});
          });
    });
    return out;
  }
  void expect_true() {
    for (auto where : {"city", "east", "west", "school", "middle", "far", "fire"}) {
      EXPECT_EQ(sums.at(town.places[where], "hazard", town.now), counted(where)) << where;
      EXPECT_EQ(sums.at(town.places[where], "hazard", town.now, true), counted(where, true))
          << where;
    }
    auto districts = counted("east");
    for (const auto& sum : counted("west")) districts.push_back(sum);
    EXPECT_EQ(sums.by_district("hazard", town.now), districts);
  }

  usecases::Sums sums;
};

TEST_F(SumsOfATown, AreWhatTheRowsSayAfterAnyMovesAtAnyHour) {
  std::mt19937 dice(20260302);
  auto pick = [&](auto& list) -> auto& { return list[dice() % list.size()]; };
  std::vector<std::string> open_ids;
  std::vector<std::string> people = {"safety", "principal", "officer", "fireman", "teacher"};
  std::vector<std::string> categories = {"fire", "gate"};
  auto after = photo("after");
  int taken = 0;
  for (int step = 0; step < 400; ++step) {
    if (step % 3 == 0 || open_ids.empty()) {
      bool far = dice() % 4 == 0;
      auto id = town.id(far ? "500191" : "500190");
      auto given = far ? open("far_principal", id, hazard(pick(categories)), "find", "far")
                       : open("teacher", id, hazard(pick(categories)));
      ASSERT_TRUE(given);
      open_ids.push_back(id);
    } else {
      const auto& id =
          open_ids[open_ids.size() - 1 - dice() % std::min<std::size_t>(8, open_ids.size())];
      auto login = pick(people);
      auto seen = look(login, id);
      if (!seen) continue;
      std::vector<std::string> moves;
      for (const auto& offer : shape(*seen).moves)
        if (offer.allowed) moves.push_back(offer.id);
      if (moves.empty()) continue;
      auto name = pick(moves);
      json::object fields;
      if (name == "assess") fields = dice() % 2 ? lec(6, 6, 7) : lec(1, 1, 1);
      if (name == "plan" || name == "begin_treatment") fields = five(town.people["safety"]);
      if (name == "finish_treatment" || name == "mend_on_spot")
        fields = {{"photos_after", json::array{after}}};
      if (name == "mend_on_spot") fields["measures"] = "当场挪开";
      if (name == "ask_deferral")
        fields = {{"deferral_until", "2026-05-01"}, {"deferral_reason", "配件要等"}};
      if (name == "refuse_acceptance") fields = {{"reason", "门仍然打不开"}};
      if (name == "monitor") fields = {{"monitoring", "专人守着并立了牌子"}};
      if (name == "pass_on") fields = {{"department", town.places["fire"]}};
      taken += move(login, id, name, fields).has_value();
    }
    pass(static_cast<std::int64_t>(dice() % 3) * kHourMs);
    if (step % 40 == 0) expect_true();
  }
  EXPECT_GT(taken, 60) << "the walk goes somewhere";
  expect_true();
  // The hour may be set back, and forward again.
  pass(-20 * kDayMs);
  expect_true();
  pass(100 * kDayMs);
  expect_true();
  usecases::Sums fresh;
  town.store.read([&](usecases::Reader& reader) { fresh.rebuild(reader); });
  for (auto where : {"city", "east", "school"})
    EXPECT_EQ(fresh.at(town.places[where], "hazard", town.now),
              sums.at(town.places[where], "hazard", town.now));
  EXPECT_EQ(fresh.by_district("hazard", town.now), sums.by_district("hazard", town.now));
}

TEST_F(SumsOfATown, GoOnFromWhatWasRebuilt) {
  auto id = found();
  usecases::Sums fresh;
  town.store.read([&](usecases::Reader& reader) { fresh.rebuild(reader); });
  pass(400 * kDayMs);
  EXPECT_EQ(fresh.at(town.places["school"], "hazard", town.now).at(0).late, 1);
  town.heard = [&](auto entries) { fresh.heard(entries); };
  moved("safety", id, "assess", lec(6, 6, 7));
  auto now = fresh.at(town.places["school"], "hazard", town.now);
  ASSERT_EQ(now.size(), 1u);
  EXPECT_EQ(now[0].stage, "monitoring");
  EXPECT_EQ(now[0].late, 0);
}

TEST_F(SumsOfATown, AreGivenToEachAsFarAsHeReaches) {
  auto near = found();
  ASSERT_TRUE(open("far_principal", town.id("500191"), hazard(), "find", "far"));
  auto rows = [&](const std::string& login, const std::string& where = {}) {
    auto found_rows = town.read([&](usecases::Reader& reader) {
      return usecases::count_rows(reader, town.as(login), sums, "hazard",
                                  where.empty() ? where : town.places[where]);
    });
    if (!found_rows) return key(found_rows);
    auto shaped = anxiao::read<api::shapes::CountRows>(*found_rows);
    EXPECT_TRUE(shaped) << shaped.error().field;
    std::string text;
    for (const auto& row : shaped->rows)
      text +=
          row.district + (row.organisation ? "/own" : "") + ":" + std::to_string(row.count) + " ";
    return text;
  };
  EXPECT_EQ(rows("leader"), "500190:1 500191:1 ");
  EXPECT_EQ(rows("leader", "city"), "500190:1 500191:1 ");
  EXPECT_EQ(rows("leader", "west"), "500191:1 ");
  EXPECT_EQ(rows("officer"), "500190:1 ");
  EXPECT_EQ(rows("officer", "school"), "500190/own:1 ");
  EXPECT_EQ(rows("officer", "west"), "authority.forbidden");
  EXPECT_EQ(rows("teacher"), "500190/own:1 ");
  EXPECT_EQ(rows("teacher", "east"), "authority.forbidden");
  EXPECT_EQ(rows("fireman"), "");
  moved("principal", near, "pass_on", {{"department", town.places["fire"]}});
  EXPECT_EQ(rows("fireman"), "500190/own:1 ");
  EXPECT_EQ(rows("admin"), "authority.forbidden");
  town.places["nowhere"] = town.id();
  EXPECT_EQ(rows("leader", "nowhere"), "not_found");
}

}  // namespace
}  // namespace anxiao::app
