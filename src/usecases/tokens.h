// Tokens by which machines call: each acts at one post of one organisation, in the name of the
// person who made it, until a day. The token itself is shown once and never kept.

#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "usecases/kept.h"
#include "usecases/office.h"
#include "usecases/page.h"

namespace anxiao::usecases {

inline constexpr std::int64_t kTokenLongestMs = 731 * kDayMs;

struct MachineToken {
  std::string id;
  std::string name;
  Ref person;
  std::string post;
  Ref organisation;
  std::string began_at;
  std::string ends_at;
  std::optional<std::string> revoked_at;
  std::optional<std::string> token;  // in the one answer that made it
};
BOOST_DESCRIBE_STRUCT(MachineToken, (),
                      (id, name, person, post, organisation, began_at, ends_at, revoked_at, token))

struct NewToken {
  std::string id;
  std::string name;
  std::string post;
  std::string organisation;
  std::string ends_at;
};
BOOST_DESCRIBE_STRUCT(NewToken, (), (id, name, post, organisation, ends_at))

// Cursor `ss`; revoked and ended ones are among them.
Result<Page<MachineToken>> list_tokens(Reader& reader, const Office& office, const Paging& paging);
// Refuses what may not be given (usecases/people.h) and `token.ends_at`.
Result<Kept<MachineToken>> make_token(Transaction& transaction, const Office& office,
                                      const NewToken& sent);
Result<void> revoke_token(Transaction& transaction, const Office& office, const std::string& id);

}  // namespace anxiao::usecases
