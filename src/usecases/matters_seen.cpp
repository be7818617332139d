#include "usecases/matters_seen.h"

#include "usecases/matter_rows.h"

namespace anxiao::usecases {

Sight unnoted_matters(Reader& reader, const Office& office, const std::string& loop,
                      std::vector<std::string> organisations, bool as_file) {
  const auto* chart = office.pack.chart(loop);
  if (!chart || !is_confidential(*chart)) return {};
  return unnoted(reader, office,
                 {.kind = "MattersSeen",
                  .noun = chart->noun,
                  .key = "loop",
                  .of = loop,
                  .as_file = as_file,
                  .organisations = std::move(organisations)});
}

}  // namespace anxiao::usecases
