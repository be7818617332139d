// Who may do what, where: every post, at every place where it can be held, against every thing of
// a small city, as the pack's posts say and no other way. The rule is read here straight from the
// pack, by hand and slowly, and compared with what the use cases do.

#include <gtest/gtest.h>

#include <functional>

#include "api/route.h"
#include "app/test_town.h"
#include "usecases/answers.h"
#include "usecases/excuses.h"
#include "usecases/import.h"
#include "usecases/ledgers.h"
#include "usecases/matters.h"
#include "usecases/matters_list.h"
#include "usecases/tasks.h"
#include "usecases/tokens.h"

namespace anxiao::app {
namespace {

using usecases::Office;
using usecases::OrganisationPlace;
using usecases::Reader;
using usecases::Transaction;

// What is acted upon.
struct Target {
  std::string name;  // for messages
  OrganisationPlace place;
  std::string person = {};
  std::string token = {};
  std::string row = {};
  std::string matter = {};
  std::string secret = {};  // a matter of a confidential loop
  std::string excuse = {};
  std::string holder = {};  // of the matters
};

// Somebody at a post.
struct Sitting {
  std::string post;
  OrganisationPlace place;
  Office office;
};

bool grants(const pack::Pack& pack, const Sitting& who, const std::string& noun,
            const std::string& action, const Target& what) {
  for (const auto& post : pack.posts) {
    if (post.id != who.post) continue;
    for (const auto& grant : post.grants) {
      if (grant.noun != noun || std::ranges::find(grant.actions, action) == grant.actions.end())
        continue;
      if (grant.reach == "own" && who.place.id == what.place.id) return true;
      if (grant.reach == "subtree" &&
          what.place.path.find("/" + who.place.id + "/") != std::string::npos)
        return true;
      if (grant.reach == "held" && !what.holder.empty() && what.holder == who.place.id) return true;
    }
  }
  return false;
}

template <class T>
std::string key_of(const Result<T>& result) {
  return result ? std::string{} : result.error().key;
}

class Authority : public testing::Test {
 protected:
  Authority() {
    for (const auto& [key, id] : town.places) {
      auto place =
          town.read([&](Reader& reader) { return usecases::place_of(reader, id, town.now); });
      places[key] = *place;
      Target target{.name = key, .place = *place};
      if (town.pack->kind(place->kind)->is_school) target.row = row_at(key);
      if (town.pack->kind(place->kind)->is_school) target.matter = matter_at(key);
      if (town.pack->kind(place->kind)->is_school) target.secret = secret_at(key);
      if (town.pack->kind(place->kind)->is_school) target.excuse = excuse_at(key);
      target.token = token_at(key);
      target.person = person_at(key);
      targets.push_back(target);
      if (key != "school") continue;
      // The same school's matters once more, passed on to the department.
      target.name = "school's, held by the department";
      target.matter = matter_at(key);
      target.secret = secret_at(key);
      target.holder = town.places["fire"];
      town.store.write([&](Transaction& t) {
        for (const auto& held : {target.matter, target.secret})
          t.exec("UPDATE matters SET holder = $1 WHERE district = $2 AND id = $3",
                 {target.holder, std::string("500190"), held});
        return true;
      });
      targets.push_back(target);
    }
    for (const auto& post : town.pack->posts)
      for (const auto& [key, place] : places)
        if (std::ranges::find(post.at, place.kind) != post.at.end())
          everybody.push_back({post.id, place, town.at_post(post.id, key)});
  }

  std::string row_at(const std::string& key) {
    auto id = town.id(places[key].district);
    auto office = town.at_post("principal", key);
    town.write([&](Transaction& t) {
      return usecases::create_row(
          t, office, "points",
          {.id = id,
           .organisation = places[key].id,
           .fields = {{"name", "门岗"}, {"place", "大门"}, {"checklists", "daily"}}});
    });
    return id;
  }

  std::string matter_at(const std::string& key) {
    auto id = town.id(places[key].district);
    auto office = town.at_post("principal", key);
    town.write([&](Transaction& t) {
      return usecases::open_matter(t, office, "hazard", id, opening(places[key].id));
    });
    return id;
  }

  std::string secret_at(const std::string& key) {
    auto id = town.id(places[key].district);
    auto office = town.at_post("principal", key);
    town.write([&](Transaction& t) {
      return usecases::open_matter(t, office, "bullying", id, opening_secret(places[key].id));
    });
    return id;
  }

  // Of a day to come, so that it is expected.
  std::string excuse_at(const std::string& key) {
    auto id = town.id(places[key].district);
    town.write([&](Transaction& t) {
      return usecases::ask_excuse(t, town.at_post("guard", key), someday(places[key].id), id,
                                  {.point = "", .reason = "停电"});
    });
    return id;
  }
  static usecases::OccurrenceKey someday(const std::string& organisation) {
    return {.duty = "leader_on_duty",
            .organisation = organisation,
            .period = "2026-03-03",
            .point = ""};
  }

  usecases::OpenMatter opening(const std::string& organisation) {
    return {.organisation = organisation,
            .move = "find",
            .happened_at = {},
            .fields = {{"title", "灭火器过期"},
                       {"place", "一楼"},
                       {"category", town.pack->chart("hazard")->categories.front()}}};
  }

  static usecases::OpenMatter opening_secret(const std::string& organisation) {
    return {.organisation = organisation,
            .move = "find",
            .happened_at = {},
            .fields = {{"title", "课间推搡"}, {"concerned", "三年级二班，张某某"}}};
  }

  // A post that may be held there, for tokens.
  std::string post_for(const OrganisationPlace& place) {
    for (const auto& post : town.pack->posts)
      if (std::ranges::find(post.at, place.kind) != post.at.end() && post.id != "administrator")
        return post.id;
    return {};
  }

  std::string token_at(const std::string& key) {
    auto id = town.id(places[key].district);
    town.write([&](Transaction& t) {
      return usecases::make_token(t, town.as("root"), new_token(id, places[key]));
    });
    return id;
  }

  usecases::NewToken new_token(const std::string& id, const OrganisationPlace& place) {
    return {.id = id,
            .name = "machine",
            .post = post_for(place),
            .organisation = place.id,
            .ends_at = town.zone.format(town.now.plus_ms(kDayMs))};
  }

  // Somebody without a post whose account the organisation looks after.
  std::string person_at(const std::string& key) {
    auto id = town.id(places[key].district);
    town.write([&](Transaction& t) {
      return usecases::create_person(t, town.as("root"),
                                     {.id = id,
                                      .name = "某人",
                                      .login = "at." + key,
                                      .organisation = places[key].id,
                                      .posts = {}},
                                     town.password);
    });
    return id;
  }

  template <class Work>
  std::string tried(const Work& work) {
    return key_of(town.tried(work));
  }
  template <class Work>
  std::string read(const Work& work) {
    return key_of(town.read(work));
  }

  // What a use case does about each grant: the key of its refusal, empty where it was taken. It may
  // refuse for other reasons once the authority has said yes.
  using Attempt = std::function<std::string(const Sitting&, const Target&)>;
  std::map<std::string, Attempt> attempts() {
    std::map<std::string, Attempt> out;
    out["organisations.read"] = [&](const Sitting& who, const Target& what) {
      return read([&](Reader& reader) {
        return usecases::read_organisation(reader, who.office, what.place.id);
      });
    };
    out["organisations.create"] = [&](const Sitting& who, const Target& what) {
      return tried([&](Transaction& t) {
        return usecases::create_organisation(t, who.office,
                                             {.id = town.id(what.place.district),
                                              .parent = what.place.id,
                                              .kind = "primary",
                                              .name = "新小学",
                                              .code = {},
                                              .facets = {}});
      });
    };
    out["organisations.change"] = [&](const Sitting& who, const Target& what) {
      return tried([&](Transaction& t) {
        return usecases::change_organisation(t, who.office, what.place.id, 1,
                                             {.name = "新名", .code = {}, .facets = {}, .end = {}});
      });
    };
    out["organisations.import"] = [&](const Sitting& who, const Target& what) -> std::string {
      if (what.place.kind != usecases::kDistrictKind) return "unasked";
      usecases::ImportAsk ask;
      ask.all_into = what.place.id;
      return read([&](Reader& reader) {
        return usecases::preview_import(reader, who.office, ask,
                                        *usecases::read_csv("name\n新小学\n"));
      });
    };
    out["people.read"] = [&](const Sitting& who, const Target& what) {
      return read(
          [&](Reader& reader) { return usecases::read_person(reader, who.office, what.person); });
    };
    out["people.create"] = [&](const Sitting& who, const Target& what) {
      return tried([&](Transaction& t) {
        return usecases::create_person(t, who.office,
                                       {.id = town.id(what.place.district),
                                        .name = "某",
                                        .login = "new.one",
                                        .organisation = what.place.id,
                                        .posts = {}},
                                       town.password);
      });
    };
    out["people.change"] = [&](const Sitting& who, const Target& what) {
      auto changed = tried([&](Transaction& t) {
        return usecases::change_person(t, who.office, what.person, {},
                                       {.name = "新名", .active = {}});
      });
      auto reset = tried([&](Transaction& t) {
        return usecases::reset_password(t, who.office, what.person, town.password);
      });
      EXPECT_EQ(changed, reset);
      return changed;
    };
    out["people.post"] = [&](const Sitting& who, const Target& what) {
      return key_of(
          usecases::may_give(*town.pack, who.office.actor, post_for(what.place), what.place));
    };
    out["tokens.create"] = [&](const Sitting& who, const Target& what) {
      return tried([&](Transaction& t) {
        return usecases::make_token(t, who.office,
                                    new_token(town.id(what.place.district), what.place));
      });
    };
    out["tokens.revoke"] = [&](const Sitting& who, const Target& what) {
      return tried(
          [&](Transaction& t) { return usecases::revoke_token(t, who.office, what.token); });
    };
    out["rows.read"] = [&](const Sitting& who, const Target& what) -> std::string {
      if (what.row.empty()) return "unasked";
      return read([&](Reader& reader) {
        return usecases::read_row(reader, who.office, "points", what.row);
      });
    };
    out["rows.create"] = [&](const Sitting& who, const Target& what) {
      return tried([&](Transaction& t) {
        return usecases::create_row(
            t, who.office, "points",
            {.id = town.id(what.place.district), .organisation = what.place.id, .fields = {}});
      });
    };
    out["rows.change"] = [&](const Sitting& who, const Target& what) -> std::string {
      if (what.row.empty()) return "unasked";
      return tried([&](Transaction& t) {
        boost::json::object fields{{"name", "新名"}};
        return usecases::change_row(t, who.office, "points", what.row, 1, {.fields = fields});
      });
    };
    out["rows.end"] = [&](const Sitting& who, const Target& what) -> std::string {
      if (what.row.empty()) return "unasked";
      return tried(
          [&](Transaction& t) { return usecases::end_row(t, who.office, "points", what.row); });
    };
    out["matters.read"] = [&](const Sitting& who, const Target& what) -> std::string {
      if (what.matter.empty()) return "unasked";
      return read([&](Reader& reader) {
        return usecases::read_matter(reader, who.office, "hazard", what.matter);
      });
    };
    out["matters.open"] = [&](const Sitting& who, const Target& what) {
      return tried([&](Transaction& t) {
        return usecases::open_matter(t, who.office, "hazard", town.id(what.place.district),
                                     opening(what.place.id));
      });
    };
    out["matters.move"] = [&](const Sitting& who, const Target& what) -> std::string {
      if (what.matter.empty()) return "unasked";
      return tried([&](Transaction& t) {
        return usecases::make_move(t, who.office, "hazard", what.matter,
                                   town.id(what.place.district),
                                   {.move = "close", .happened_at = {}, .fields = {}}, {});
      });
    };
    out["confidential_matters.read"] = [&](const Sitting& who, const Target& what) -> std::string {
      if (what.secret.empty()) return "unasked";
      auto whole = read([&](Reader& reader) {
        return usecases::read_matter(reader, who.office, "bullying", what.secret);
      });
      auto history = read([&](Reader& reader) {
        return usecases::read_history(reader, who.office, "bullying", what.secret);
      });
      EXPECT_EQ(whole, history);
      return whole;
    };
    out["confidential_matters.open"] = [&](const Sitting& who, const Target& what) {
      return tried([&](Transaction& t) {
        return usecases::open_matter(t, who.office, "bullying", town.id(what.place.district),
                                     opening_secret(what.place.id));
      });
    };
    out["confidential_matters.move"] = [&](const Sitting& who, const Target& what) -> std::string {
      if (what.secret.empty()) return "unasked";
      return tried([&](Transaction& t) {
        return usecases::make_move(t, who.office, "bullying", what.secret,
                                   town.id(what.place.district),
                                   {.move = "stop", .happened_at = {}, .fields = {}}, {});
      });
    };
    out["tasks.read"] = [&](const Sitting& who, const Target& what) {
      return read([&](Reader& reader) {
        usecases::TaskFilter filter;
        filter.whom = what.place.id;
        return usecases::list_tasks(reader, who.office, filter);
      });
    };
    out["tasks.answer"] = [&](const Sitting& who, const Target& what) -> std::string {
      // Whoever owns it may ask as well; of this one nobody does who sits here.
      return tried([&](Transaction& t) {
        return usecases::ask_excuse(t, who.office, someday(what.place.id),
                                    town.id(what.place.district), {.point = "", .reason = "停电"});
      });
    };
    out["tasks.excuse"] = [&](const Sitting& who, const Target& what) -> std::string {
      if (what.excuse.empty()) return "unasked";
      return tried([&](Transaction& t) {
        return usecases::decide_excuse(t, who.office, what.excuse, {},
                                       {.approved = true, .words = {}});
      });
    };
    return out;
  }

  Town town;
  std::map<std::string, OrganisationPlace> places;
  std::vector<Target> targets;
  std::vector<Sitting> everybody;
};

TEST_F(Authority, IsForEveryPostAndPlaceWhatThePackSays) {
  std::size_t asked = 0;
  for (const auto& [grant, attempt] : attempts()) {
    auto dot = grant.find('.');
    std::string noun = grant.substr(0, dot), action = grant.substr(dot + 1);
    for (const auto& who : everybody)
      for (const auto& what : targets) {
        auto key = attempt(who, what);
        if (key == "unasked") continue;
        // Only a matter is held by another than its organisation.
        Target seen = what;
        if (!noun.ends_with("matters") || action == "open") seen.holder.clear();
        ++asked;
        bool forbidden = key == "authority.forbidden";
        EXPECT_EQ(!forbidden, grants(*town.pack, who, noun, action, seen))
            << who.post << " at " << who.place.name << ", " << grant << " of " << what.name << ": "
            << (key.empty() ? "taken" : key);
      }
  }
  EXPECT_GT(asked, 2000u);
}

TEST_F(Authority, DecidesEachGrantOfTheRouteTableAsThePackSays) {
  std::set<std::string> named;
  for (const auto& route : api::routes())
    for (const auto& grant : route.grants) named.insert(grant);
  ASSERT_FALSE(named.empty());
  for (const auto& grant : named) {
    auto dot = grant.find('.');
    ASSERT_NE(dot, std::string::npos) << grant;
    std::string noun = grant.substr(0, dot), action = grant.substr(dot + 1);
    bool anybody = false;
    for (const auto& who : everybody)
      for (const auto& what : targets) {
        bool granted = grants(*town.pack, who, noun, action, what);
        anybody = anybody || granted;
        EXPECT_EQ(organisations::may(*town.pack, who.office.actor, noun, action,
                                     {.path = what.place.path, .holder = what.holder})
                      .has_value(),
                  granted)
            << who.post << " at " << who.place.name << ", " << grant << " of " << what.name;
      }
    EXPECT_TRUE(anybody) << "a route wants " << grant << ", and no post of the pack grants it";
  }
}

TEST_F(Authority, LeavesNoRouteOfAPersonWithoutAGrantButThoseAboutOneself) {
  // What shows the caller nothing but his own or what he sent, or is filtered entry by entry.
  const std::set<std::string> kOwn = {
      "/api/v1/session", "/api/v1/session/password", "/api/v1/today",         "/api/v1/stream",
      "/api/v1/loops",   "/api/v1/journal/key",      "/api/v1/journal/roots", "/api/v1/qr.svg"};
  for (const auto& route : api::routes())
    if (route.access == api::Access::person && route.grants.empty() &&
        !kOwn.contains(route.pattern) && !route.pattern.starts_with("/api/v1/attachments"))
      ADD_FAILURE() << route.method << " " << route.pattern << " names no grant";
}

TEST_F(Authority, FiltersEveryListToExactlyWhatThePackSays) {
  for (const auto& who : everybody) {
    auto expected = [&](const std::string& noun, auto member) {
      std::set<std::string> ids;
      for (const auto& what : targets) {
        Target seen = what;
        seen.holder.clear();
        if (!(seen.*member).empty() && grants(*town.pack, who, noun, "read", seen))
          ids.insert(seen.*member);
      }
      return ids;
    };
    auto listed = [&](auto page, const std::set<std::string>& only) {
      std::set<std::string> ids;
      if (!page) {
        EXPECT_EQ(page.error().key, "authority.forbidden");
        return ids;
      }
      for (const auto& each : page->items)
        if (only.contains(each.id)) ids.insert(each.id);
      return ids;
    };
    auto all = [&](auto member) {
      std::set<std::string> ids;
      for (const auto& what : targets) ids.insert(what.*member);
      return ids;
    };
    usecases::Paging wide{.limit = 500, .after = {}};
    auto where = who.post + " at " + who.place.name;
    EXPECT_EQ(town.read([&](Reader& reader) {
      return listed(
          usecases::list_people(reader, who.office, {.under = {}, .q = {}, .paging = wide}),
          all(&Target::person));
    }),
              expected("people", &Target::person))
        << where;
    EXPECT_EQ(town.read([&](Reader& reader) {
      return listed(usecases::list_tokens(reader, who.office, wide), all(&Target::token));
    }),
              expected("tokens", &Target::token))
        << where;
    EXPECT_EQ(town.read([&](Reader& reader) {
      return listed(usecases::list_rows(reader, who.office, "points",
                                        {.organisation = {}, .ended = {}, .paging = wide}),
                    all(&Target::row));
    }),
              expected("rows", &Target::row))
        << where;
    for (const auto& [noun, loop, member] :
         {std::tuple("matters", "hazard", &Target::matter),
          std::tuple("confidential_matters", "bullying", &Target::secret)}) {
      std::set<std::string> within_reach;
      for (const auto& what : targets)
        if (!(what.*member).empty() && grants(*town.pack, who, noun, "read", what))
          within_reach.insert(what.*member);
      usecases::MatterFilter filter;
      filter.paging = wide;
      EXPECT_EQ(town.read([&](Reader& reader) {
        return listed(usecases::list_matters(reader, who.office, loop, filter), all(member));
      }),
                within_reach)
          << where << ", " << loop;
    }
    std::set<std::string> organisations;
    for (const auto& what : targets)
      if (grants(*town.pack, who, "organisations", "read", what))
        organisations.insert(what.place.id);
    EXPECT_EQ(town.read([&](Reader& reader) {
      std::set<std::string> ids;
      for (const auto& [key, place] : places) ids.insert(place.id);
      return listed(
          usecases::list_organisations(
              reader, who.office, {.under = {}, .parent = {}, .kind = {}, .q = {}, .paging = wide}),
          ids);
    }),
              organisations)
        << where;
  }
}

}  // namespace
}  // namespace anxiao::app
