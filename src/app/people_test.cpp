#include "usecases/people.h"

#include <gtest/gtest.h>

#include "app/test_town.h"
#include "usecases/sessions.h"

namespace anxiao::app {
namespace {

using usecases::NewPerson;
using usecases::NewPost;

class PeopleOfATown : public testing::Test {
 protected:
  NewPerson somebody(const std::string& login = "zhang") {
    return {.id = town.id(),
            .name = "张某",
            .login = login,
            .organisation = town.places["school"],
            .posts = {{town.id(), "class_teacher", town.places["school"]}}};
  }
  Result<usecases::Kept<usecases::Person>> create(const std::string& login, const NewPerson& sent) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::create_person(t, town.as(login), sent, town.password);
    });
  }
  Result<usecases::Kept<usecases::Person>> give(const std::string& login, const std::string& to,
                                                const std::string& post, const std::string& where,
                                                std::string id = {}) {
    if (id.empty()) id = town.id(std::string(district_of(town.places[where])));
    return town.changed([&](usecases::Transaction& t) {
      return usecases::give_post(t, town.as(login), town.people[to],
                                 {id, post, town.places[where]});
    });
  }
  Result<usecases::Person> change(const std::string& login, const std::string& whom,
                                  const usecases::PersonChange& change,
                                  std::optional<std::int64_t> version = {}) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::change_person(t, town.as(login), town.people[whom], version, change);
    });
  }
  Result<void> reset(const std::string& login, const std::string& whom) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::reset_password(t, town.as(login), town.people[whom], town.password);
    });
  }
  std::string posting_of(const std::string& login) {
    return town.as(login).actor.postings.at(0).id;
  }
  std::size_t seen_by(const std::string& login, const usecases::PersonFilter& filter = {}) {
    return town
        .read([&](usecases::Reader& reader) {
          return usecases::list_people(reader, town.as(login), filter);
        })
        ->items.size();
  }
  template <class T>
  static std::string key(const Result<T>& result) {
    return result ? "taken" : result.error().key;
  }
  Town town;
};

TEST_F(PeopleOfATown, AreEnteredWithTheirPostsAndAPasswordShownOnce) {
  auto sent = somebody("  Zhang.San ");
  auto made = create("officer", sent);
  ASSERT_TRUE(made) << made.error().key;
  EXPECT_EQ(made->value.login, "zhang.san");
  EXPECT_EQ(made->value.one_time_password, town.password.text);
  ASSERT_EQ(made->value.postings.size(), 1u);
  EXPECT_EQ(made->value.postings[0].post, "class_teacher");
  auto again = create("officer", sent);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->repeated);
  EXPECT_FALSE(again->value.one_time_password);
  EXPECT_EQ(town.lines("PostGiven").size(), 12u);
}

TEST_F(PeopleOfATown, LeaveNoNameInTheJournal) {
  ASSERT_TRUE(create("officer", somebody("wang")));
  for (const auto& line : town.lines("PersonEntered")) {
    auto text = boost::json::serialize(line);
    EXPECT_EQ(text.find("张某"), std::string::npos);
    EXPECT_EQ(text.find("wang"), std::string::npos);
  }
}

TEST_F(PeopleOfATown, AreRefusedWithTheReason) {
  auto refused = [&](auto alter, const std::string& login = "officer") {
    auto sent = somebody();
    alter(sent);
    auto made = create(login, sent);
    return made ? std::string("taken") : made.error().key + " " + made.error().field;
  };
  EXPECT_EQ(refused([](auto& s) { s.login = "guard"; }), "person.login_taken login");
  EXPECT_EQ(refused([](auto& s) { s.login = "far_officer"; }), "person.login_taken login")
      << "one login means one person in all districts";
  for (auto login : {"", "x", "has blank", "名字", "a/b"})
    EXPECT_EQ(refused([&](auto& s) { s.login = login; }), "person.login_malformed login") << login;
  EXPECT_EQ(refused([](auto& s) { s.name = ""; }), "text.empty name");
  EXPECT_EQ(refused([&](auto& s) { s.id = town.id("500191"); }), "id.other_district id");
  EXPECT_EQ(refused([&](auto& s) { s.organisation = town.id(); }), "not_found organisation");
  EXPECT_EQ(refused([](auto& s) { s.posts[0].post = "king"; }), "people.unknown_post post");
  EXPECT_EQ(refused([&](auto& s) {
              s.posts[0] = {town.id(), "department_officer", town.places["school"]};
            }),
            "people.post_not_here post");
  EXPECT_EQ(refused([&](auto& s) { s.posts[0].organisation = town.id(); }),
            "not_found posts[0].organisation");
  EXPECT_EQ(refused([](auto& s) { s.posts[0].id = "x"; }), "id.malformed posts[0].id");
  EXPECT_EQ(refused([](auto&) {}, "far_officer"), "authority.forbidden ");
  EXPECT_EQ(refused([](auto&) {}, "principal"), "authority.forbidden ");
  auto sent = somebody("li");
  ASSERT_TRUE(create("officer", sent));
  sent.name = "李某某";
  EXPECT_EQ(key(create("officer", sent)), "id.taken");
  EXPECT_EQ(town.count("people"), 12);
}

TEST_F(PeopleOfATown, AreSeenWithinReachAndOneselfAlways) {
  EXPECT_EQ(seen_by("guard"), 1u);
  EXPECT_EQ(seen_by("principal"), 4u);
  EXPECT_EQ(seen_by("officer"), 7u);
  EXPECT_EQ(seen_by("far_officer"), 2u);
  EXPECT_EQ(seen_by("root"), 11u);
  EXPECT_EQ(seen_by("leader"), 1u);
  auto read = [&](const std::string& login, const std::string& whom) {
    return key(town.read([&](usecases::Reader& reader) {
      return usecases::read_person(reader, town.as(login), town.people[whom]);
    }));
  };
  EXPECT_EQ(read("guard", "guard"), "taken");
  EXPECT_EQ(read("guard", "teacher"), "authority.forbidden");
  EXPECT_EQ(read("principal", "far_principal"), "authority.forbidden");
  EXPECT_EQ(read("officer", "fireman"), "taken");
}

TEST_F(PeopleOfATown, AreFoundByPartOfNameOrLoginAndByPlace) {
  EXPECT_EQ(seen_by("root", {.under = {}, .q = "princ", .paging = {}}), 2u);
  EXPECT_EQ(seen_by("root", {.under = {}, .q = "某far", .paging = {}}), 2u);
  EXPECT_EQ(seen_by("root", {.under = town.places["west"], .q = {}, .paging = {}}), 2u);
  EXPECT_EQ(seen_by("root", {.under = town.places["west"], .q = "officer", .paging = {}}), 1u);
  usecases::PersonFilter filter;
  filter.paging.limit = 3;
  std::size_t seen = 0;
  while (true) {
    auto page = town.read([&](usecases::Reader& reader) {
      return usecases::list_people(reader, town.as("root"), filter);
    });
    seen += page->items.size();
    if (!page->next) break;
    filter.paging = *usecases::paging_of("3", *page->next, "ss");
  }
  EXPECT_EQ(seen, 11u);
}

TEST_F(PeopleOfATown, GivePostsWithinReachOnly) {
  EXPECT_EQ(key(give("principal", "guard", "safety_manager", "school")), "taken");
  EXPECT_EQ(key(give("principal", "guard", "safety_manager", "middle")), "authority.forbidden");
  EXPECT_EQ(key(give("safety", "guard", "safety_manager", "school")), "authority.forbidden");
  EXPECT_EQ(key(give("leader", "guard", "safety_manager", "school")), "authority.forbidden");
  EXPECT_EQ(key(give("officer", "guard", "principal", "middle")), "taken");
  EXPECT_EQ(key(give("principal", "guard", "safety_manager", "school")), "people.post_held");
}

TEST_F(PeopleOfATown, NeverGiveAPostAboveTheirOwn) {
  EXPECT_EQ(key(give("officer", "teacher", "administrator", "east")), "people.post_above_yours");
  EXPECT_EQ(key(give("officer", "teacher", "district_safety_officer", "east")), "taken");
  EXPECT_EQ(key(give("admin", "guard", "administrator", "east")), "taken");
  EXPECT_EQ(key(give("admin", "guard", "municipal_leader", "city")), "authority.forbidden");
  EXPECT_EQ(key(give("root", "guard", "municipal_leader", "city")), "taken");
  EXPECT_EQ(key(give("principal", "guard", "principal", "school")), "taken");
}

TEST_F(PeopleOfATown, NeverGiveAPostToThemselves) {
  EXPECT_EQ(key(give("principal", "principal", "safety_manager", "school")), "people.yourself");
  EXPECT_EQ(key(give("root", "root", "municipal_leader", "city")), "people.yourself");
}

TEST_F(PeopleOfATown, GiveTheSamePostOnceForTheSameId) {
  auto id = town.id();
  ASSERT_TRUE(give("principal", "guard", "safety_manager", "school", id));
  auto again = give("principal", "guard", "safety_manager", "school", id);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(key(give("principal", "guard", "class_teacher", "school", id)), "id.taken");
  EXPECT_EQ(key(give("principal", "teacher", "safety_manager", "school", id)), "id.taken");
}

TEST_F(PeopleOfATown, EndAPostOnceAndOnlyWhereTheyMayGiveIt) {
  auto end = [&](const std::string& login, const std::string& whom, const std::string& posting) {
    return key(town.changed([&](usecases::Transaction& t) {
      return usecases::end_post(t, town.as(login), town.people[whom], posting);
    }));
  };
  auto posting = posting_of("safety");
  EXPECT_EQ(end("safety", "safety", posting), "authority.forbidden");
  EXPECT_EQ(end("officer", "admin", posting_of("admin")), "people.post_above_yours");
  EXPECT_EQ(end("principal", "guard", posting), "not_found") << "the posting of another person";
  EXPECT_EQ(end("principal", "safety", "x"), "not_found");
  EXPECT_EQ(end("principal", "safety", posting), "taken");
  EXPECT_EQ(end("principal", "safety", posting), "taken");
  EXPECT_EQ(town.lines("PostEnded").size(), 1u);
}

TEST_F(PeopleOfATown, ChangeInTheVersionThatWasRead) {
  auto changed = change("officer", "guard", {.name = "新名字", .active = {}}, 1);
  ASSERT_TRUE(changed) << changed.error().key;
  EXPECT_EQ(changed->name, "新名字");
  EXPECT_EQ(changed->version, 2);
  EXPECT_EQ(key(change("officer", "guard", {.name = "x", .active = {}}, 1)), "edit.stale");
  EXPECT_EQ(key(change("officer", "guard", {.name = "", .active = {}}, 2)), "text.empty");
  EXPECT_EQ(key(change("principal", "guard", {.name = "x", .active = {}})), "authority.forbidden");
  EXPECT_EQ(key(change("officer", "officer", {.name = {}, .active = false})), "people.yourself");
}

TEST_F(PeopleOfATown, DoNotTouchAccountsThatReachFurtherThanTheirOwn) {
  // A school's account whose holder has a post at the district as well.
  ASSERT_TRUE(give("admin", "teacher", "administrator", "east"));
  EXPECT_EQ(key(reset("officer", "teacher")), "people.post_above_yours");
  EXPECT_EQ(key(change("officer", "teacher", {.name = {}, .active = false})),
            "people.post_above_yours");
  EXPECT_EQ(key(reset("admin", "teacher")), "taken");
  ASSERT_TRUE(give("root", "guard", "municipal_leader", "city"));
  EXPECT_EQ(key(reset("admin", "guard")), "authority.forbidden");
}

TEST_F(PeopleOfATown, GetANewPasswordForOneEntryThatEndsTheirSessions) {
  usecases::Sessions sessions(town.store);
  town.heard = [&](std::span<const usecases::Entry> entries) { sessions.heard(entries); };
  auto begun = sessions.log_in({"guard", town.password.text, "10.0.0.1", ""}, town.now);
  ASSERT_TRUE(begun);
  auto fresh = usecases::make_one_time_password();
  ASSERT_TRUE(town.changed([&](usecases::Transaction& t) {
    return usecases::reset_password(t, town.as("officer"), town.people["guard"], fresh);
  }));
  EXPECT_FALSE(sessions.actor_of(begun->token, usecases::Carried::cookie, town.now));
  EXPECT_FALSE(sessions.log_in({"guard", town.password.text, "10.0.0.1", ""}, town.now));
  auto again = sessions.log_in({"guard", fresh.text, "10.0.0.1", ""}, town.now);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->actor->must_change_password);
  EXPECT_EQ(key(reset("principal", "guard")), "authority.forbidden");
  EXPECT_EQ(key(reset("far_officer", "guard")), "authority.forbidden");
  town.heard = nullptr;
}

}  // namespace
}  // namespace anxiao::app
