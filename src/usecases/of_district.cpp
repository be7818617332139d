#include "usecases/of_district.h"

namespace anxiao::usecases {

std::string of_one(const std::string& only, const std::string& column) {
  return only.empty() ? std::string() : " AND " + column + " = $2";
}

std::string next_place(const std::string& only, int number) {
  return "$" + std::to_string((only.empty() ? 1 : 2) + number);
}

std::vector<Value> place_in(const std::string& district, const std::string& only,
                            std::vector<Value> more) {
  std::vector<Value> params{district};
  if (!only.empty()) params.emplace_back(only);
  for (auto& each : more) params.push_back(std::move(each));
  return params;
}

std::int64_t last_seq_of(Reader& reader, const std::string& district) {
  std::int64_t last = 0;
  reader.query("SELECT COALESCE(MAX(seq), 0) FROM journal WHERE district = $1", {district},
               [&](const Row& row) { last = row.integer(0); });
  return last;
}

}  // namespace anxiao::usecases
