// For tests: how the invented town stands, as it is kept and as it is read anew from what is
// stored.

#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_answers.h"
#include "domain/facts/fields.h"
#include "usecases/duty_keeper.h"
#include "usecases/excuses.h"
#include "usecases/import.h"
#include "usecases/misses.h"
#include "usecases/standings.h"

namespace anxiao::app {

using standing::Matrix;
using usecases::Standings;

inline constexpr const char* kInsured = "C18.1";
inline constexpr const char* kInspected = "C07.13";
inline constexpr const char* kClosedInTime = "C07.1";
inline constexpr const char* kWatched = "C11.1";
inline constexpr const char* kIncidentsInTime = "C16.2";
inline constexpr const char* kDisturbancesStopped = "C17.4";
inline constexpr const char* kMediated = "C19.3";

class StandingsOfATown : public TownThatAnswers {
 protected:
  StandingsOfATown() : kept(town.zone, town.calendars) {
    // Its duties are due: a Tuesday after the first day of anything.
    it_is("2026-03-03T07:30");
    rebuild(kept);
    town.heard = [this](auto entries) {
      if (!hold_back)
        kept.heard(entries);
      else
        held_back.insert(held_back.end(), entries.begin(), entries.end());
    };
  }

  void it_is(const std::string& moment) { town.now = *parse_instant(moment + ":00+08:00"); }
  void rebuild(Standings& standings) {
    town.store.read(
        [&](usecases::Reader& reader) { standings.rebuild(reader, town.pack, town.now); });
  }
  template <class Work>
  auto with(Standings& standings, const Work& work) {
    return town.read(
        [&](usecases::Reader& reader) { return standings.with(reader, town.now, work); });
  }

  std::string state(const std::string& requirement, const std::string& where = "school") {
    return with(kept, [&](const Matrix& matrix) {
      return std::string(standing::word_of(
          matrix.state_of(town.places.at(where), matrix.plan().requirement(requirement))));
    });
  }
  standing::Counts counts(const std::string& requirement, const std::string& where) {
    return with(kept, [&](const Matrix& matrix) {
      return matrix.counts(town.places.at(where))[matrix.plan().requirement(requirement)];
    });
  }

  // Everything that stands, a line each, of every place that ever was.
  std::map<std::string, std::string> all_of(Standings& standings) {
    return with(standings, [&](const Matrix& matrix) {
      std::map<std::string, std::string> lines;
      const auto& plan = matrix.plan();
      for (const auto& [name, id] : town.places) {
        const auto sums = matrix.counts(id);
        for (std::uint16_t at = 0; at < plan.requirements().size(); ++at) {
          const auto counted = sums.empty() ? standing::Counts{} : sums[at];
          auto& line = lines[name + " " + plan.requirements()[at].requirement->id];
          line = standing::word_of(matrix.state_of(id, at));
          for (auto count : counted) line += " " + std::to_string(count);
          for (const auto check : plan.requirements()[at].checks)
            if (const auto* cell = matrix.cell(id, check))
              line += std::string(" ") + standing::word_of(cell->state) + ":" +
                      std::to_string(cell->value) + "/" + std::to_string(cell->wanted);
        }
      }
      return lines;
    });
  }
  void expect_as_stored(const std::string& after) {
    Standings fresh(town.zone, town.calendars);
    rebuild(fresh);
    const auto wanted = all_of(fresh), found = all_of(kept);
    int shown = 0;
    for (const auto& [name, line] : wanted)
      if (found.at(name) != line && ++shown < 6)
        ADD_FAILURE() << name << " after " << after << " at " << town.zone.format(town.now)
                      << "\n  kept:   " << found.at(name) << "\n  stored: " << line;
  }

  static json::object policy(const std::string& ends_on, const std::string& sort = "liability") {
    return {{"number", "PZ-1"},          {"sort", sort},       {"insurer", "某保险公司"},
            {"starts_on", "2025-09-01"}, {"ends_on", ends_on}, {"paid_by", "budget"}};
  }
  void change(const std::string& login, const std::string& ledger, const std::string& row,
              std::int64_t version, json::object fields) {
    town.write([&](usecases::Transaction& t) {
      return usecases::change_row(t, town.as(login), ledger, row, version, {.fields = fields});
    });
  }
  void end(const std::string& login, const std::string& ledger, const std::string& row) {
    town.write([&](usecases::Transaction& t) {
      return usecases::end_row(t, town.as(login), ledger, row);
    });
  }
  void keep_duties() {
    usecases::keep_duties(town.store, *town.pack, town.zone, town.calendars, town.now);
  }
  // Answers for the school's daily inspection at both points, each at its own time.
  void inspected(const std::string& period, const std::string& at) {
    for (const auto& point : {corridor, gate}) {
      auto answer = good();
      answer.point = point;
      answer.happened_at = at + ":00+08:00";
      auto given =
          give(point == corridor ? "teacher" : "safety", answer, {}, "daily_inspection", period);
      EXPECT_TRUE(given) << (given ? "" : given.error().key + " " + given.error().detail);
    }
  }
  // Of the daily inspection alone: the requirement has others beside it.
  std::string daily(const std::string& where = "school") {
    return with(kept, [&](const Matrix& matrix) -> std::string {
      const auto& plan = matrix.plan();
      for (const auto check : plan.requirements()[plan.requirement(kInspected)].checks)
        if (plan.checks()[check].check->duty == "daily_inspection")
          return standing::word_of(matrix.cell(town.places.at(where), check)->state);
      return "no such check";
    });
  }
  Result<usecases::Kept<usecases::Person>> posted(const std::string& login,
                                                  const std::string& person,
                                                  const std::string& posting,
                                                  const std::string& post,
                                                  const std::string& where) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::give_post(
          t, town.as(login), person,
          {.id = posting, .post = post, .organisation = town.places.at(where)});
    });
  }
  void changed_place(const std::string& where, usecases::OrganisationChange change) {
    auto now = town.read([&](usecases::Reader& reader) {
      return usecases::read_organisation(reader, town.as("root"), town.places.at(where));
    });
    ASSERT_TRUE(now);
    town.write([&](usecases::Transaction& t) {
      return usecases::change_organisation(t, town.as("root"), now->id, now->version, change);
    });
  }
  bool opened_place(const std::string& name, const std::string& parent, const std::string& kind,
                    json::object facets = {}) {
    const auto district = std::string(district_of(town.places.at(parent)));
    const auto id = town.id(district);
    const auto made = town.changed([&](usecases::Transaction& t) {
      return usecases::create_organisation(t, town.as("root"),
                                           {.id = id,
                                            .parent = town.places.at(parent),
                                            .kind = kind,
                                            .name = name,
                                            .code = {},
                                            .facets = facets});
    });
    if (made) town.places[name] = id;
    return made.has_value();
  }
  // Matters of any loop, by anybody at a post.
  Given begun(const std::string& post, const std::string& at, const std::string& loop,
              const std::string& where, const std::string& with, json::object fields,
              const std::string& id) {
    const auto office = town.at_post(post, at);
    return town.changed([&](usecases::Transaction& t) {
      return usecases::open_matter(t, office, loop, id,
                                   {.organisation = town.places.at(where),
                                    .move = with,
                                    .happened_at = {},
                                    .fields = std::move(fields)});
    });
  }
  Given went_on(const std::string& post, const std::string& at, const std::string& loop,
                const std::string& matter, const std::string& with, json::object fields = {}) {
    const auto office = town.at_post(post, at);
    return town.changed([&](usecases::Transaction& t) {
      return usecases::make_move(t, office, loop, matter, new_id(district_of(matter), town.now),
                                 {.move = with, .happened_at = {}, .fields = std::move(fields)},
                                 {});
    });
  }
  static void expect_taken(const Given& given) {
    EXPECT_TRUE(given) << given.error().key << " " << given.error().field << " "
                       << given.error().detail;
  }
  void open_police() {
    ASSERT_TRUE(opened_place("police", "east", "department", {{"office", "police"}}));
    ASSERT_TRUE(opened_place("city_police", "city", "department", {{"office", "police"}}));
  }
  // At the school, the alarm given; gives its id.
  std::string disturbed() {
    auto id = town.id();
    expect_taken(begun("principal", "school", "disturbance", "school", "occur",
                       {{"title", "围堵校门"}, {"category", "blockade"}, {"level", "blocking"}},
                       id));
    return id;
  }
  void passed_to(const std::string& police, const std::string& id) {
    expect_taken(went_on("principal", "school", "disturbance", id, "call_police",
                         {{"called", "八点打的报警电话"}, {"police", town.places.at(police)}}));
  }
  json::object late_at(const std::string& requirement, const std::string& where,
                       const usecases::Office& office) {
    auto told = town.read([&](usecases::Reader& reader) {
      return usecases::explain_standing(reader, office, kept, town.places.at(where), requirement);
    });
    EXPECT_TRUE(told);
    for (const auto& check : told ? told->at("checks").as_array() : json::array{})
      if (const auto* matters = check.as_object().if_contains("matters");
          matters && matters->is_object())
        return matters->as_object();
    return {};
  }

  static std::string text(const json::value& value) { return std::string(value.as_string()); }
  template <class Work>
  auto asked(const Work& work) {
    return town.read([&](usecases::Reader& reader) { return work(reader); });
  }

  Standings kept;
  bool hold_back = false;
  std::vector<usecases::Entry> held_back;
};

}  // namespace anxiao::app
