// posts.yml: who may do what, and how far.

#include <map>

#include "pack/pack_files.h"

namespace anxiao::pack {

namespace {

// What can be granted. The server asks for these and no others: a word that is not here would
// grant nothing, silently.
const std::map<std::string, std::vector<std::string>> kActions = {
    {"organisations", {"read", "create", "change", "import"}},
    {"people", {"read", "create", "change", "post"}},
    {"tasks", {"read", "answer", "excuse"}},
    {"rows", {"read", "create", "change", "end"}},
    {"matters", {"read", "open", "move"}},
    {"confidential_matters", {"read", "open", "move"}},
    {"attachments", {"read", "original"}},
    {"journal", {"read"}},
    {"pack", {"read"}},
    {"tokens", {"read", "create", "revoke"}},
    {"state", {"read", "change"}},
    {"sums", {"read"}},
    {"standing", {"read"}},
    {"grades", {"read"}},
    {"visitors", {"read", "create", "change", "end"}},
};
const std::vector<std::string> kReaches = {"own", "subtree", "held", "self"};

std::vector<std::string> nouns() {
  std::vector<std::string> all;
  for (const auto& [noun, actions] : kActions) all.push_back(noun);
  return all;
}

// Those with which the same can be done.
std::vector<std::string> nouns_like(const std::string& other) {
  std::vector<std::string> found;
  for (const auto& [noun, actions] : kActions) {
    if (actions == kActions.at(other)) found.push_back(noun);
  }
  return found;
}

Grant read_grant(Entry& entry) {
  Grant grant;
  grant.noun = entry.one_of("noun", nouns());
  grant.actions = entry.names("actions");
  const auto known = kActions.find(grant.noun);
  for (std::size_t place = 0; place < grant.actions.size() && known != kActions.end(); ++place) {
    const auto& actions = known->second;
    if (std::find(actions.begin(), actions.end(), grant.actions[place]) != actions.end()) continue;
    entry.complain("actions[" + std::to_string(place) + "]",
                   "`" + grant.actions[place] + "` cannot be done with " + grant.noun,
                   "write one of: " + listed(actions));
  }
  grant.reach = entry.one_of("reach", kReaches);
  return grant;
}

}  // namespace

std::vector<std::string> nouns_of_rows() { return nouns_like("rows"); }
std::vector<std::string> nouns_of_matters() { return nouns_like("matters"); }

void complain_of_posts(Entry& entry, const std::string& name, const std::vector<std::string>& posts,
                       const Pack& pack) {
  for (std::size_t place = 0; place < posts.size() && !pack.posts.empty(); ++place) {
    if (pack.post(posts[place])) continue;
    entry.complain(name + "[" + std::to_string(place) + "]",
                   "there is no post `" + posts[place] + "`", "name a post of posts.yml");
  }
}

std::vector<std::string> posts_named(Entry& entry, const std::string& name, const Pack& pack) {
  std::vector<std::string> named = entry.names_if(name);
  complain_of_posts(entry, name, named, pack);
  return named;
}

void read_posts(Entry& file, Pack& pack) {
  std::set<std::string> seen;
  file.each("posts", [&](Entry& entry) {
    Post post;
    post.id = entry.unique_id(seen);
    if (post.id == "system") {
      entry.complain("id", "`system` is what follows by itself", "give the post another id");
    }
    post.name = entry.words("name");
    post.at = kinds_named(entry, "at", pack);
    if (post.at.empty()) entry.complain("at", "names no kind", "name where the post is held");
    entry.each("grants", [&](Entry& grant) { post.grants.push_back(read_grant(grant)); });
    pack.posts.push_back(std::move(post));
  });
}

}  // namespace anxiao::pack
