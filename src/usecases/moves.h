// How a matter is moved on: a step is walked along the chart, what it names is looked up, the rows
// are changed, the journal is written, and what follows by itself follows in the same transaction.
// Sent again under the same id a move is not made again.

#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "usecases/matter_rows.h"
#include "usecases/office.h"

namespace anxiao::usecases {

// A device's clock may run ahead of ours by as much.
inline constexpr std::int64_t kClockToleranceMs = 5 * kMinuteMs;

struct MakeMove {
  std::string move;
  std::optional<std::string> happened_at;  // now, where absent
  boost::json::object fields;
};
BOOST_DESCRIBE_STRUCT(MakeMove, (), (move, happened_at, fields))

// A matter as it goes out, with the version it has then.
struct MatterAnswer {
  boost::json::object matter;
  std::int64_t version = 0;
  bool repeated = false;
};

// Refuses what `loops::walk` refuses, `id.taken`, `edit.stale` where `version` is given and is not
// the present one, `matter.from_the_future`, `matter.before_opening`, `attachment.incomplete`,
// `matter.unknown_person`, `matter.unknown_organisation`, `matter.cannot_hold`,
// `matter.unknown_matter`.
Result<MatterAnswer> make_move(Transaction& transaction, const Office& office,
                               std::string_view loop, std::string_view matter,
                               const std::string& id, const MakeMove& input,
                               std::optional<std::int64_t> version);

// When it happened, by what was sent; refuses `time.malformed` and `matter.from_the_future`.
Result<Instant> happened_at_of(const Office& office, const std::optional<std::string>& sent);

// One step on its way into the rows.
struct Taking {
  std::string id;  // of the move
  std::string sent_hash;
  loops::Step step;
  std::string actor_name;
};

// Walks, checks what the fields name, writes rows and journal; `whole` is then as the rows are.
Result<void> take_step(Transaction& transaction, const Office& office, const pack::Chart& chart,
                       WholeMatter& whole, Taking taking);

// Writes what `loops::follow` gave.
void take_what_follows(Transaction& transaction, const Office& office, const pack::Chart& chart,
                       WholeMatter& whole, const loops::Moved& moved);

// Whether a move from this stage waits for those who must know.
bool tells_from(const pack::Chart& chart, const std::string& stage);

}  // namespace anxiao::usecases
