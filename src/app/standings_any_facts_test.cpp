// How a town stands after any facts at any hour, against the same read anew from what is stored.

#include <random>

#include "app/test_standings.h"

namespace anxiao::app {
namespace {

// A value that such a field may hold, or now and then none.
json::value any_value(std::mt19937& dice, const pack::Field& field, Instant now, const Zone& zone,
                      const std::map<std::string, std::string>& people) {
  if (!field.required && dice() % 3 == 0) return nullptr;
  const auto choice = [&] { return field.choices[dice() % field.choices.size()].first; };
  if (field.type == "day")
    return json::value(format_day(zone.day_of(now).plus(static_cast<int>(dice() % 500) - 250)));
  if (field.type == "moment")
    return json::value(
        zone.format(now.plus_ms(-static_cast<std::int64_t>(dice() % 100) * kHourMs)));
  if (field.type == "choice") return json::value(choice());
  if (field.type == "flag") return dice() % 2 == 0;
  if (field.type == "integer" || field.type == "number" || field.type == "money")
    return static_cast<std::int64_t>(field.least.value_or(0)) +
           static_cast<std::int64_t>(dice() % 40);
  if (field.type == "person") return json::value(people.at("safety"));
  if (field.type == "text" && !field.choices.empty())
    return json::value(choice() + (dice() % 2 ? "" : "," + choice()));
  if (field.type == "text" || field.type == "long_text")
    return json::value("某处某事" + std::to_string(dice() % 100) + "，已经照办并且记下来了");
  return nullptr;
}

// Matters of loops that schools, districts and offices deal with between them, opened, passed on,
// handed back and closed as it comes.
class MattersOfATown : public StandingsOfATown {
 protected:
  struct Begun {
    std::string loop, id;
  };
  MattersOfATown() { open_police(); }

  json::value any_of(std::mt19937& dice, const pack::Field& field) {
    if (field.type == "factor") return static_cast<std::int64_t>(1 + dice() % 5);
    if (field.type != "organisation")
      return any_value(dice, field, town.now, town.zone, town.people);
    const char* places[] = {"police", "city_police", "east", "fire", "school"};
    return json::value(town.places.at(places[dice() % 5]));
  }
  json::object any_of(std::mt19937& dice, const std::string& loop, const std::string& name) {
    json::object fields;
    for (const auto& field : town.pack->chart(loop)->move(name)->fields)
      if (auto value = any_of(dice, field); !value.is_null()) fields[field.id] = std::move(value);
    return fields;
  }

  // Opens one or moves one; gives what was done, empty where it was refused.
  std::string some_step(std::mt19937& dice) {
    struct Opening {
      const char *post, *at, *loop, *where, *name;
    };
    constexpr Opening openings[] = {
        {"principal", "school", "incident", "school", "occur"},
        {"principal", "far", "incident", "far", "meet_disaster"},
        {"district_safety_officer", "east", "incident", "east", "occur"},
        {"principal", "school", "disturbance", "school", "occur"},
        {"district_safety_officer", "east", "disturbance", "middle", "occur"},
        {"department_officer", "police", "disturbance", "police", "receive"},
        {"principal", "school", "mediation", "school", "apply"},
        {"department_officer", "police", "police_case", "police", "accept"},
        {"inspector", "east", "inspection", "school", "plan"}};
    if (begun_.size() < 4 || dice() % 4 == 0) {
      const auto& opening = openings[dice() % std::size(openings)];
      const auto id = town.id(std::string(district_of(town.places.at(opening.where))));
      if (!begun(opening.post, opening.at, opening.loop, opening.where, opening.name,
                 any_of(dice, opening.loop, opening.name), id))
        return {};
      begun_.push_back({opening.loop, id});
      return opening.name;
    }
    constexpr std::pair<const char*, const char*> movers[] = {{"principal", "school"},
                                                              {"principal", "far"},
                                                              {"safety_manager", "school"},
                                                              {"district_safety_officer", "east"},
                                                              {"department_officer", "police"},
                                                              {"department_officer", "city_police"},
                                                              {"mediator", "east"},
                                                              {"mediator", "police"},
                                                              {"inspector", "east"}};
    const auto& [loop, id] =
        begun_[begun_.size() - 1 - dice() % std::min<std::size_t>(8, begun_.size())];
    // Whoever may move it and has something to do with it.
    for (int tries = 0; tries < 12; ++tries) {
      const auto& [post, at] = movers[dice() % std::size(movers)];
      const auto office = town.at_post(post, at);
      const auto seen = town.read([&](usecases::Reader& reader) {
        return usecases::read_matter(reader, office, loop, id);
      });
      if (!seen) continue;
      const auto offers = shape(*seen).moves;
      if (offers.empty()) continue;
      const auto name = offers[dice() % offers.size()].id;
      if (went_on(post, at, loop, id, name, any_of(dice, loop, name))) return name;
    }
    return {};
  }

 private:
  std::vector<Begun> begun_;
};

TEST_F(MattersOfATown, CountWhereTheyAreAndWhereTheyLieAfterAnyMoves) {
  std::mt19937 dice(20260304);
  std::map<std::string, int> taken;
  for (int step = 0; step < 500; ++step) {
    auto fact = some_step(dice);
    if (!fact.empty()) ++taken[fact];
    if (dice() % 12 == 0) {
      const char* places[] = {"police", "city_police", "east", "school"};
      const std::string where = places[dice() % 4];
      changed_place(where,
                    {.name = where + std::to_string(step), .code = {}, .facets = {}, .end = {}});
      fact += ", another name for " + where;
    }
    if (dice() % 15 == 0)
      taken["posted"] +=
          posted("principal", town.people.at("teacher"), town.id(), "guard", "school").has_value();
    const std::int64_t hours[] = {0, 0, 0, 1, 5, 17, 70};
    town.now = town.now.plus_ms(hours[dice() % 7] * kHourMs);
    hold_back = dice() % 4 == 0;
    if (!hold_back && !held_back.empty()) {
      kept.heard(held_back);
      held_back.clear();
    }
    if (hold_back) with(kept, [](const Matrix&) { return 0; });
    if (step % 20 == 0 && !hold_back) expect_as_stored(fact + ", step " + std::to_string(step));
    if (HasFailure()) return;
  }
  kept.heard(held_back);
  expect_as_stored("everything");
  for (const auto* what :
       {"occur", "call_police", "hand_back", "apply", "accept", "dismiss", "plan"})
    EXPECT_GT(taken[what], 0) << what;
}

TEST_F(MattersOfATown, AreWhatIsStoredAfterAnyFactsAtAnyHour) {
  std::mt19937 dice(20260303);
  const auto pick = [&](const auto& list) -> const auto& { return list[dice() % list.size()]; };
  const std::map<std::string, std::string> keeper{{"school", "safety"},     {"middle", "officer"},
                                                  {"far", "far_principal"}, {"east", "officer"},
                                                  {"west", "far_officer"},  {"fire", "fireman"}};
  const std::vector<std::string> places{"school", "school", "school", "middle",
                                        "far",    "east",   "west",   "fire"};
  struct Entered {
    std::string ledger, id, login;
  };
  std::vector<Entered> rows;
  std::vector<std::string> hazards;
  std::vector<std::pair<std::string, std::string>> postings;  // person, posting
  std::map<std::string, int> taken;
  std::vector<std::string> schools;
  const auto after = photo("after");
  keep_duties();
  const auto fields_of = [&](const pack::Ledger& ledger) {
    json::object fields;
    for (const auto& field : ledger.fields)
      if (auto value = any_value(dice, field, town.now, town.zone, town.people); !value.is_null())
        fields[field.id] = std::move(value);
    return fields;
  };
  for (int step = 0; step < 450; ++step) {
    const auto where = pick(places);
    const auto login = keeper.at(where);
    std::string fact = "time alone";
    switch (dice() % 13) {
      case 0:
      case 1:
      case 2: {
        const auto& ledger = pick(town.pack->ledgers);
        fact = "a row of " + ledger.id;
        const auto id = town.id(std::string(district_of(town.places.at(where))));
        const auto made = town.changed([&](usecases::Transaction& t) {
          return usecases::create_row(
              t, town.as(login), ledger.id,
              {.id = id, .organisation = town.places.at(where), .fields = fields_of(ledger)});
        });
        if (made) rows.push_back({ledger.id, id, login});
        taken["entered"] += made.has_value();
        break;
      }
      case 3: {
        if (rows.empty()) break;
        const auto row = pick(rows);
        fact = "a changed row of " + row.ledger;
        std::int64_t version = 0;
        town.store.read([&](usecases::Reader& reader) {
          reader.query("SELECT version FROM ledger_rows WHERE district = $1 AND id = $2",
                       {std::string(district_of(row.id)), row.id},
                       [&](const usecases::Row& found_row) { version = found_row.integer(0); });
        });
        taken["changed"] += town.changed([&](usecases::Transaction& t) {
                                  return usecases::change_row(
                                      t, town.as(row.login), row.ledger, row.id, version,
                                      {.fields = fields_of(*town.pack->ledger(row.ledger))});
                                })
                                .has_value();
        break;
      }
      case 4: {
        if (rows.empty()) break;
        const auto at = dice() % rows.size();
        const auto row = rows[at];
        fact = "an ended row of " + row.ledger;
        taken["ended"] += town.changed([&](usecases::Transaction& t) {
                                return usecases::end_row(t, town.as(row.login), row.ledger, row.id);
                              })
                              .has_value();
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      }
      case 5:
      case 6: {
        auto page = town.read([&](usecases::Reader& reader) {
          return usecases::list_tasks(
              reader, town.as("leader"),
              {.whom = town.places.at(where),
               .on = format_day(town.zone.day_of(town.now).plus(dice() % 4 == 0 ? -1 : 0)),
               .state = "open,missed",
               .point = {},
               .duty = {},
               .paging = {.limit = 500, .after = {}}});
        });
        if (!page || page->items.empty()) break;
        const auto& task = pick(page->items);
        fact = "an answer to " + task.duty + " " + task.period;
        auto answer = task.checklist ? good(*task.checklist) : done();
        answer.point = task.point ? task.point->id : "";
        const auto opens = *parse_instant(task.opens_at), closes = *parse_instant(task.closes_at);
        answer.happened_at = town.zone.format(
            {dice() % 2 ? town.now.ms : std::clamp(closes.ms - 1000, opens.ms, town.now.ms)});
        taken["answered"] +=
            give(where == "school" ? "safety" : login, answer, {}, task.duty, task.period, where)
                .has_value();
        break;
      }
      case 7: {
        auto page = town.read([&](usecases::Reader& reader) {
          return usecases::list_misses(reader, town.as("leader"),
                                       {.organisation = town.places["school"],
                                        .from = {},
                                        .to = {},
                                        .paging = {.limit = 60, .after = {}}});
        });
        if (!page || page->items.empty()) break;
        const auto& miss = pick(page->items);
        fact = "an excuse of " + miss.duty;
        const auto id = town.id();
        const auto point = miss.point ? miss.point->id : "";
        const auto made = town.changed([&](usecases::Transaction& t) {
          return usecases::ask_excuse(t, town.as("safety"),
                                      {.duty = miss.duty,
                                       .organisation = town.places["school"],
                                       .period = miss.period,
                                       .point = point},
                                      id, {.point = point, .reason = "停电一天，实在做不成"});
        });
        if (!made) break;
        taken["excused"] +=
            town.changed([&](usecases::Transaction& t) {
                  return usecases::decide_excuse(t, town.as("officer"), id, {},
                                                 {.approved = dice() % 4 != 0, .words = "看过了"});
                })
                .has_value();
        break;
      }
      case 8: {
        if (postings.empty() || dice() % 2) {
          fact = "a post";
          const auto posting = town.id();
          const std::vector<std::string> posts{"guard", "safety_manager", "class_teacher"};
          const std::vector<std::string> who{"teacher", "guard", "principal"};
          const auto person = town.people.at(pick(who));
          if (posted("principal", person, posting, pick(posts), "school")) {
            postings.emplace_back(person, posting);
            ++taken["posted"];
          }
        } else {
          fact = "a post that ended";
          const auto [person, posting] = postings.back();
          postings.pop_back();
          town.write([&](usecases::Transaction& t) {
            return usecases::end_post(t, town.as("principal"), person, posting);
          });
        }
        break;
      }
      case 9: {
        const auto turn = dice() % 4;
        if (turn == 0 && schools.size() < 5) {
          const std::vector<std::string> kinds{"kindergarten", "boarding_middle", "vocational"};
          const auto name = "云溪新校" + std::to_string(step);
          fact = "a new school";
          if (opened_place(name, dice() % 2 ? "east" : "west", pick(kinds), {{"pupils", 900}}))
            schools.push_back(name);
          taken["opened"] = static_cast<int>(schools.size());
        } else if (turn == 1 && schools.size() > 2) {
          fact = "a school that ended";
          changed_place(schools.back(), {.name = {}, .code = {}, .facets = {}, .end = true});
          schools.pop_back();
        } else {
          fact = "a school with other facets";
          changed_place("school", {.name = {},
                                   .code = {},
                                   .facets = json::object{{"boarding", dice() % 2 == 0},
                                                          {"bus", dice() % 2 == 0},
                                                          {"canteen", dice() % 2 == 0},
                                                          {"pupils", dice() % 3000}},
                                   .end = {}});
        }
        break;
      }
      case 10: {
        if (hazards.empty() || dice() % 3 == 0) {
          fact = "a hazard";
          const bool far = dice() % 4 == 0;
          const auto id = town.id(far ? "500191" : "500190");
          if (open(far ? "far_principal" : "teacher", id, hazard(), "find", far ? "far" : "school"))
            hazards.push_back(id);
          break;
        }
        const auto& id =
            hazards[hazards.size() - 1 - dice() % std::min<std::size_t>(5, hazards.size())];
        const std::vector<std::string> who{"safety", "principal", "officer"};
        const auto mover = pick(who);
        const auto seen = look(mover, id);
        if (!seen) break;
        std::vector<std::string> moves;
        for (const auto& offer : shape(*seen).moves)
          if (offer.allowed) moves.push_back(offer.id);
        if (moves.empty()) break;
        const auto name = pick(moves);
        fact = "a hazard's " + name;
        json::object fields;
        if (name == "assess") fields = dice() % 2 ? lec(6, 6, 7) : lec(1, 1, 1);
        if (name == "plan" || name == "begin_treatment") fields = five(town.people["safety"]);
        if (name == "finish_treatment" || name == "mend_on_spot")
          fields = {{"photos_after", json::array{after}}};
        if (name == "mend_on_spot") fields["measures"] = "当场挪开";
        taken["moved"] += move(mover, id, name, fields).has_value();
        break;
      }
      case 11:
        fact = "a matter's " + some_step(dice);
        break;
      default: {
        const std::vector<std::string> closing{"closures", "calendar_days"};
        const auto& ledger = *town.pack->ledger(pick(closing));
        fact = "a row of " + ledger.id;
        const auto today = town.zone.day_of(town.now);
        json::object fields{{"from", format_day(today)}, {"to", format_day(today.plus(2))}};
        if (ledger.id == "calendar_days")
          fields = {{"day", format_day(today.plus(1))}, {"lessons", dice() % 2 == 0}};
        fields["reason"] = "暴雨";
        const auto id = town.id(std::string(district_of(town.places.at(where))));
        const auto made = town.changed([&](usecases::Transaction& t) {
          return usecases::create_row(
              t, town.as(login), ledger.id,
              {.id = id, .organisation = town.places.at(where), .fields = fields});
        });
        if (made) rows.push_back({ledger.id, id, login});
        break;
      }
    }
    const std::int64_t hours[] = {0, 0, 1, 5, 17, 70, 24 * 9};
    town.now = town.now.plus_ms(hours[dice() % 7] * kHourMs);
    if (dice() % 3 == 0) keep_duties();
    if (step % 20 == 0) expect_as_stored(fact + ", step " + std::to_string(step));
    if (HasFailure()) return;
  }
  expect_as_stored("everything");
  for (const auto* what :
       {"entered", "changed", "ended", "answered", "excused", "posted", "opened", "moved"})
    EXPECT_GT(taken[what], what == std::string("entered") ? 30 : 2) << what;
}

}  // namespace
}  // namespace anxiao::app
