#include "usecases/kept.h"

#include <algorithm>

#include "base/hash.h"
#include "usecases/query.h"

namespace anxiao::usecases {
namespace {

namespace json = boost::json;

json::value in_order(const json::value& value) {
  if (value.is_array()) {
    json::array out;
    for (const auto& each : value.get_array()) out.push_back(in_order(each));
    return out;
  }
  if (!value.is_object()) return value;
  std::vector<std::string_view> keys;
  for (const auto& each : value.get_object()) keys.push_back(each.key());
  std::ranges::sort(keys);
  json::object out;
  for (auto key : keys) out[key] = in_order(value.get_object().at(key));
  return out;
}

}  // namespace

std::string sent_hash_of(const json::value& sent) {
  return sha256_hex(json::serialize(in_order(sent)));
}

Result<bool> made_before(Reader& reader, std::string_view district, std::string_view id,
                         std::string_view kind, const std::string& sent_hash) {
  bool found = false;
  bool same = false;
  Query("SELECT data FROM journal WHERE district = ? AND subject = ? AND kind = ?",
        {std::string(district), std::string(id), std::string(kind)})
      .run(reader, [&](const Row& row) {
        found = true;
        json::error_code error;
        auto data = json::parse(row.text(0), error);
        const auto* sent =
            error || !data.is_object() ? nullptr : data.get_object().if_contains("sent");
        same = same || (sent && sent->is_string() && sent->get_string() == sent_hash);
      });
  if (found && !same) return id_taken();
  return found;
}

Refusal id_taken() {
  return {.why = Why::conflict,
          .key = "id.taken",
          .detail = "something else was made under this id",
          .field = "id"};
}

Result<void> check_version(std::int64_t present, std::int64_t expected) {
  if (present != expected)
    return Refusal{.why = Why::stale,
                   .key = "edit.stale",
                   .detail = "somebody else changed it meanwhile; read it again",
                   .args = {{"present", present}, {"expected", expected}}};
  return {};
}

Refusal not_found(std::string_view noun) {
  return {.why = Why::not_found,
          .key = "not_found",
          .detail = "there is none of that id",
          .args = {{"noun", noun}}};
}

}  // namespace anxiao::usecases
