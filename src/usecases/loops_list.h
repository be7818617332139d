// The loops that somebody has to do with: which he may read, how much is open, late and waiting on
// him within his reach, and where he may open a matter of which by what move.

#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "usecases/kept.h"
#include "usecases/office.h"
#include "usecases/page.h"
#include "usecases/sums.h"
#include "usecases/words.h"

namespace anxiao::usecases {

// At the organisation itself, or with `beneath` at those under it as well; of these kinds.
struct OpeningPlace {
  Ref organisation;
  std::string kind;
  bool beneath = false;
  std::vector<std::string> kinds;
};
BOOST_DESCRIBE_STRUCT(OpeningPlace, (), (organisation, kind, beneath, kinds))

struct Opens {
  std::string move;
  pack::Words name;
  std::vector<OpeningPlace> at;
};
BOOST_DESCRIBE_STRUCT(Opens, (), (move, name, at))

struct LoopLine {
  std::string id;
  pack::Words name;
  std::string clause;
  std::string noun;
  bool confidential = false;       // every reading is on record
  std::vector<std::string> kinds;  // of organisations that its matters are about; empty: all
  bool may_read = false;
  // Absent where the caller may not read.
  std::optional<std::int64_t> open, late, waiting;
  std::vector<Opens> opens;  // empty where he may open none
};
BOOST_DESCRIBE_STRUCT(LoopLine, (),
                      (id, name, clause, noun, confidential, kinds, may_read, open, late, waiting,
                       opens))

// In the order of the pack; a loop that he may neither read nor open is left out.
std::vector<LoopLine> list_loops(Reader& reader, const Office& office, Sums& sums);

}  // namespace anxiao::usecases
