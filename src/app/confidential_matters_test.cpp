// What few may see: wherever a matter could show, it shows to those few alone, and who looked is on
// record.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_confidential.h"
#include "usecases/attachments.h"
#include "usecases/forget.h"
#include "usecases/journal.h"
#include "usecases/keeper.h"
#include "usecases/loops_list.h"
#include "usecases/matter_counts.h"
#include "usecases/matters_seen.h"
#include "usecases/sums.h"
#include "usecases/today.h"

namespace anxiao::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// Of the town, with whom the pack trusts.
const std::vector<std::string> kFew = {"counsellor", "principal", "officer"};
const std::vector<std::string> kOthers = {"teacher", "safety",      "guard",
                                          "leader",  "admin",       "root",
                                          "fireman", "far_officer", "far_principal"};

class ConfidentialMatters : public TownWithSecrets {
 protected:
  std::string journal_of(const std::string& login) {
    auto page = town.read([&](usecases::Reader& reader) {
      return usecases::read_journal(reader, town.as(login), 0, 1000);
    });
    std::string text;
    if (page)
      for (const auto& line : page->items) text += json::serialize(write(line)) + "\n";
    return text;
  }
  json::object today_of(const std::string& login) {
    usecases::Sums sums;
    usecases::DutySums duty_sums(town.store, town.zone, town.calendars);
    auto today = town.read([&](usecases::Reader& reader) {
      sums.rebuild(reader);
      duty_sums.rebuild(reader);
      return usecases::read_today(reader, town.as(login), sums, duty_sums);
    });
    EXPECT_TRUE(today) << key(today);
    return today ? *today : json::object{};
  }
  Result<json::object> counts_of(const std::string& login, const std::string& where = {}) {
    usecases::Sums sums;
    return town.read([&](usecases::Reader& reader) {
      sums.rebuild(reader);
      return usecases::count_rows(reader, town.as(login), sums, kLoop,
                                  where.empty() ? where : town.places[where]);
    });
  }
  std::vector<usecases::LoopLine> loops_of(const std::string& login) {
    usecases::Sums sums;
    return town.read([&](usecases::Reader& reader) {
      sums.rebuild(reader);
      return usecases::list_loops(reader, town.as(login), sums);
    });
  }
  std::size_t see(const std::string& login, const std::string& where = "school",
                  bool as_file = false) {
    auto office = town.as(login);
    auto sight = town.read([&](usecases::Reader& reader) {
      return usecases::unnoted_matters(reader, office, kLoop, {town.places[where]}, as_file);
    });
    town.store.write([&](usecases::Transaction& t) {
      usecases::note_sight(t, office, sight);
      return true;
    });
    return town.lines("MattersSeen").size();
  }
  std::int64_t forget() {
    return usecases::Forgetting().forget_rows(town.store, *town.pack, town.zone, town.now);
  }
  int kept_days() { return static_cast<int>(town.pack->terms.at("bullying.keep").value); }
  std::string stored() {
    std::string text;
    town.store.read([&](usecases::Reader& reader) {
      for (const char* table : {"matters", "moves"})
        reader.query("SELECT fields FROM " + std::string(table), {},
                     [&](const usecases::Row& row) { text += row.text(0); });
    });
    return text;
  }
};

TEST_F(ConfidentialMatters, AreReadByThoseFewAlone) {
  auto id = secret();
  for (const auto& login : kFew) {
    EXPECT_EQ(key(look_secret(login, id)), "taken") << login;
    EXPECT_THAT(listed(login), ElementsAre(id)) << login;
  }
  for (const auto& login : kOthers) {
    EXPECT_EQ(key(look_secret(login, id)), "authority.forbidden") << login;
    EXPECT_EQ(key(town.read([&](usecases::Reader& reader) {
                return usecases::read_history(reader, town.as(login), kLoop, id);
              })),
              "authority.forbidden")
        << login;
    for (const auto& line : listed(login)) EXPECT_NE(line, id) << login;
  }
}

TEST_F(ConfidentialMatters, AreNotFoundUnderALoopThatOthersRead) {
  auto id = secret();
  EXPECT_EQ(key(look("teacher", id)), "not_found");
  EXPECT_EQ(key(move("safety", id, "assess", lec(6, 6, 7))), "not_found");
}

TEST_F(ConfidentialMatters, AreOpenedAndMovedByNobodyElse) {
  auto id = secret();
  for (const char* login : {"teacher", "safety", "leader", "fireman"}) {
    EXPECT_EQ(key(open_secret(login, town.id())), "authority.forbidden") << login;
    EXPECT_EQ(key(move_secret(login, id, "stop")), "authority.forbidden") << login;
  }
  EXPECT_EQ(key(move_secret("principal", id, "stop",
                            {{"stopped", "已分开"}, {"guardians", "已电话告知双方"}})),
            "taken");
}

TEST_F(ConfidentialMatters, GiveNoRightToHazards) {
  auto hazard_id = found();
  EXPECT_EQ(key(look("counsellor", hazard_id)), "authority.forbidden");
  auto hazards = list("counsellor");
  ASSERT_TRUE(hazards);
  EXPECT_THAT(hazards->items, IsEmpty());
  EXPECT_EQ(key(open("counsellor", town.id(), hazard())), "authority.forbidden");
}

TEST_F(ConfidentialMatters, AreCountedForThoseFewAlone) {
  secret();
  for (const auto& login : kFew) {
    auto counts = counts_of(login);
    ASSERT_TRUE(counts) << login << key(counts);
    EXPECT_THAT(counts->at("rows").as_array(), SizeIs(1)) << login;
    EXPECT_EQ(key(counts_of(login, "school")), "taken") << login;
  }
  for (const char* login : {"teacher", "safety", "guard", "leader"}) {
    EXPECT_EQ(key(counts_of(login)), "authority.forbidden") << login;
    EXPECT_EQ(key(counts_of(login, "school")), "authority.forbidden") << login;
  }
}

TEST_F(ConfidentialMatters, StandInTheJournalForThoseFewAlone) {
  auto id = secret();
  EXPECT_THAT(journal_of("principal"), HasSubstr(id));
  EXPECT_THAT(journal_of("officer"), HasSubstr("课间推搡"));
  for (const auto& login : kOthers) {
    EXPECT_THAT(journal_of(login), Not(HasSubstr(id))) << login;
    EXPECT_THAT(journal_of(login), Not(HasSubstr("课间推搡"))) << login;
  }
  std::int64_t seq = 0;
  town.store.read([&](usecases::Reader& reader) {
    reader.query("SELECT seq FROM journal WHERE subject = $1", {id},
                 [&](const usecases::Row& row) { seq = row.integer(0); });
  });
  auto may_read = [&](const std::string& login) {
    return key(town.read([&](usecases::Reader& reader) {
      return usecases::may_read_entry(reader, town.as(login), seq);
    }));
  };
  EXPECT_EQ(may_read("principal"), "taken");
  EXPECT_EQ(may_read("leader"), "not_found");
}

TEST_F(ConfidentialMatters, AreToldUnderTheirOwnNoun) {
  std::vector<std::string> nouns;
  town.heard = [&](std::span<const usecases::Entry> entries) {
    for (const auto& entry : entries) nouns.push_back(entry.kind + " " + entry.noun);
  };
  secret();
  pass(400 * kHourMs);
  usecases::keep_terms(town.store, *town.pack, town.zone, town.now);
  ASSERT_THAT(nouns, Not(IsEmpty()));
  for (const auto& each : nouns)
    EXPECT_THAT(each, testing::AnyOf("MatterMoved confidential_matters",
                                     "TermLapsed confidential_matters"));
}

TEST_F(ConfidentialMatters, WaitOnThoseFewAlone) {
  auto id = secret();
  pass(400 * kHourMs);
  usecases::keep_terms(town.store, *town.pack, town.zone, town.now);
  for (const auto& login : kFew) {
    auto today = json::serialize(today_of(login));
    EXPECT_THAT(today, HasSubstr(id)) << login;
    EXPECT_THAT(today, HasSubstr("课间推搡")) << login;
  }
  for (const auto& login : kOthers) {
    auto today = today_of(login);
    EXPECT_THAT(json::serialize(today), Not(HasSubstr(id))) << login;
    EXPECT_EQ(today.at("counts").at("open").as_int64(), 0) << login;
    EXPECT_EQ(today.at("counts").at("late").as_int64(), 0) << login;
  }
}

TEST_F(ConfidentialMatters, HoldWhatIsPersonalOutOfTheJournal) {
  auto id = secret();
  auto line = town.lines("MatterMoved").at(0);
  EXPECT_FALSE(line.at("fields").as_object().contains("concerned"));
  EXPECT_EQ(line.at("personal"), (json::array{"concerned"}));
  EXPECT_EQ(line.at("fields").at("category").as_string(), "body");
  EXPECT_THAT(journal_text(), Not(HasSubstr(kPersonal)));
  EXPECT_EQ(look_secret("counsellor", id)->matter.at("fields").at("concerned").as_string(),
            kPersonal);
}

TEST_F(ConfidentialMatters, PutOnRecordWhoSawThem) {
  secret();
  EXPECT_EQ(see("principal"), 1u);
  EXPECT_EQ(see("principal"), 1u) << "not again within ten minutes";
  EXPECT_EQ(see("officer"), 2u);
  EXPECT_EQ(see("principal", "school", true), 3u) << "taken away as a file";
  EXPECT_EQ(see("officer", "middle"), 4u);
  pass(usecases::kSeenOnceInMs);
  EXPECT_EQ(see("principal"), 5u);
  EXPECT_EQ(town.lines("MattersSeen").at(0),
            (json::object{{"loop", "bullying"}, {"as_file", false}}));
}

TEST_F(ConfidentialMatters, AreAloneInBeingPutOnRecord) {
  found();
  auto sight = town.read([&](usecases::Reader& reader) {
    return usecases::unnoted_matters(reader, town.as("principal"), "hazard",
                                     {town.places["school"]});
  });
  EXPECT_THAT(sight.organisations, IsEmpty());
}

TEST_F(ConfidentialMatters, LoseWhatIsPersonalWhenTheTermHasPassedAndOnce) {
  auto id = secret();
  end_secret(id);
  auto still_open = secret();
  pass(kept_days() * kDayMs);
  EXPECT_EQ(forget(), 0);
  pass(kDayMs);
  EXPECT_EQ(forget(), 1);
  EXPECT_EQ(forget(), 0);
  EXPECT_THAT(town.lines("MatterForgotten"), ElementsAre(json::object{{"loop", "bullying"}}));
  auto matter = shape(*look_secret("principal", id));
  EXPECT_FALSE(matter.fields.contains("concerned"));
  EXPECT_EQ(matter.title, "课间推搡");
  EXPECT_TRUE(matter.forgotten_at);
  for (const auto& made : matter.timeline) EXPECT_FALSE(made.fields.contains("concerned"));
  EXPECT_TRUE(shape(*look_secret("principal", still_open)).fields.contains("concerned"));
  EXPECT_EQ(key(open_secret("counsellor", id)), "id.taken")
      << "what was sent is not known any more";
}

TEST_F(ConfidentialMatters, AreForgottenOnceByTwoServers) {
  auto id = secret();
  end_secret(id);
  pass((kept_days() + 1) * kDayMs);
  std::int64_t one = 0, two = 0;
  std::thread other([&] { one = forget(); });
  two = forget();
  other.join();
  EXPECT_EQ(one + two, 1);
  EXPECT_THAT(town.lines("MatterForgotten"), SizeIs(1));
  EXPECT_THAT(stored(), Not(HasSubstr(kPersonal)));
}

TEST_F(ConfidentialMatters, AreOfSchoolsOnly) {
  auto given = open_secret("officer", town.id(), finding(), "east");
  EXPECT_EQ(key(given), "matter.wrong_kind");
  EXPECT_EQ(given.error().field, "organisation");
  EXPECT_EQ(key(open_secret("officer", town.id(), finding(), "middle")), "taken");
}

TEST_F(ConfidentialMatters, AreListedAmongTheLoopsOfThoseFew) {
  secret();
  auto of = [&](const std::string& login) -> std::optional<usecases::LoopLine> {
    for (auto& each : loops_of(login))
      if (each.id == kLoop) return each;
    return std::nullopt;
  };
  auto counsellors = of("counsellor");
  ASSERT_TRUE(counsellors);
  EXPECT_TRUE(counsellors->confidential);
  EXPECT_TRUE(counsellors->may_read);
  EXPECT_EQ(counsellors->open, 1);
  EXPECT_EQ(counsellors->late, 0);
  EXPECT_EQ(counsellors->waiting, 1);
  ASSERT_THAT(counsellors->opens, SizeIs(1));
  EXPECT_EQ(counsellors->opens[0].move, "find");
  ASSERT_THAT(counsellors->opens[0].at, SizeIs(1));
  EXPECT_EQ(counsellors->opens[0].at[0].organisation.id, town.places["school"]);
  EXPECT_FALSE(counsellors->opens[0].at[0].beneath);
  EXPECT_THAT(counsellors->opens[0].at[0].kinds, ElementsAre("primary"));
  auto officers = of("officer");
  ASSERT_TRUE(officers);
  EXPECT_EQ(officers->open, 1);
  EXPECT_EQ(officers->waiting, 0);  // the school acts first
  ASSERT_THAT(officers->opens, SizeIs(1));
  EXPECT_TRUE(officers->opens[0].at.at(0).beneath);
  EXPECT_THAT(officers->opens[0].at[0].kinds, testing::Contains("senior_middle"));
  EXPECT_THAT(officers->opens[0].at[0].kinds, Not(testing::Contains("district")));
  for (const char* login : {"teacher", "safety", "guard", "leader", "admin"})
    EXPECT_FALSE(of(login)) << login;
  for (const auto& each : loops_of("counsellor")) EXPECT_TRUE(each.confidential) << each.id;
}

}  // namespace
}  // namespace anxiao::app
