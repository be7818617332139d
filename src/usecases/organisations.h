// The tree of organisations: municipality, districts, schools, and beside them departments and
// services. What kinds there are and what may stand under what is in the pack.
//
// A district is where a new partition of the store begins: its id carries its own six digits, and
// everything under it carries the same.

#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "usecases/kept.h"
#include "usecases/office.h"
#include "usecases/page.h"

namespace anxiao::usecases {

// The kinds whose organisations head a partition.
inline constexpr std::string_view kMunicipalityKind = "municipality";
inline constexpr std::string_view kDistrictKind = "district";

inline constexpr std::size_t kNameCharactersMost = 100;

struct Organisation {
  std::string id;
  std::string district;
  std::optional<std::string> parent;
  std::string kind;
  std::string name;
  std::optional<std::string> code;
  boost::json::object facets;
  std::string since;
  std::optional<std::string> until;
  std::int64_t version = 0;
  std::optional<std::vector<Ref>> path;  // from the root to itself; absent in lists
};
BOOST_DESCRIBE_STRUCT(Organisation, (),
                      (id, district, parent, kind, name, code, facets, since, until, version, path))

struct NewOrganisation {
  std::string id;
  std::string parent;
  std::string kind;
  std::string name;
  std::optional<std::string> code;
  std::optional<boost::json::object> facets;
};
BOOST_DESCRIBE_STRUCT(NewOrganisation, (), (id, parent, kind, name, code, facets))

struct OrganisationChange {
  std::optional<std::string> name;
  std::optional<std::string> code;  // empty: it has none any more
  std::optional<boost::json::object> facets;
  std::optional<bool> end;
};
BOOST_DESCRIBE_STRUCT(OrganisationChange, (), (name, code, facets, end))

struct OrganisationFilter {
  std::string under;   // at or below this one
  std::string parent;  // directly below this one
  std::string kind;
  std::string q;  // part of the name
  Paging paging;  // cursor `ss`
};

// Where an organisation is; what other use cases need of it.
struct OrganisationPlace {
  std::string id;
  std::string district;
  std::string parent;
  std::string path;
  std::string kind;
  std::string name;
  bool living = false;
  organisations::Place place() const { return {.path = path}; }
};
std::optional<OrganisationPlace> place_of(Reader& reader, const std::string& id, Instant now);

// The same, refused as `not_found` where there is none or it has ended; `field` names where the id
// stood in what was sent.
Result<OrganisationPlace> living_place(Reader& reader, const std::string& id, Instant now,
                                       std::string_view field);

Result<Page<Organisation>> list_organisations(Reader& reader, const Office& office,
                                              const OrganisationFilter& filter);
Result<Organisation> read_organisation(Reader& reader, const Office& office, const std::string& id);
Result<Kept<Organisation>> create_organisation(Transaction& transaction, const Office& office,
                                               const NewOrganisation& sent);
Result<Organisation> change_organisation(Transaction& transaction, const Office& office,
                                         const std::string& id, std::int64_t expected_version,
                                         const OrganisationChange& change);

// The root of a new tree, once, by whoever sets the server up: there is nobody yet whose authority
// could be asked. Refuses `organisation.root_there` where there is one.
Result<Organisation> found_root(Transaction& transaction, const Office& office,
                                const NewOrganisation& sent);

// What a row and a journal line of a new organisation hold; the import uses it too.
void keep_organisation(Transaction& transaction, const Office& office, const NewOrganisation& made,
                       const std::string& parent_path, const std::string& sent_hash);

// Refuses a code, or a social credit code among the facets, that is none.
Result<void> check_codes(const pack::Pack& pack, const pack::Kind& kind, std::string_view district,
                         const std::optional<std::string>& code,
                         const std::optional<boost::json::object>& facets);

// Refuses `text.empty`, `text.too_long`, `text.malformed`; gives the name without blanks around.
Result<std::string> check_name(std::string_view name, std::string_view field);

}  // namespace anxiao::usecases
