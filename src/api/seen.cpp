#include "api/seen.h"

#include "api/lists.h"
#include "api/parts.h"
#include "usecases/matters_seen.h"

namespace anxiao::api {

void add_shown(MattersShown& shown, const boost::json::array& lines) {
  for (const auto& line : lines)
    if (const auto* whose = line.at("organisation").if_object())
      shown[std::string(line.at("loop").as_string())].emplace_back(whose->at("id").as_string());
}

void note_seen(const Call& call, MattersShown shown, bool as_file) {
  for (auto& [loop, organisations] : shown) {
    const auto sight = read_with(call.parts.store, [&](usecases::Reader& reader) {
      return usecases::unnoted_matters(reader, call.office, loop, std::move(organisations),
                                       as_file);
    });
    if (sight.organisations.empty()) continue;
    call.parts.store.write([&](usecases::Transaction& transaction) {
      usecases::note_sight(transaction, call.office, sight);
      return true;
    });
  }
}

}  // namespace anxiao::api
