// Opening a matter and reading one. The client names the matter, so that a phone that was offline
// may send it again; what was sent is remembered as a hash.

#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "usecases/matter_rows.h"
#include "usecases/moves.h"
#include "usecases/office.h"

namespace anxiao::usecases {

struct OpenMatter {
  std::string organisation;
  std::string move;
  std::optional<std::string> happened_at;  // now, where absent
  boost::json::object fields;
};
BOOST_DESCRIBE_STRUCT(OpenMatter, (), (organisation, move, happened_at, fields))

// Refuses what `loops::walk` refuses, `id.taken`, `matter.from_the_future`,
// `matter.organisation_ended`, `matter.wrong_kind`, and what the fields name that is not there (see
// `make_move`).
Result<MatterAnswer> open_matter(Transaction& transaction, const Office& office,
                                 std::string_view loop, const std::string& id,
                                 const OpenMatter& input);

// The organisation a matter is opened at.
struct MatterSite {
  std::string organisation;
  std::string organisation_name;
  std::string path;
};

// A matter that is about to be opened: nothing is looked up twice.
struct Opening {
  std::string id;
  std::string move;
  std::string move_id;
  std::string sent_hash;
  Instant at;
  boost::json::object fields;
};
Result<WholeMatter> open_at(Transaction& transaction, const Office& office,
                            const pack::Chart& chart, const MatterSite& site, Opening opening);

// The matter as the actor sees it, and its history alone. Refuse `not_found` and `forbidden`.
Result<MatterAnswer> read_matter(Reader& reader, const Office& office, std::string_view loop,
                                 std::string_view id);
struct MatterHistory {
  boost::json::object moves;
  std::string organisation;
};
Result<MatterHistory> read_history(Reader& reader, const Office& office, std::string_view loop,
                                   std::string_view id);

}  // namespace anxiao::usecases
