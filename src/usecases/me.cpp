#include "usecases/me.h"

#include <set>

#include "usecases/query.h"

namespace anxiao::usecases {

Me read_me(Reader& reader, const Office& office) {
  const auto& actor = office.actor;
  Me me{.person = {.id = actor.person, .name = actor.name, .login = {}, .district = actor.district},
        .postings = {},
        .must_change_password = actor.must_change_password,
        .may = {},
        .as_of = office.zone.format(office.now)};
  Query("SELECT login FROM people WHERE district = ? AND id = ?", {actor.district, actor.person})
      .run(reader, [&](const Row& row) { me.person.login = row.text(0); });
  std::set<std::string> may;
  for (const auto& posting : actor.postings) {
    const auto* post = office.pack.post(posting.post);
    me.postings.push_back({.id = posting.id,
                           .post = posting.post,
                           .post_name = post ? post->name : pack::Words{posting.post, posting.post},
                           .organisation = {posting.organisation, posting.organisation_name},
                           .kind = posting.kind,
                           .district = posting.district});
    if (!post) continue;
    for (const auto& grant : post->grants)
      for (const auto& action : grant.actions) may.insert(grant.noun + "." + action);
  }
  me.may.assign(may.begin(), may.end());
  return me;
}

}  // namespace anxiao::usecases
