// People and the posts they hold. Little is kept of a person: a name, a login, the organisation
// that looks after the account.
//
// Whoever appoints cannot appoint above himself: the post given must lie within the reach of his
// own right to appoint, and where it grants power over people, organisations or tokens, that power
// must be his already. Work that he does not do himself (a principal's, a guard's) he may hand
// out, so that an administrator need not be a principal.

#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "usecases/kept.h"
#include "usecases/office.h"
#include "usecases/organisations.h"
#include "usecases/page.h"

namespace anxiao::usecases {

struct HeldPost {
  std::string id;
  std::string post;
  Ref organisation;
  std::string since;
  std::optional<std::string> until;
};
BOOST_DESCRIBE_STRUCT(HeldPost, (), (id, post, organisation, since, until))

struct Person {
  std::string id;
  std::string name;
  std::string login;
  Ref organisation;
  bool active = false;
  std::vector<HeldPost> postings;
  std::int64_t version = 0;
  std::optional<std::string> one_time_password;  // in the one answer that made it
};
BOOST_DESCRIBE_STRUCT(Person, (),
                      (id, name, login, organisation, active, postings, version, one_time_password))

struct NewPost {
  std::string id;
  std::string post;
  std::string organisation;
};
BOOST_DESCRIBE_STRUCT(NewPost, (), (id, post, organisation))

struct NewPerson {
  std::string id;
  std::string name;
  std::string login;
  std::string organisation;
  std::vector<NewPost> posts;
};
BOOST_DESCRIBE_STRUCT(NewPerson, (), (id, name, login, organisation, posts))

struct PersonChange {
  std::optional<std::string> name;
  std::optional<bool> active;
};
BOOST_DESCRIBE_STRUCT(PersonChange, (), (name, active))

struct PersonFilter {
  std::string under;
  std::string q;  // part of the name or the login
  Paging paging;  // cursor `ss`
};

// A password for one entry. Making one is slow: do it outside the transaction.
struct OneTimePassword {
  std::string text;
  std::string hash;
};
OneTimePassword make_one_time_password();

Result<Page<Person>> list_people(Reader& reader, const Office& office, const PersonFilter& filter);
Result<Person> read_person(Reader& reader, const Office& office, const std::string& id);
Result<Kept<Person>> create_person(Transaction& transaction, const Office& office,
                                   const NewPerson& sent, const OneTimePassword& password);
// Where `expected_version` is given, an edit of another version is refused as stale.
Result<Person> change_person(Transaction& transaction, const Office& office, const std::string& id,
                             std::optional<std::int64_t> expected_version,
                             const PersonChange& change);
// Gives the person a new password for one entry and ends the sessions.
Result<void> reset_password(Transaction& transaction, const Office& office, const std::string& id,
                            const OneTimePassword& password);
Result<Kept<Person>> give_post(Transaction& transaction, const Office& office,
                               const std::string& person, const NewPost& sent);
Result<void> end_post(Transaction& transaction, const Office& office, const std::string& person,
                      const std::string& posting);

// Whether the actor may hand out `post` at `place`. Refuses `authority.forbidden`,
// `people.unknown_post`, `people.post_not_here`, `people.post_above_yours`.
Result<void> may_give(const pack::Pack& pack, const organisations::Actor& actor,
                      const std::string& post, const OrganisationPlace& place,
                      std::string_view noun = "people", std::string_view action = "post");

}  // namespace anxiao::usecases
