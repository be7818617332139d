#include "usecases/kept.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "usecases/query.h"

namespace anxiao::usecases {
namespace {

namespace json = boost::json;

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char byte) {
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
  });
}

void append_text(std::string& out, std::string_view text) {
  if (!is_plain(text)) {
    out += json::serialize(json::string_view(text.data(), text.size()));
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

// The text of the value with the keys of every object in order. This runs for every command on the
// writer's thread, so nothing is copied but the text.
void append_in_order(std::string& out, const json::value& value) {
  if (value.is_string()) {
    append_text(out, value.get_string());
  } else if (value.is_array()) {
    out += '[';
    bool first = true;
    for (const auto& each : value.get_array()) {
      if (!std::exchange(first, false)) out += ',';
      append_in_order(out, each);
    }
    out += ']';
  } else if (value.is_object()) {
    std::vector<const json::key_value_pair*> members;
    members.reserve(value.get_object().size());
    for (const auto& each : value.get_object()) members.push_back(&each);
    std::ranges::sort(members, {}, [](const auto* each) { return std::string_view(each->key()); });
    out += '{';
    bool first = true;
    for (const auto* each : members) {
      if (!std::exchange(first, false)) out += ',';
      append_text(out, each->key());
      out += ':';
      append_in_order(out, each->value());
    }
    out += '}';
  } else if (value.is_null()) {
    out += "null";
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string sent_hash_of(const json::value& sent) {
  std::string text;
  text.reserve(4096);
  append_in_order(text, sent);
  return sha256_hex(text);
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
