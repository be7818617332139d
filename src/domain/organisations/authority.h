// Who may do what, where. A person holds posts at organisations; a post grants actions on nouns,
// on its own organisation, on its subtree, on what its organisation holds, or on the person's own
// things. These functions decide, and nothing else does: handlers ask them, lists are filtered by
// the scopes they give.
//
// They do not know whose a thing is: the reach `self` is found by the caller, who asks
// `may_of_self` where the thing is the actor's own. They do not know the system either: what
// follows by itself is done by no one and asks nobody. An actor without postings reaches nothing.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pack/pack.h"

namespace anxiao::organisations {

// A post held by a person now. `path` is the organisation's place in the tree:
// `/ROOT/DISTRICT/SCHOOL/` of ids, ending in its own id and a slash.
struct Posting {
  std::string id;
  std::string post;
  std::string organisation;
  std::string organisation_name;
  std::string kind;
  std::string district;
  std::string path;
};

struct Actor {
  std::string person;  // empty: the system itself
  std::string name;
  std::string district;  // where the person's own row lives
  std::vector<Posting> postings;
  std::string session;  // empty for a machine's token
  bool must_change_password = false;
};

// Where the thing asked about is: its organisation's path, and the organisation that holds it
// where it was passed on.
struct Place {
  std::string path;
  std::string holder = {};
};

// One piece of what an actor may see. An empty `path` with `held` set means: what `organisation`
// holds, wherever it is.
struct Scope {
  std::string district;  // of the organisation; the root's scope reaches every district
  std::string organisation;
  std::string path;  // prefix of the paths in reach; with `exact`, only this path
  bool exact = false;
  bool held = false;
};

// The root of the tree reaches every district.
bool is_root(const Scope& scope);

// Whether `place` is in the scope.
bool covers(const Scope& scope, const Place& place);

// Refuses with `forbidden`, key `authority.forbidden`, args noun and action.
Result<void> may(const pack::Pack& pack, const Actor& actor, std::string_view noun,
                 std::string_view action, const Place& place);

// The same for a thing that is the actor's own, wherever it is kept: grants of any reach count,
// `self` among them. The caller has made sure that the thing is the actor's.
Result<void> may_of_self(const pack::Pack& pack, const Actor& actor, std::string_view noun,
                         std::string_view action);

// Refuses where the actor reaches nothing at all for `action` on `noun`: a list of what nobody
// granted him is not an empty list.
Result<void> may_somewhere(const pack::Pack& pack, const Actor& actor, std::string_view noun,
                           std::string_view action);

// What the actor may `action` of `noun`; empty: nothing. No scope lies within another, but what an
// organisation holds may also lie in a scope of paths: a list joins the scopes by OR.
std::vector<Scope> scopes(const pack::Pack& pack, const Actor& actor, std::string_view noun,
                          std::string_view action);

// The posts by which the actor reaches `place` for `action` on `noun`, each once: what a chart's
// `by` is compared with.
std::vector<std::string> posts_for(const pack::Pack& pack, const Actor& actor,
                                   std::string_view noun, std::string_view action,
                                   const Place& place);

}  // namespace anxiao::organisations
