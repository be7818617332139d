#include "usecases/sessions.h"

#include <gtest/gtest.h>

#include <thread>

#include "app/test_town.h"
#include "base/hash.h"
#include "usecases/me.h"
#include "usecases/tokens.h"

namespace anxiao::app {
namespace {

using usecases::Carried;
using usecases::Sessions;

class SessionsOfATown : public testing::Test {
 protected:
  SessionsOfATown() {
    town.heard = [this](std::span<const usecases::Entry> entries) {
      if (sessions) sessions->heard(entries);
    };
    sessions = std::make_unique<Sessions>(town.store);
  }

  Result<Sessions::Begun> log_in(const std::string& login, const std::string& password,
                                 const std::string& address = "10.0.0.1") {
    return sessions->log_in({login, password, address, "test"}, now);
  }

  std::string token_of(const std::string& login) {
    auto begun = log_in(login, town.password.text);
    EXPECT_TRUE(begun) << begun.error().key;
    return begun ? begun->token : std::string{};
  }

  std::string refusal_of(const std::string& token, Carried how = Carried::cookie) {
    auto actor = sessions->actor_of(token, how, now);
    return actor ? "" : actor.error().key;
  }

  std::unique_ptr<Sessions> sessions;  // before the store: its listener refers to it
  Town town;
  Instant now = town.now;
};

TEST_F(SessionsOfATown, KnowWhoLoggedInAndAtWhichPosts) {
  auto begun = log_in(" Principal ", town.password.text);
  ASSERT_TRUE(begun);
  EXPECT_EQ(begun->token.substr(0, 7), "500190.");
  EXPECT_EQ(begun->token.size(), 50u);
  EXPECT_TRUE(begun->actor->must_change_password);
  auto actor = sessions->actor_of(begun->token, Carried::cookie, now);
  ASSERT_TRUE(actor);
  EXPECT_EQ((*actor)->person, town.people["principal"]);
  ASSERT_EQ((*actor)->postings.size(), 1u);
  EXPECT_EQ((*actor)->postings[0].post, "principal");
  EXPECT_EQ((*actor)->postings[0].organisation_name, "云溪实验小学");
  EXPECT_EQ((*actor)->postings[0].kind, "primary");
  auto me = town.read([&](usecases::Reader& reader) {
    return usecases::read_me(reader, {*town.pack, town.zone, now, **actor});
  });
  EXPECT_EQ(me.person.login, "principal");
  EXPECT_NE(std::ranges::find(me.may, "matters.move"), me.may.end());
  EXPECT_EQ(std::ranges::find(me.may, "state.read"), me.may.end());
  EXPECT_EQ(me.postings[0].post_name.en, "Principal");
}

TEST_F(SessionsOfATown, KeepNeitherTokenNorPasswordNorWhatWasTypedAsLogin) {
  auto token = token_of("guard");
  EXPECT_FALSE(log_in("my-secret-typed-in-the-wrong-box", "wrong"));
  EXPECT_FALSE(log_in("guard", "another-wrong-password"));
  town.store.read([&](usecases::Reader& reader) {
    for (auto sql : {"SELECT token_hash FROM sessions", "SELECT data || subject FROM journal",
                     "SELECT subject FROM throttles"})
      reader.query(sql, {}, [&](const usecases::Row& row) {
        for (auto secret : {token, std::string("my-secret"), std::string("another-wrong"),
                            sha256_hex("my-secret-typed-in-the-wrong-box")})
          EXPECT_EQ(row.text(0).find(secret), std::string_view::npos);
      });
  });
  auto refused = town.lines("SessionRefused");
  ASSERT_EQ(refused.size(), 2u);
  EXPECT_EQ(refused[0].at("person"), "");
  EXPECT_EQ(refused[1].at("person").as_string(), town.people["guard"]);
}

TEST_F(SessionsOfATown, SayTheSameOfAnUnknownLoginAndAWrongPassword) {
  auto unknown = log_in("nobody", "whatever-it-is");
  auto wrong = log_in("guard", "whatever-it-is");
  ASSERT_FALSE(unknown || wrong);
  EXPECT_EQ(unknown.error().key, "session.wrong");
  EXPECT_EQ(unknown.error().key, wrong.error().key);
  EXPECT_EQ(unknown.error().detail, wrong.error().detail);
  EXPECT_EQ(unknown.error().why, Why::unauthenticated);
}

TEST_F(SessionsOfATown, PauseAnAccountAfterWrongPasswordsEvenForTheRightOne) {
  for (int i = 0; i < usecases::kFreeFailuresOfAccount; ++i)
    EXPECT_EQ(log_in("guard", "wrong").error().key, "session.wrong");
  auto refused = log_in("guard", town.password.text);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().key, "session.throttled");
  EXPECT_EQ(refused.error().args.at("retry_after_seconds").as_int64(),
            usecases::kFirstPauseMs / kSecondMs);
  EXPECT_TRUE(log_in("teacher", town.password.text)) << "another account from the same address";
  now = now.plus_ms(usecases::kFirstPauseMs);
  EXPECT_EQ(log_in("guard", "wrong").error().key, "session.wrong");
  now = now.plus_ms(usecases::kFirstPauseMs);
  EXPECT_EQ(log_in("guard", town.password.text).error().key, "session.throttled")
      << "the pause has doubled";
  now = now.plus_ms(usecases::kFirstPauseMs);
  EXPECT_TRUE(log_in("guard", town.password.text));
  EXPECT_EQ(log_in("guard", "wrong").error().key, "session.wrong") << "counted from one again";
}

TEST_F(SessionsOfATown, PauseALoginNobodyHasInTheSameWay) {
  for (int i = 0; i < usecases::kFreeFailuresOfAccount; ++i)
    EXPECT_EQ(log_in("nobody", "wrong").error().key, "session.wrong");
  EXPECT_EQ(log_in("nobody", "wrong").error().key, "session.throttled");
  EXPECT_EQ(log_in("nobody-else", "wrong").error().key, "session.wrong");
}

TEST_F(SessionsOfATown, PauseAnAddressThatTriesManyAccounts) {
  for (int i = 0; i < usecases::kFreeFailuresOfAddress; ++i)
    EXPECT_EQ(log_in("login" + std::to_string(i), "wrong", "10.9.9.9").error().key,
              "session.wrong");
  EXPECT_EQ(log_in("principal", town.password.text, "10.9.9.9").error().key, "session.throttled");
  EXPECT_TRUE(log_in("principal", town.password.text, "10.9.9.8"));
}

TEST_F(SessionsOfATown, LetNoMoreGuessesThroughWhenManyComeAtOnce) {
  std::atomic<int> wrong{0};
  std::vector<std::thread> guessers;
  for (int i = 0; i < 8; ++i)
    guessers.emplace_back([&] {
      for (int k = 0; k < 3; ++k)
        if (log_in("guard", "guess").error().key == "session.wrong") ++wrong;
    });
  for (auto& each : guessers) each.join();
  EXPECT_EQ(wrong, usecases::kFreeFailuresOfAccount);
}

TEST_F(SessionsOfATown, ForgetFailuresAfterADay) {
  for (int i = 0; i < usecases::kFreeFailuresOfAccount - 1; ++i)
    (void)log_in("guard", "wrong").has_value();
  now = now.plus_ms(usecases::kFailuresKeptMs + 1);
  EXPECT_EQ(log_in("guard", "wrong").error().key, "session.wrong");
  EXPECT_TRUE(log_in("guard", town.password.text));
}

TEST_F(SessionsOfATown, EndWhenIdleAndInAnyCaseAfterDays) {
  auto token = token_of("guard");
  auto busy = token_of("teacher");
  auto began = now;
  now = now.plus_ms(usecases::kSessionIdleMs - 1);
  EXPECT_EQ(refusal_of(busy), "");
  now = now.plus_ms(2);
  EXPECT_EQ(refusal_of(token), "session.ended");
  EXPECT_EQ(refusal_of(busy), "");
  while (now.ms + usecases::kSessionIdleMs / 2 < began.ms + usecases::kSessionLongestMs) {
    now = now.plus_ms(usecases::kSessionIdleMs / 2);
    ASSERT_EQ(refusal_of(busy), "");
  }
  now = Instant{began.ms + usecases::kSessionLongestMs};
  EXPECT_EQ(refusal_of(busy), "session.ended");
}

TEST_F(SessionsOfATown, RememberAcrossARestartWhenTheyWereLastSeen) {
  auto token = token_of("guard");
  now = now.plus_ms(usecases::kSessionIdleMs - kMinuteMs);
  EXPECT_EQ(refusal_of(token), "");
  sessions->sweep(now);
  sessions = std::make_unique<Sessions>(town.store);
  now = now.plus_ms(kHourMs);
  EXPECT_EQ(refusal_of(token), "");
}

TEST_F(SessionsOfATown, AreClearedAwayOnceTheyHaveEnded) {
  auto old = token_of("guard");
  now = now.plus_ms(usecases::kSessionIdleMs + kHourMs);
  auto fresh = token_of("teacher");
  EXPECT_FALSE(log_in("principal", "wrong"));
  sessions->sweep(now);
  EXPECT_EQ(town.count("sessions"), 1);
  EXPECT_EQ(town.count("throttles"), 2);
  EXPECT_EQ(sessions->held(), 1u);
  EXPECT_EQ(refusal_of(fresh), "");
  sessions->sweep(now.plus_ms(usecases::kFailuresKeptMs));
  EXPECT_EQ(town.count("throttles"), 0);
}

TEST_F(SessionsOfATown, KnowNothingThatIsNoToken) {
  auto token = token_of("guard");
  for (auto other :
       {std::string(), std::string("500190."), std::string(50, 'x'), "500191" + token.substr(6),
        token.substr(0, 49), token + "x", "50019x" + token.substr(6)})
    EXPECT_EQ(refusal_of(other), "session.none") << other;
  EXPECT_EQ(refusal_of(token, Carried::bearer), "session.none");
}

TEST_F(SessionsOfATown, EndAtOnceOnLogOut) {
  auto token = token_of("guard");
  auto other = token_of("guard");
  sessions->log_out(**sessions->actor_of(token, Carried::cookie, now), now);
  EXPECT_EQ(refusal_of(token), "session.none");
  EXPECT_EQ(refusal_of(other), "");
  EXPECT_EQ(town.lines("SessionEnded").size(), 1u);
}

TEST_F(SessionsOfATown, EndAtOnceWhenThePersonIsShutOut) {
  auto token = token_of("guard");
  ASSERT_EQ(refusal_of(token), "");
  ASSERT_TRUE(town.changed([&](usecases::Transaction& t) {
    return usecases::change_person(t, town.as("officer"), town.people["guard"], {},
                                   {.name = {}, .active = false});
  }));
  EXPECT_EQ(refusal_of(token), "session.none");
  EXPECT_EQ(log_in("guard", town.password.text).error().key, "session.wrong");
}

TEST_F(SessionsOfATown, LoseAPostAtOnceAndGainOneAtOnce) {
  auto token = token_of("safety");
  auto actor = *sessions->actor_of(token, Carried::cookie, now);
  ASSERT_EQ(actor->postings.size(), 1u);
  ASSERT_TRUE(town.changed([&](usecases::Transaction& t) {
    return usecases::end_post(t, town.as("principal"), town.people["safety"],
                              actor->postings[0].id);
  }));
  EXPECT_TRUE((*sessions->actor_of(token, Carried::cookie, now))->postings.empty());
  ASSERT_TRUE(town.changed([&](usecases::Transaction& t) {
    return usecases::give_post(t, town.as("principal"), town.people["safety"],
                               {town.id(), "class_teacher", town.places["school"]});
  }));
  EXPECT_EQ((*sessions->actor_of(token, Carried::cookie, now))->postings.at(0).post,
            "class_teacher");
}

TEST_F(SessionsOfATown, LoseThePostsOfAnOrganisationThatEnds) {
  auto token = token_of("guard");
  ASSERT_FALSE((*sessions->actor_of(token, Carried::cookie, now))->postings.empty());
  auto ended = town.changed([&](usecases::Transaction& t) {
    return usecases::change_organisation(t, town.as("officer"), town.places["school"], 1,
                                         {.name = {}, .code = {}, .facets = {}, .end = true});
  });
  ASSERT_TRUE(ended) << ended.error().key;
  EXPECT_TRUE((*sessions->actor_of(token, Carried::cookie, now))->postings.empty());
}

TEST_F(SessionsOfATown, EndAPostWhenItsDayComesWithNothingWritten) {
  auto token = token_of("guard");
  auto end = now.plus_ms(kHourMs);
  town.store.write([&](usecases::Transaction& t) {
    t.exec("UPDATE postings SET until = $1 WHERE person = $2", {end.ms, town.people["guard"]});
    return true;
  });
  sessions = std::make_unique<Sessions>(town.store);
  EXPECT_EQ((*sessions->actor_of(token, Carried::cookie, now))->postings.size(), 1u);
  now = end;
  EXPECT_TRUE((*sessions->actor_of(token, Carried::cookie, now))->postings.empty());
}

TEST_F(SessionsOfATown, AreReadOnceAndThenKnownInMemory) {
  auto token = token_of("guard");
  auto first = *sessions->actor_of(token, Carried::cookie, now);
  EXPECT_EQ(first.get(), sessions->actor_of(token, Carried::cookie, now)->get());
  EXPECT_EQ(sessions->held(), 1u);
}

class ChangingAPassword : public SessionsOfATown {
 protected:
  Result<void> change(const std::string& old_password, const std::string& new_password) {
    auto actor = *sessions->actor_of(token, Carried::cookie, now);
    return sessions->change_password(*actor, old_password, new_password, now);
  }
  std::string token = token_of("teacher");
};

TEST_F(ChangingAPassword, LiftsTheDemandToChangeItAndEndsOtherSessions) {
  auto other = token_of("teacher");
  auto changed = change(town.password.text, "four quiet herons");
  ASSERT_TRUE(changed) << changed.error().key;
  EXPECT_FALSE((*sessions->actor_of(token, Carried::cookie, now))->must_change_password);
  EXPECT_EQ(refusal_of(other), "session.none");
  EXPECT_FALSE(log_in("teacher", town.password.text));
  EXPECT_TRUE(log_in("teacher", "four quiet herons"));
}

TEST_F(ChangingAPassword, RefusesAWrongOldOneAndPausesGuessers) {
  for (int i = 0; i < usecases::kFreeFailuresOfAccount; ++i) {
    auto refused = change("not the old one", "four quiet herons");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().key, "session.wrong");
    EXPECT_EQ(refused.error().field, "old");
    EXPECT_EQ(refused.error().why, Why::refused) << "the session itself is good";
  }
  EXPECT_EQ(change(town.password.text, "four quiet herons").error().key, "session.throttled");
}

TEST_F(ChangingAPassword, RefusesWeakOnesAndTheSameAgain) {
  auto reason = [&](const std::string& password) {
    auto refused = change(town.password.text, password);
    return refused ? "taken"
                   : refused.error().key + " " +
                         (refused.error().args.contains("reason")
                              ? std::string(refused.error().args.at("reason").as_string())
                              : "");
  };
  EXPECT_EQ(reason("short"), "password.weak short");
  EXPECT_EQ(reason("teacher123"), "password.weak login");
  EXPECT_EQ(reason("aaaaaaaaaaaa"), "password.weak repeated");
  EXPECT_EQ(reason(std::string(2000, 'x') + "abc"), "password.weak long");
  EXPECT_EQ(reason(town.password.text), "password.same ");
  EXPECT_EQ(reason("春天里的四只白鹭飞过"), "taken");
}

class MachineTokens : public SessionsOfATown {
 protected:
  usecases::NewToken wanted() {
    return {.id = town.id(),
            .name = "gate camera",
            .post = "guard",
            .organisation = town.places["school"],
            .ends_at = town.zone.format(now.plus_ms(30 * kDayMs))};
  }
  Result<usecases::Kept<usecases::MachineToken>> make(const std::string& login,
                                                      const usecases::NewToken& sent) {
    return town.changed(
        [&](usecases::Transaction& t) { return usecases::make_token(t, town.as(login), sent); });
  }
};

TEST_F(MachineTokens, ActAtOnePostInTheNameOfTheirMaker) {
  auto made = make("admin", wanted());
  ASSERT_TRUE(made) << made.error().key;
  auto token = *made->value.token;
  auto actor = sessions->actor_of(token, Carried::bearer, now);
  ASSERT_TRUE(actor) << actor.error().key;
  EXPECT_EQ((*actor)->person, town.people["admin"]);
  EXPECT_EQ((*actor)->name, "gate camera");
  ASSERT_EQ((*actor)->postings.size(), 1u);
  EXPECT_EQ((*actor)->postings[0].post, "guard");
  EXPECT_TRUE((*actor)->session.empty());
  EXPECT_EQ(refusal_of(token, Carried::cookie), "session.none");
}

TEST_F(MachineTokens, AreShownOnceAndListedWithoutTheToken) {
  auto sent = wanted();
  auto made = make("admin", sent);
  ASSERT_TRUE(made);
  auto again = make("admin", sent);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->repeated);
  EXPECT_FALSE(again->value.token);
  sent.name = "another";
  EXPECT_EQ(make("admin", sent).error().key, "id.taken");
  auto list = town.read([&](usecases::Reader& reader) {
    return usecases::list_tokens(reader, town.as("admin"), {});
  });
  ASSERT_EQ(list->items.size(), 1u);
  EXPECT_FALSE(list->items[0].token);
  EXPECT_EQ(list->items[0].person.name, "某admin");
  EXPECT_EQ(town.read([&](usecases::Reader& reader) {
                  return usecases::list_tokens(reader, town.as("principal"), {});
                })
                .error()
                .key,
            "authority.forbidden");
}

TEST_F(MachineTokens, AreRefusedToThoseWithoutTheRightAndForPostsAboveIt) {
  EXPECT_EQ(make("principal", wanted()).error().key, "authority.forbidden");
  auto sent = wanted();
  sent.post = "caretaker";
  EXPECT_EQ(make("admin", sent).error().key, "people.unknown_post");
  sent.post = "administrator";
  EXPECT_EQ(make("admin", sent).error().key, "people.post_not_here");
  sent = wanted();
  for (auto end :
       {std::string("soon"), town.zone.format(now), town.zone.format(now.plus_ms(800 * kDayMs))}) {
    sent.ends_at = end;
    EXPECT_EQ(make("admin", sent).error().key, "token.ends_at");
  }
}

TEST_F(MachineTokens, AreGoneAtOnceWhenRevokedOrTheirMakerIsShutOutOrTheirDayIsOver) {
  auto make_one = [&] { return *make("admin", wanted())->value.token; };
  auto revoked = wanted();
  auto token = *make("admin", revoked)->value.token;
  ASSERT_EQ(refusal_of(token, Carried::bearer), "");
  EXPECT_EQ(town.changed([&](usecases::Transaction& t) {
                  return usecases::revoke_token(t, town.as("officer"), revoked.id);
                })
                .error()
                .key,
            "authority.forbidden");
  ASSERT_TRUE(town.changed([&](usecases::Transaction& t) {
    return usecases::revoke_token(t, town.as("admin"), revoked.id);
  }));
  EXPECT_EQ(refusal_of(token, Carried::bearer), "session.none");

  auto second = make_one();
  ASSERT_EQ(refusal_of(second, Carried::bearer), "");
  ASSERT_TRUE(town.changed([&](usecases::Transaction& t) {
    return usecases::change_person(t, town.as("root"), town.people["admin"], {},
                                   {.name = {}, .active = false});
  }));
  EXPECT_EQ(refusal_of(second, Carried::bearer), "session.none");

  auto third = *make("root", wanted())->value.token;
  ASSERT_EQ(refusal_of(third, Carried::bearer), "");
  now = now.plus_ms(31 * kDayMs);
  EXPECT_EQ(refusal_of(third, Carried::bearer), "session.ended");
}

}  // namespace
}  // namespace anxiao::app
