// Who answers for what: of one organisation the duties that are for it and the requirements that
// bind it, by the post that answers; of a district what each department owes. Both follow from the
// pack and the organisation's facets; only who holds a post is on record. Whoever may not read
// people learns whether a post is held, and not by whom.

#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usecases/office.h"
#include "usecases/page.h"
#include "usecases/words.h"

namespace anxiao::usecases {

struct ListedDuty {
  std::string id;
  pack::Words name;
  std::string post;
  std::string cycle;
  std::string event;  // of the cycle `event`
  std::int64_t times = 1;
  std::string requirement, norm, basis;
};
BOOST_DESCRIBE_STRUCT(ListedDuty, (),
                      (id, name, post, cycle, event, times, requirement, norm, basis))

struct ListedRequirement {
  std::string id;
  pack::Words text;
  std::string post;  // answers for it; empty where nobody is named yet
  std::string status;
  std::vector<std::string> norms;
};
BOOST_DESCRIBE_STRUCT(ListedRequirement, (), (id, text, post, status, norms))

// A post that answers for something of the list.
struct ListedPost {
  std::string post;
  pack::Words name;
  bool held = false;
  std::optional<std::vector<Ref>> people;  // absent where people may not be read
};
BOOST_DESCRIBE_STRUCT(ListedPost, (), (post, name, held, people))

// A choice of the facet that says which department a department is.
struct OfficeName {
  std::string id;
  pack::Words name;
};
BOOST_DESCRIBE_STRUCT(OfficeName, (), (id, name))

struct DutyList {
  Ref organisation;
  std::string kind;
  std::optional<OfficeName> office;
  std::vector<ListedPost> posts;  // in the pack's order
  std::vector<ListedDuty> duties;
  std::vector<ListedRequirement> requirements;
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(DutyList, (),
                      (organisation, kind, office, posts, duties, requirements, as_of))

struct DepartmentDuties {
  OfficeName office;
  std::vector<Ref> organisations;  // those of the district that are this department
  std::vector<ListedDuty> duties;
  std::vector<ListedRequirement> requirements;
};
BOOST_DESCRIBE_STRUCT(DepartmentDuties, (), (office, organisations, duties, requirements))

struct DepartmentList {
  Ref organisation;
  std::vector<DepartmentDuties> items;  // in the order of the choices
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(DepartmentList, (), (organisation, items, as_of))

// Whoever may read the tasks of the organisation may read either. Refuse `not_found` and
// `authority.forbidden`.
Result<DutyList> read_duty_list(Reader& reader, const Office& office,
                                const std::string& organisation);
// Of the district that the organisation lies in; of the city for the root.
Result<DepartmentList> read_department_list(Reader& reader, const Office& office,
                                            const std::string& organisation);

// The same as files, a line for each duty and each requirement.
std::string as_csv(const pack::Pack& pack, const DutyList& list, std::string_view language);
std::string as_csv(const pack::Pack& pack, const DepartmentList& list, std::string_view language);

}  // namespace anxiao::usecases
