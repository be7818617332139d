// One matter names another in a field of the type `matter`: an inspection the hazard it found, an
// interview the supervision that follows. What is named must be there and be the namer's to see;
// a guard `settled` waits until it has ended. Which names which is kept with the move, so that the
// named one can say by what. Nobody sees more of another matter here than its own loop shows him.

#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "usecases/matter_rows.h"
#include "usecases/office.h"

namespace anxiao::usecases {

// Of so many that name a matter is told.
inline constexpr std::size_t kNamedByMost = 100;

// The fields among these that name a matter which has ended.
std::vector<std::string> settled_in(Reader& reader, const pack::Chart& chart,
                                    const boost::json::object& fields);

// Whether a move from this stage (an opening one, where it is empty) waits for another matter.
bool waits_for_others(const pack::Chart& chart, const std::string& stage);

// Refuses `matter.unknown_matter` where the field names no matter of its loop that the actor may
// see, of the same district or above or below.
Result<void> check_matter(Reader& reader, const Office& office, const WholeMatter& whole,
                          const pack::Field& field, const std::string& id);

// Writes down what the matter names after this move.
void keep_links(Transaction& transaction, const pack::Chart& chart, const WholeMatter& whole,
                const pack::Move& move);

// A matter as another one shows it. Of what the reader may not see only where it is named.
struct LinkedMatter {
  std::string field;  // that names it, or by which it names
  std::string id;
  std::string loop;
  std::optional<std::string> title;
  std::optional<std::string> stage;
  std::optional<bool> ended;
  std::optional<Ref> organisation;
};
BOOST_DESCRIBE_STRUCT(LinkedMatter, (), (field, id, loop, title, stage, ended, organisation))

// What the matter names, and what names it and the reader may see.
std::vector<LinkedMatter> named_by(Reader& reader, const Office& office, const pack::Chart& chart,
                                   const WholeMatter& whole);
std::vector<LinkedMatter> naming(Reader& reader, const Office& office, const WholeMatter& whole);

// Open matters of the same district that name this one: id and loop.
std::vector<std::pair<std::string, std::string>> waiting_for(Reader& reader,
                                                             const WholeMatter& whole);

}  // namespace anxiao::usecases
