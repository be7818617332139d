#include "domain/organisations/authority.h"

#include <algorithm>

namespace anxiao::organisations {

namespace {

bool grants(const pack::Grant& grant, std::string_view noun, std::string_view action) {
  return grant.noun == noun && std::ranges::find(grant.actions, action) != grant.actions.end();
}

// Calls `each(posting, grant)` for every grant of the actor's posts that speaks of the noun and
// the action. A post the pack does not know grants nothing.
template <class Each>
void for_grants(const pack::Pack& pack, const Actor& actor, std::string_view noun,
                std::string_view action, Each each) {
  for (const auto& posting : actor.postings) {
    const auto* post = pack.post(posting.post);
    if (!post) continue;
    for (const auto& grant : post->grants)
      if (grants(grant, noun, action)) each(posting, grant);
  }
}

// The scope that a grant gives at a posting. A posting without a place has none, so that an empty
// path can never be the prefix of everything.
std::vector<Scope> scope_of(const Posting& posting, const pack::Grant& grant) {
  if (posting.path.empty() || posting.organisation.empty()) return {};
  Scope scope{.district = posting.district, .organisation = posting.organisation, .path = {}};
  if (grant.reach == "own") {
    scope.path = posting.path;
    scope.exact = true;
  } else if (grant.reach == "subtree") {
    scope.path = posting.path;
  } else if (grant.reach == "held") {
    scope.held = true;
  } else {
    return {};
  }
  return {scope};
}

bool within(const Scope& inner, const Scope& outer) {
  if (is_root(outer)) return true;
  if (inner.held || outer.held)
    return inner.held && outer.held && inner.organisation == outer.organisation;
  if (outer.exact) return inner.exact && inner.path == outer.path;
  return inner.path.starts_with(outer.path);
}

Refusal forbidden(std::string_view noun, std::string_view action) {
  return {.why = Why::forbidden,
          .key = "authority.forbidden",
          .detail =
              "no post of the actor may " + std::string(action) + " " + std::string(noun) + " here",
          .args = {{"noun", noun}, {"action", action}}};
}

}  // namespace

bool is_root(const Scope& scope) {
  // A root's path is one id between two slashes.
  return !scope.exact && !scope.held && scope.path.size() > 2 && scope.path.front() == '/' &&
         scope.path.find('/', 1) == scope.path.size() - 1;
}

bool covers(const Scope& scope, const Place& place) {
  if (scope.held) return !place.holder.empty() && place.holder == scope.organisation;
  if (scope.path.empty()) return false;
  return scope.exact ? place.path == scope.path : place.path.starts_with(scope.path);
}

Result<void> may(const pack::Pack& pack, const Actor& actor, std::string_view noun,
                 std::string_view action, const Place& place) {
  if (posts_for(pack, actor, noun, action, place).empty()) return forbidden(noun, action);
  return {};
}

Result<void> may_of_self(const pack::Pack& pack, const Actor& actor, std::string_view noun,
                         std::string_view action) {
  bool granted = false;
  for_grants(pack, actor, noun, action,
             [&](const Posting&, const pack::Grant&) { granted = true; });
  if (!granted) return forbidden(noun, action);
  return {};
}

Result<void> may_somewhere(const pack::Pack& pack, const Actor& actor, std::string_view noun,
                           std::string_view action) {
  if (scopes(pack, actor, noun, action).empty()) return forbidden(noun, action);
  return {};
}

std::vector<Scope> scopes(const pack::Pack& pack, const Actor& actor, std::string_view noun,
                          std::string_view action) {
  std::vector<Scope> kept;
  for_grants(pack, actor, noun, action, [&](const Posting& posting, const pack::Grant& grant) {
    for (const auto& scope : scope_of(posting, grant)) {
      if (std::ranges::any_of(kept, [&](const Scope& k) { return within(scope, k); })) continue;
      std::erase_if(kept, [&](const Scope& k) { return within(k, scope); });
      kept.push_back(scope);
    }
  });
  return kept;
}

std::vector<std::string> posts_for(const pack::Pack& pack, const Actor& actor,
                                   std::string_view noun, std::string_view action,
                                   const Place& place) {
  std::vector<std::string> posts;
  for_grants(pack, actor, noun, action, [&](const Posting& posting, const pack::Grant& grant) {
    for (const auto& scope : scope_of(posting, grant))
      if (covers(scope, place) && std::ranges::find(posts, posting.post) == posts.end())
        posts.push_back(posting.post);
  });
  return posts;
}

}  // namespace anxiao::organisations
