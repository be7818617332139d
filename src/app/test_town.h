// For tests: a small invented city over a real store in a folder of its own, with the repository's
// pack. Two districts, three schools, a department, and one person at every post.

#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/ids.h"
#include "pack/calendar.h"
#include "pack/pack.h"
#include "store/temporary_folder.h"
#include "store/test_store.h"
#include "usecases/calendars.h"
#include "usecases/office.h"
#include "usecases/organisations.h"
#include "usecases/people.h"
#include "usecases/query.h"

namespace anxiao::app {

inline std::shared_ptr<const pack::Pack> test_pack() {
  static const auto loaded = pack::load(std::string(ANXIAO_SOURCE) + "/pack/cq-2017-193");
  for (const auto& complaint : loaded.complaints) ADD_FAILURE() << complaint.text();
  return loaded.pack;
}

class Town {
 public:
  Town()
      : pack(test_pack()),
        zone("Asia/Shanghai"),
        kept_(store::test_store(folder_.path(), now)),
        store(*kept_) {
    store.listen([this](std::span<const usecases::Entry> entries) {
      calendars.heard(entries);
      if (heard) heard(entries);
    });
    auto office = founder();
    write([&](usecases::Transaction& t) -> Result<void> {
      TRY(usecases::found_root(t, office,
                               {.id = place("city", "500000"),
                                .parent = "",
                                .kind = "municipality",
                                .name = "演示市",
                                .code = {},
                                .facets = {}}));
      TRY(add(t, office, "east", "500190", "city", "district", "云溪区"));
      TRY(add(t, office, "west", "500191", "city", "district", "青山区"));
      TRY(add(t, office, "fire", "500190", "east", "department", "云溪区消防救援大队"));
      TRY(add(t, office, "school", "500190", "east", "primary", "云溪实验小学"));
      TRY(add(t, office, "middle", "500190", "east", "senior_middle", "云溪中学"));
      TRY(add(t, office, "far", "500191", "west", "primary", "青山小学"));
      TRY(enter(t, office, "root", "city", "administrator"));
      TRY(enter(t, office, "leader", "city", "municipal_leader"));
      TRY(enter(t, office, "admin", "east", "administrator"));
      TRY(enter(t, office, "officer", "east", "district_safety_officer"));
      TRY(enter(t, office, "far_officer", "west", "district_safety_officer"));
      TRY(enter(t, office, "fireman", "fire", "department_officer"));
      TRY(enter(t, office, "principal", "school", "principal"));
      TRY(enter(t, office, "safety", "school", "safety_manager"));
      TRY(enter(t, office, "teacher", "school", "class_teacher"));
      TRY(enter(t, office, "guard", "school", "guard"));
      TRY(enter(t, office, "far_principal", "far", "principal"));
      return {};
    });
  }

  // Runs the work in one transaction and expects that it is taken.
  template <class Work>
  void write(const Work& work) {
    store.write([&](usecases::Transaction& transaction) {
      auto result = work(transaction);
      if (!result) ADD_FAILURE() << result.error().key << ": " << result.error().detail;
      return result.has_value();
    });
  }

  // What a use case that changes something gives; a refusal undoes it.
  template <class Work>
  auto changed(const Work& work) -> decltype(work(std::declval<usecases::Transaction&>())) {
    std::optional<decltype(work(std::declval<usecases::Transaction&>()))> out;
    store.write([&](usecases::Transaction& transaction) {
      out.emplace(work(transaction));
      return out->has_value();
    });
    return std::move(*out);
  }

  // The same, undone whether it is taken or not.
  template <class Work>
  auto tried(const Work& work) -> decltype(work(std::declval<usecases::Transaction&>())) {
    std::optional<decltype(work(std::declval<usecases::Transaction&>()))> out;
    store.write([&](usecases::Transaction& transaction) {
      out.emplace(work(transaction));
      return false;
    });
    return std::move(*out);
  }

  template <class Work>
  auto read(const Work& work) -> decltype(work(std::declval<usecases::Reader&>())) {
    std::optional<decltype(work(std::declval<usecases::Reader&>()))> out;
    store.read([&](usecases::Reader& reader) { out.emplace(work(reader)); });
    return std::move(*out);
  }

  // The office as that person sits in it, with the posts held now.
  usecases::Office as(const std::string& login) {
    organisations::Actor actor;
    actor.person = people.at(login);
    actor.name = login;
    actor.district = std::string(district_of(actor.person));
    actor.session = "session-of-" + login;
    store.read([&](usecases::Reader& reader) {
      usecases::Query(
          "SELECT q.id, q.post, q.organisation, o.name, o.kind, q.district, o.path FROM districts d"
          " JOIN postings q ON q.district = d.district AND q.person = ? AND q.until IS NULL"
          " JOIN organisations o ON o.district = q.district AND o.id = q.organisation",
          {actor.person})
          .run(reader, [&](const usecases::Row& row) {
            actor.postings.push_back({.id = std::string(row.text(0)),
                                      .post = std::string(row.text(1)),
                                      .organisation = std::string(row.text(2)),
                                      .organisation_name = std::string(row.text(3)),
                                      .kind = std::string(row.text(4)),
                                      .district = std::string(row.text(5)),
                                      .path = std::string(row.text(6))});
          });
    });
    actors_.push_back(std::move(actor));
    return {*pack, zone, now, actors_.back(), &calendars};
  }

  // An office at one post of one organisation, of nobody in particular.
  usecases::Office at_post(const std::string& post, const std::string& where) {
    auto found = read([&](usecases::Reader& reader) {
      return usecases::place_of(reader, places.at(where), now);
    });
    organisations::Actor actor;
    actor.person = new_id(found->district, now);
    actor.district = found->district;
    actor.postings.push_back({.id = new_id(found->district, now),
                              .post = post,
                              .organisation = found->id,
                              .organisation_name = found->name,
                              .kind = found->kind,
                              .district = found->district,
                              .path = found->path});
    actors_.push_back(std::move(actor));
    return {*pack, zone, now, actors_.back(), &calendars};
  }

  // The city's administrator before there is anybody.
  usecases::Office founder() {
    organisations::Actor actor;
    auto root = place("city", "500000");
    actor.district = "500000";
    actor.postings.push_back({.id = {},
                              .post = "administrator",
                              .organisation = root,
                              .organisation_name = {},
                              .kind = "municipality",
                              .district = "500000",
                              .path = "/" + root + "/"});
    actors_.push_back(std::move(actor));
    return {*pack, zone, now, actors_.back(), &calendars};
  }

  std::string id(const std::string& district = "500190") { return new_id(district, now); }

  // Journal lines of that kind: their data, oldest first.
  std::vector<boost::json::object> lines(const std::string& kind) {
    std::vector<boost::json::object> out;
    store.read([&](usecases::Reader& reader) {
      usecases::Query("SELECT data FROM journal WHERE kind = ? ORDER BY seq", {kind})
          .run(reader, [&](const usecases::Row& row) {
            out.push_back(boost::json::parse(row.text(0)).as_object());
          });
    });
    return out;
  }

  std::int64_t count(const std::string& table) {
    std::int64_t out = 0;
    store.read([&](usecases::Reader& reader) {
      usecases::Query("SELECT count(*) FROM " + table).run(reader, [&](const usecases::Row& row) {
        out = row.integer(0);
      });
    });
    return out;
  }

 private:
  std::string place(const std::string& key, const std::string& district) {
    auto& held = places[key];
    if (held.empty()) held = new_id(district, now);
    return held;
  }

  Result<void> add(usecases::Transaction& t, const usecases::Office& office, const std::string& key,
                   const std::string& district, const std::string& parent, const std::string& kind,
                   const std::string& name) {
    TRY(usecases::create_organisation(t, office,
                                      {.id = place(key, district),
                                       .parent = places.at(parent),
                                       .kind = kind,
                                       .name = name,
                                       .code = {},
                                       .facets = {}}));
    return {};
  }

  Result<void> enter(usecases::Transaction& t, const usecases::Office& office,
                     const std::string& login, const std::string& where, const std::string& post) {
    std::string district(district_of(places.at(where)));
    people[login] = new_id(district, now);
    TRY(usecases::create_person(t, office,
                                {.id = people[login],
                                 .name = "某" + login,
                                 .login = login,
                                 .organisation = places.at(where),
                                 .posts = {{new_id(district, now), post, places.at(where)}}},
                                password));
    return {};
  }

  store::TemporaryFolder folder_;
  std::deque<organisations::Actor> actors_;

 public:
  Instant now{1772407800000};  // 2026-03-02T07:30:00+08:00
  std::shared_ptr<const pack::Pack> pack;
  Zone zone;
  usecases::Calendars calendars{
      zone, pack::load_holidays(std::string(ANXIAO_SOURCE) + "/pack/calendar").years};
  usecases::Store::Listener heard;  // what is committed from here on
  const std::unique_ptr<usecases::Store> kept_;
  usecases::Store& store;
  std::map<std::string, std::string> places;
  std::map<std::string, std::string> people;
  // Everybody's: hashing is slow on purpose, and once is enough.
  static inline const usecases::OneTimePassword password = usecases::make_one_time_password();
};

}  // namespace anxiao::app
