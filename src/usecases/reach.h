// From where a list may be read: what the reader's posts reach, or the part of it at and under one
// organisation; and which districts that is, so that every query names its own and follows its
// index. Lists that cross districts are read from each and put in order afterwards.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usecases/office.h"
#include "usecases/organisations.h"
#include "usecases/query.h"

namespace anxiao::usecases {

struct Reach {
  std::vector<organisations::Scope> scopes;
  std::optional<OrganisationPlace> at;
  std::vector<std::string> districts;  // in order
};

// Of the actor for `action` on `noun`; at and under `organisation` unless that is empty. Refuses
// `authority.forbidden`, and `not_found` where there is no such organisation.
Result<Reach> reach_of(Reader& reader, const Office& office, std::string_view noun,
                       std::string_view action, const std::string& organisation);

// Whether the actor may read the noun at the organisation and at everything under it: a figure of a
// place is a figure of all that is in it. Refuses `authority.forbidden`.
Result<void> may_read_whole(Reader& reader, const Office& office, std::string_view noun,
                            const OrganisationPlace& place);

// Adds ` AND …`: the rows of `alias` (columns `district` and `path`) in that district of the reach.
void within(Query& query, const Reach& reach, const std::string& district, std::string_view alias);

}  // namespace anxiao::usecases
