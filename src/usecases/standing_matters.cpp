#include "usecases/standing_matters.h"

#include <algorithm>

#include "usecases/matter_rows.h"

namespace anxiao::usecases {

std::vector<std::string> counting_at(std::string_view path, const std::string& holder) {
  auto ids = ids_of(path);
  if (!holder.empty() && std::ranges::find(ids, holder) == ids.end()) ids.push_back(holder);
  return ids;
}

Query matters_counting_at(const std::string& district, const std::string& organisation,
                          std::string_view path, const std::string& loop,
                          std::optional<Instant> late_at) {
  constexpr std::string_view kColumns =
      "SELECT m.id, m.due_at, m.title, m.organisation, m.path, m.holder FROM ";
  Query query(kColumns);
  const auto which = [&] {
    query.add(" AND m.loop = ? AND m.open = TRUE", {loop});
    if (late_at) query.add(" AND m.due_at < ?", {late_at->ms});
  };
  // Organisation by organisation and holder by holder, along the indexes: a city has a hundred
  // thousand open matters of a loop, and few of them are any one school's.
  query.add(
      "organisations o CROSS JOIN matters m WHERE m.district = o.district"
      " AND m.organisation = o.id");
  under(query, district, path, "o");
  which();
  query.add(" UNION ").add(kColumns).add(
      "districts d CROSS JOIN matters m WHERE m.district = d.district AND m.holder = ?"
      " AND m.organisation <> m.holder",
      {organisation});
  which();
  return query;
}

}  // namespace anxiao::usecases
